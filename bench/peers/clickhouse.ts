/**
 * ClickHouse without us: the same rows inserted by its own client, as `Native` bytes and as JSONEachRow.
 *
 * Why it is fair: the rows lie ready, there is no broker, no token, no ledger; inserts of 512 Ki rows, four at a time, which is
 * as large and as many as our writer's, and with the one setting of it that makes inserts quicker. The tables are the same ones, with their codecs, roll-ups and syncs, each side in a
 * database of its own. A bare table (no roll-up, no sync) is measured beside them, to show what those cost.
 */
import { Readable } from "node:stream";
import type { ClickHouseClient, ClickHouseSettings } from "@clickhouse/client";
import { type Sample, timed } from "../harness/rounds.ts";
import { objectOf, type StoreBlock } from "../store/rows.ts";

const GROUP_BLOCKS = 32;
const INSERTS_AHEAD = 4;

/** A table as ours, without codecs' company: no roll-ups hang on it and nothing is synced. */
export const BARE_TABLE =
  "CREATE TABLE readings (account UInt32, `from` DateTime('UTC'), `to` DateTime('UTC'), register Int64, quantity Int64, " +
  "cost Int64, tariff UInt32, verdict UInt8, period UInt8, block UInt8, last UInt8) ENGINE = MergeTree " +
  "PARTITION BY toYYYYMM(`to`) ORDER BY (account, `to`, `from`)";

const SETTINGS: ClickHouseSettings = {
  async_insert: 0,
  wait_end_of_query: 1,
  optimize_on_insert: 0,
};

type Insert = (client: ClickHouseClient, group: readonly StoreBlock[]) => Promise<void>;

/** Inserts blocks as their bytes. */
export function insertNative(
  client: ClickHouseClient,
  blocks: readonly StoreBlock[],
  servers: number[],
): Promise<Sample> {
  return insertAll(client, blocks, servers, async (to, group) => {
    const { stream } = await to.exec({
      query: "INSERT INTO readings FORMAT Native",
      values: Readable.from(
        group.map(({ bytes }) => bytes),
        { objectMode: false },
      ),
      clickhouse_settings: SETTINGS,
    });
    for await (const _ of stream) {
      // An insert answers with nothing; the stream is read so that the connection can be used again.
    }
  });
}

/** Inserts the same rows as objects. */
export function insertJson(
  client: ClickHouseClient,
  blocks: readonly StoreBlock[],
  servers: number[],
): Promise<Sample> {
  return insertAll(client, blocks, servers, async (to, group) => {
    const values = group.flatMap((block) =>
      Array.from({ length: block.rows }, (_, row) => objectOf(block, row)),
    );
    const inserted = { values, format: "JSONEachRow", clickhouse_settings: SETTINGS } as const;
    await to.insert({ table: "readings", ...inserted });
  });
}

async function insertAll(
  client: ClickHouseClient,
  blocks: readonly StoreBlock[],
  servers: number[],
  insert: Insert,
): Promise<Sample> {
  const groups: StoreBlock[][] = [];
  for (let from = 0; from < blocks.length; from += GROUP_BLOCKS)
    groups.push(blocks.slice(from, from + GROUP_BLOCKS));
  return timed(async () => {
    const next = groups.values();
    const work = async (): Promise<void> => {
      for (const group of next) await insert(client, group);
    };
    await Promise.all(Array.from({ length: INSERTS_AHEAD }, work));
    return blocks.reduce((sum, { rows }) => sum + rows, 0);
  }, servers);
}
