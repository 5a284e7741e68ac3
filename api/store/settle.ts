/**
 * Makes sure, row by row, that a block is in the store: for blocks whose insert may have been cut off by the end of
 * ClickHouse's process.
 *
 * ClickHouse notes a token just before it puts the part in its place, and does so for the table and for each roll-up
 * by itself. If its process is killed between the two, the token is known but the rows are not there, and a repeat is
 * dropped. So after such an insert the rows are looked for: those that are missing are added, and then each roll-up is
 * made equal to its source for the accounts and times of the block. Both statements change nothing where nothing is
 * wrong. While they run no other insert of those accounts may run, or its half-done state would be taken for a fault.
 *
 * A row that is equal in every column to one of another block (the same reading a third time) is taken for that one.
 */
import { randomUUID } from "node:crypto";
import type { ClickHouseClient } from "@clickhouse/client";
import { RATED_TABLES } from "../../engine/contract/rated.ts";
import { INSERT_SETTINGS, send } from "./insert.ts";
import type { RatedBlock } from "./rated-block.ts";
import { ROLLUPS, type Rollup, rolledUp, TIME_COLUMN } from "./schema.ts";

/** ClickHouse gives up on a statement before we stop waiting for it, so that none goes on unseen. */
const STATEMENT_S = 45;
const SESSION_S = 120;
const DAY_S = 86_400;
/** The last instant that a time column can hold, less a day. */
const LAST_S = 0xffff_ffff - DAY_S;

/** Adds what is missing of a block that was inserted before, in its table and in the roll-ups. */
export async function settleBlock(client: ClickHouseClient, block: RatedBlock): Promise<void> {
  const session = randomUUID();
  const settings = {
    ...INSERT_SETTINGS,
    insert_deduplicate: 0 as const,
    deduplicate_insert: "disable",
    deduplicate_insert_select: "disable",
    max_execution_time: STATEMENT_S,
    session_timeout: SESSION_S,
  };
  const columns = RATED_TABLES[block.table];
  const run = async (query: string): Promise<void> => {
    await client.command({ query, session_id: session, clickhouse_settings: settings });
  };
  const typed = columns.map(({ name, type }) => `\`${name}\` ${type}`).join(", ");
  await run(`CREATE TEMPORARY TABLE staged (${typed}) ENGINE = Memory`);
  await send(client, {
    query: "INSERT INTO staged FORMAT Native",
    bytes: block.bytes,
    settings,
    session,
  });
  await run(addMissing(block));
  for (const rollup of ROLLUPS) {
    if (rollup.of === block.table) await run(evenOut(rollup));
  }
  await run("DROP TABLE staged");
}

const ACCOUNTS = "account IN (SELECT account FROM staged)";

/** Rows of the block beyond those of the table that are equal to them, each as often as it is missing. */
function addMissing({ table }: RatedBlock): string {
  const names = RATED_TABLES[table].map(({ name }) => `\`${name}\``).join(", ");
  const time = `\`${TIME_COLUMN[table]}\``;
  const counted = `${names}, row_number() OVER (PARTITION BY ${names}) AS copy`;
  return (
    `INSERT INTO ${table} (${names}) SELECT ${names} FROM (SELECT ${counted} FROM staged) ` +
    `WHERE (${names}, copy) NOT IN (SELECT ${counted} FROM ${table} WHERE ${ACCOUNTS} ` +
    `AND ${time} >= (SELECT min(${time}) FROM staged) AND ${time} <= (SELECT max(${time}) FROM staged))`
  );
}

/** Adds to a roll-up, for the accounts and times of the block, what its source has more than it, or less. */
function evenOut(rollup: Rollup): string {
  const { table, of, key, bucket, sums } = rollup;
  const time = TIME_COLUMN[of];
  const names = Object.keys(sums);
  const edge = (bound: "min" | "max"): string => `(SELECT ${bound}(${bucket}) FROM staged)`;
  const within = (column: string): string =>
    `${column} >= ${edge("min")} AND ${column} <= ${edge("max")}`;
  const seconds = (bound: "min" | "max"): string =>
    `(SELECT toUInt32(${bound}(\`${time}\`)) FROM staged)`;
  const near =
    `\`${time}\` >= toDateTime(greatest(${seconds("min")}, ${DAY_S}) - ${DAY_S}, 'UTC') ` +
    `AND \`${time}\` <= toDateTime(least(${seconds("max")}, ${LAST_S}) + ${DAY_S}, 'UTC')`;
  const source = rolledUp(rollup, `${of} WHERE ${ACCOUNTS} AND ${near} AND ${within(bucket)}`);
  const kept = `SELECT account, ${key}, ${names.map((name) => `-${name}`).join(", ")} FROM ${table} WHERE ${ACCOUNTS} AND ${within(key)}`;
  const totals = names.map((name) => `sum(${name}) AS ${name}_off`).join(", ");
  const offs = names.map((name) => `${name}_off`);
  return (
    `INSERT INTO ${table} (account, ${key}, ${names.join(", ")}) SELECT account, ${key}, ${offs.join(", ")} ` +
    `FROM (SELECT account, ${key}, ${totals} FROM (${source} UNION ALL ${kept}) GROUP BY account, ${key}) ` +
    `WHERE ${offs.map((off) => `${off} != 0`).join(" OR ")}`
  );
}
