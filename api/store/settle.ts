/**
 * Makes sure, row by row, that a group of blocks is in the store: where its insert may have been cut off, by the end of
 * ClickHouse's process or of the writer's.
 *
 * ClickHouse notes a token just before it puts the part in its place, and does so for the table and for each roll-up
 * by itself. If its process is killed between the two, the token is known but the rows are not there, and a repeat is
 * dropped. So the rows are looked for: those that are missing are added, and then each roll-up is made equal to its
 * source for the accounts and times of the group. Both statements change nothing where nothing is wrong. While they run
 * no other insert of those accounts may run, or its half-done state would be taken for a fault.
 *
 * The rows of a block in one month (and on one shard of a cluster) came in one part, all or none. So where it has rows there that no other block can
 * have (accepted readings, charges), these tell for all. Only where it has none, a row that is equal in every column to
 * one of another block (the same refused reading, sent again) is taken for that one.
 */
import { randomUUID } from "node:crypto";
import type { ClickHouseClient, ClickHouseSettings } from "@clickhouse/client";
import { RATED_TABLES, type RatedTable } from "../../engine/contract/rated.ts";
import { type Fence, insertsEnded, OPEN } from "./fence.ts";
import type { RatedGroup } from "./group.ts";
import { INSERT_SETTINGS, insertId, send } from "./insert.ts";
import { nativeOf } from "./rated-block.ts";
import { evenedOut, ROLLUPS, type Rollup, rolledUp } from "./rollups.ts";
import { ACCEPTED, BY_ACCOUNT, TIME_COLUMN } from "./schema.ts";
import { SINGLE, type Topology } from "./topology.ts";

/** ClickHouse gives up on a statement before we stop waiting for it, so that none goes on unseen. */
const STATEMENT_S = 45;
const DAY_S = 86_400;
/** The last instant that a time column can hold, less a day. */
const LAST_S = 0xffff_ffff - DAY_S;

const SETTINGS: ClickHouseSettings = {
  ...INSERT_SETTINGS,
  max_execution_time: STATEMENT_S,
};

/** Where the store lives, what guards a writer's inserts, and how long readings and charges are kept (0: for ever). */
export type StoreSide = { fence: Fence; topology: Topology; keepDays: number };

/** One server, no other writer, all kept. */
export const ALONE: StoreSide = { fence: OPEN, topology: SINGLE, keepDays: 0 };

/** Adds what is missing of a group whose insert was begun, in its table and in the roll-ups. */
export async function settleGroup(
  client: ClickHouseClient,
  group: RatedGroup,
  side: StoreSide = ALONE,
): Promise<void> {
  const session = randomUUID();
  const columns = RATED_TABLES[group.table];
  const typed = columns.map(({ name, type }) => `\`${name}\` ${type}`).join(", ");
  const run = async (query: string): Promise<void> => {
    // A token of its own, so that what is added is never taken for what was added before.
    const settings = { ...SETTINGS, insert_deduplication_token: randomUUID() };
    const id = insertId();
    await client.command({
      query,
      session_id: session,
      clickhouse_settings: settings,
      query_id: id,
    });
  };
  await insertsEnded(client, side.topology);
  await run(`CREATE TEMPORARY TABLE staged (${typed}, nth UInt32) ENGINE = Memory`);
  for (const [nth, block] of group.blocks.entries()) {
    const query = `INSERT INTO staged SELECT *, ${nth} FROM input('${typed.replaceAll("'", "\\'")}') FORMAT Native`;
    await send(client, { query, bytes: [nativeOf(block)], settings: SETTINGS, session });
  }
  await run(addMissing(group, side));
  for (const rollup of ROLLUPS) {
    if (rollup.of === group.table) await run(evenOut(rollup, side));
  }
  await run("DROP TABLE staged");
}

const ACCOUNTS = "account GLOBAL IN (SELECT account FROM staged)";

/** Rows that cannot be in two blocks. */
const UNIQUE: Record<RatedTable, string> = { readings: ACCEPTED, charges: "1" };

/** Adds all rows of a block's parts that lack a unique row, and of the parts without such rows what is missing. */
function addMissing({ table }: RatedGroup, { fence, topology }: StoreSide): string {
  const names = RATED_TABLES[table].map(({ name }) => `\`${name}\``).join(", ");
  const time = `\`${TIME_COLUMN[table]}\``;
  const copies = `${names}, row_number() OVER (PARTITION BY ${names})`;
  const there =
    `${table} WHERE ${ACCOUNTS} AND ` +
    `${time} >= (SELECT min(${time}) FROM staged) AND ${time} <= (SELECT max(${time}) FROM staged)`;
  const part = `(nth, toYYYYMM(${time}), ${shardOf(topology)})`;
  const telling = `SELECT nth, toYYYYMM(${time}), ${shardOf(topology)} FROM staged WHERE ${UNIQUE[table]}`;
  const lacking = `${telling} AND (${names}) NOT IN (SELECT ${names} FROM ${there})`;
  const missing =
    `SELECT ${names} FROM staged WHERE ${part} IN (${lacking}) ` +
    `UNION ALL SELECT ${names} FROM (SELECT ${copies} AS copy FROM staged WHERE ${part} NOT IN (${telling})) ` +
    `WHERE (${names}, copy) NOT IN (SELECT ${copies} FROM ${there})`;
  return `INSERT INTO ${table} (${names}) ${fence.guard(missing)}`;
}

/** Which shard of a cluster a row of `staged` lies on; its shards share accounts evenly (schema.ts, `spread`). */
function shardOf({ cluster }: Topology): string {
  if (cluster === "") return "0";
  const shards = `(SELECT max(shard_num) FROM system.clusters WHERE cluster = '${cluster}')`;
  return `${BY_ACCOUNT} % ${shards}`;
}

/**
 * Adds to a roll-up, for the accounts and times of the group, what its source has more than it, or less; but not where
 * readings may be gone by their age while their sums are kept.
 */
function evenOut(rollup: Rollup, { fence, keepDays }: StoreSide): string {
  const { of, key } = rollup;
  const kept = keepDays === 0 ? "1" : `${key} > now('UTC') - toIntervalDay(${keepDays - 1})`;
  const touched = rolledUp(rollup, "staged", { having: kept });
  const edge = (bound: "min" | "max"): string => `(SELECT ${bound}(${key}) FROM (${touched}))`;
  const within = `${key} >= ${edge("min")} AND ${key} <= ${edge("max")} AND ${kept}`;
  const near = key === "cycle" ? `\`to\` > ${edge("min")}` : nearby(of);
  const source = rolledUp(rollup, of, { where: `${ACCOUNTS} AND ${near}`, having: within });
  return evenedOut(rollup, source, { where: `${ACCOUNTS} AND ${within}`, fence });
}

/** All rows of the group's hours and days, and some of their neighbours. */
function nearby(table: RatedTable): string {
  const time = TIME_COLUMN[table];
  const seconds = (bound: "min" | "max"): string =>
    `(SELECT toUInt32(${bound}(\`${time}\`)) FROM staged)`;
  return (
    `\`${time}\` >= toDateTime(greatest(${seconds("min")}, ${DAY_S}) - ${DAY_S}, 'UTC') ` +
    `AND \`${time}\` <= toDateTime(least(${seconds("max")}, ${LAST_S}) + ${DAY_S}, 'UTC')`
  );
}
