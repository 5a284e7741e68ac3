/**
 * Which blocks are in the store, by their tokens: what makes a block count once, however often it is sent. A token is
 * noted when its rows are in the store and before its message is acknowledged.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import type { StoreTable } from "./schema.ts";

/** How long tokens are remembered: far longer than an engine can be down and then send a block again. */
export const LEDGER_DAYS_MAX = 90;

/** The ledger. */
export const LEDGER: StoreTable = {
  name: "written_blocks",
  columns: [
    { name: "token", type: "String", codec: "ZSTD(1)" },
    { name: "at", type: "DateTime('UTC')", codec: "Delta, ZSTD(1)", fallback: "now()" },
  ],
  rows: { kind: "rows" },
  partition: "toYYYYMM(at)",
  order: "token",
  spread: "sipHash64(token)",
  ttl: `at + INTERVAL ${LEDGER_DAYS_MAX} DAY`,
  settings: ["ttl_only_drop_parts = 1"],
};

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
    clickhouse_settings: { async_insert: 0, distributed_foreground_insert: 1 },
  });
}
