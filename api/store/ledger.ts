/**
 * Which blocks are in the store, by their tokens: what makes a block count once, however often it is sent. A token is
 * noted when its rows are in the store and before its message is acknowledged.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { DURABLE } from "./schema.ts";

/** How long tokens are remembered: far longer than an engine can be down and then send a block again. */
export const LEDGER_DAYS_MAX = 90;

/** The statement that makes the ledger's table. */
export const LEDGER_TABLE =
  "CREATE TABLE IF NOT EXISTS written_blocks (token String CODEC(ZSTD(1)), " +
  "at DateTime('UTC') DEFAULT now() CODEC(Delta, ZSTD(1))) ENGINE = MergeTree " +
  `PARTITION BY toYYYYMM(at) ORDER BY token TTL at + INTERVAL ${LEDGER_DAYS_MAX} DAY SETTINGS ttl_only_drop_parts = 1, ${DURABLE}`;

/** Those of the tokens that are noted. */
export async function notedTokens(
  client: ClickHouseClient,
  tokens: readonly string[],
): Promise<Set<string>> {
  const result = await client.query({
    query: "SELECT token FROM written_blocks WHERE token IN ({tokens:Array(String)})",
    query_params: { tokens: [...tokens] },
    format: "JSONCompactEachRow",
  });
  return new Set((await result.json<[string]>()).map(([token]) => token));
}

/** Notes tokens; once more does no harm. */
export async function noteTokens(
  client: ClickHouseClient,
  tokens: readonly string[],
): Promise<void> {
  await client.insert({
    table: "written_blocks",
    columns: ["token"],
    values: tokens.map((token) => [token]),
    format: "JSONCompactEachRow",
    clickhouse_settings: { async_insert: 0 },
  });
}
