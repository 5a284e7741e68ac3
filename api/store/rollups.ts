/**
 * The roll-ups: sums that ClickHouse keeps of every insert, by account and stretch of time. Sum them when you read them;
 * their rows are merged when ClickHouse likes.
 */
import type { RatedTable } from "../../engine/contract/rated.ts";
import { type Fence, OPEN } from "./fence.ts";
import {
  ACCEPTED,
  AMOUNTS,
  BY_ACCOUNT,
  CYCLE_STARTS,
  justBefore,
  type StoreTable,
} from "./schema.ts";

/** A roll-up: summed columns of a table by account, stretch of time and, of some, further columns. */
export type Rollup = {
  table: string;
  of: RatedTable;
  /** The column that names the stretch, its type, and the stretch that a row of the source belongs to. */
  key: string;
  type: string;
  bucket: string;
  /** Columns of the source beside account and stretch, with their types. */
  by: Record<string, string>;
  /** Summed columns and what they sum; all are signed, so that a difference can be put right by a row. */
  sums: Record<string, string>;
};

const READING_SUMS = {
  quantity: "sum(quantity)",
  cost: "sum(cost)",
  readings: "toInt64(sum(last))",
  accepted: `toInt64(sumIf(last, ${ACCEPTED}))`,
};

/** All roll-ups. `cycle` is when the account's cycle began by the version that priced the row; 1970 where none is known. */
export const ROLLUPS: readonly Rollup[] = [
  {
    table: "readings_by_hour",
    of: "readings",
    key: "hour",
    type: "DateTime('UTC')",
    bucket: `toStartOfHour(${justBefore("`to`")})`,
    by: {},
    sums: READING_SUMS,
  },
  {
    table: "readings_by_day",
    of: "readings",
    key: "day",
    type: "Date",
    bucket: `toDate(${justBefore("`to`")})`,
    by: {},
    sums: READING_SUMS,
  },
  {
    table: "readings_by_cycle",
    of: "readings",
    key: "cycle",
    type: "DateTime('UTC')",
    bucket: "cycle_start",
    by: { tariff: "UInt32", period: "UInt8", block: "UInt8" },
    sums: READING_SUMS,
  },
  {
    table: "charges_by_day",
    of: "charges",
    key: "day",
    type: "Date",
    bucket: `toDate(${justBefore("at")})`,
    by: {},
    sums: { amount: "sum(amount)", entries: "toInt64(count())" },
  },
];

/** The table of a roll-up. */
export function rollupTable({ table, key, type, by, sums }: Rollup): StoreTable {
  const names = Object.keys(sums);
  const plain = (name: string, of: string) => ({ name, type: of, codec: "ZSTD(1)" });
  return {
    name: table,
    columns: [
      plain("account", "UInt32"),
      { name: key, type, codec: "Delta, ZSTD(1)" },
      ...Object.entries(by).map(([name, of]) => plain(name, of)),
      ...names.map((name) => ({ name, type: "Int64", codec: AMOUNTS })),
    ],
    rows: { kind: "sums", of: names },
    // A cycle's table has a row for many of the day's.
    partition: key === "cycle" ? `toYear(${key})` : `toYYYYMM(${key})`,
    order: ["account", key, ...Object.keys(by)].join(", "),
    spread: BY_ACCOUNT,
  };
}

/** Which rows are rolled up: a condition on the source's columns, and one on the stretch. */
export type Which = { where?: string; having?: string };

/** Selects a roll-up's rows from rows of its source: the table by its name on a server, or another of its columns. */
export function rolledUp(
  { key, bucket, by, sums }: Rollup,
  source: string,
  { where, having }: Which = {},
): string {
  const keys = ["account", key, ...Object.keys(by)];
  const columns = Object.entries(sums).map(([name, sum]) => `${sum} AS ${name}`);
  const further = Object.keys(by).map((name) => `${name}, `);
  const condition = where === undefined ? "" : ` WHERE ${where}`;
  const rows = key === "cycle" ? inCycles(source, condition) : `${source}${condition}`;
  return (
    `SELECT account, ${bucket} AS ${key}, ${further.join("")}${columns.join(", ")} FROM ${rows} ` +
    `GROUP BY ${keys.join(", ")}${having === undefined ? "" : ` HAVING ${having}`}`
  );
}

const IN_CYCLES = "account to tariff period block quantity cost verdict last".split(" ");

/** Rows with the start of their cycle: the last one before their end, by the version that priced them. */
function inCycles(source: string, condition: string): string {
  const columns = IN_CYCLES.map((name) => `\`${name}\``).join(", ");
  return (
    `(SELECT ${columns}, starts.start AS cycle_start FROM (SELECT ${columns} FROM ${source}${condition}) AS rows ` +
    `ASOF LEFT JOIN ${CYCLE_STARTS.name} AS starts ON rows.tariff = starts.tariff AND rows.\`to\` > starts.start)`
  );
}

/** Makes a whole roll-up equal to its source; once more changes nothing. For a store that had rows before the roll-up. */
export function evenOutAll(rollup: Rollup): string {
  return evenedOut(rollup, rolledUp(rollup, rollup.of));
}

/**
 * Adds to a roll-up what `source` (selected rows of the roll-up's form) has more than its own rows under `where`, or less:
 * the statement changes nothing where both are equal. With a fence it is refused when its writer is no longer the newest.
 */
export function evenedOut(
  { table, key, by, sums }: Rollup,
  source: string,
  { where = "", fence = OPEN }: { where?: string; fence?: Fence } = {},
): string {
  const names = Object.keys(sums);
  const keys = ["account", key, ...Object.keys(by)].join(", ");
  const negated = names.map((name) => `-${name}`).join(", ");
  const condition = where === "" ? "" : ` WHERE ${where}`;
  const kept = `SELECT ${keys}, ${negated} FROM ${table}${condition}`;
  const offs = names.map((name) => `${name}_off`);
  const totals = names.map((name) => `sum(${name}) AS ${name}_off`).join(", ");
  const differing =
    `SELECT ${keys}, ${offs.join(", ")} FROM (SELECT ${keys}, ${totals} FROM (${source} UNION ALL ${kept}) GROUP BY ${keys}) ` +
    `WHERE ${offs.map((off) => `${off} != 0`).join(" OR ")}`;
  return `INSERT INTO ${table} (${keys}, ${names.join(", ")}) ${fence.guard(differing)}`;
}
