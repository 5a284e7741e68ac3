/**
 * The tables of the store and the roll-ups that ClickHouse keeps from them.
 *
 * A row of `readings` belongs to the hour and the day that hold the instant just before its `to`: the reading of
 * (10:00, 11:00] counts from 10 to 11. A row that is longer than its hour counts there whole; it is never spread, since
 * nobody knows how consumption lay within it. A charge due at a midnight belongs, in the same way, to the day that ends
 * there (R35). Hours and days are UTC's; local ones are put together when they are asked for (consumption.ts).
 */
import { RATED_TABLES, type RatedTable } from "../../engine/contract/rated.ts";

/** Inserts whose tokens each table remembers: an insert that got no answer is repeated at once, or not at all. */
export const TOKENS_MAX = 10_000;

/** A roll-up: summed columns of a table by account and stretch of time. `key` names the stretch. */
export type Rollup = {
  table: string;
  of: RatedTable;
  key: string;
  type: string;
  /** The stretch that a row of the source belongs to. */
  bucket: string;
  /** Summed columns and what they sum; all are signed, so that a difference can be put right by a row. */
  sums: Record<string, string>;
};

/** The column of each table that says when. */
export const TIME_COLUMN: Record<RatedTable, string> = { readings: "to", charges: "at" };

/** The instant just before a time column's, which is a moment inside the row's own stretch. */
export function justBefore(column: string): string {
  return `toDateTime(greatest(toUInt32(${column}), 1) - 1, 'UTC')`;
}

/** Readings that moved the meter's state, by their number in VERDICTS: accepted, opening, rollover. */
export const ACCEPTED = "verdict IN (0, 1, 2)";

const READING_SUMS = {
  quantity: "sum(quantity)",
  cost: "sum(cost)",
  readings: "toInt64(sum(last))",
  accepted: `toInt64(sumIf(last, ${ACCEPTED}))`,
};

/** All roll-ups. */
export const ROLLUPS: readonly Rollup[] = [
  {
    table: "readings_hourly",
    of: "readings",
    key: "hour",
    type: "DateTime('UTC')",
    bucket: `toStartOfHour(${justBefore("`to`")})`,
    sums: READING_SUMS,
  },
  {
    table: "readings_daily",
    of: "readings",
    key: "day",
    type: "Date",
    bucket: `toDate(${justBefore("`to`")})`,
    sums: READING_SUMS,
  },
  {
    table: "charges_daily",
    of: "charges",
    key: "day",
    type: "Date",
    bucket: `toDate(${justBefore("at")})`,
    sums: { amount: "sum(amount)", entries: "toInt64(count())" },
  },
];

/** How a column is packed; one that is not named packs best with the plain default. */
const CODECS: Record<string, string> = {
  from: "Delta, ZSTD(1)",
  to: "Delta, ZSTD(1)",
  at: "Delta, ZSTD(1)",
  register: "Delta, ZSTD(1)",
};
const CODEC = "ZSTD(1)";

const SORTED: Record<RatedTable, string> = {
  readings: "(account, `to`, `from`)",
  charges: "(account, at)",
};

/** An insert is on disk before it is answered: its message is not in RATED any more then. */
export const DURABLE = "fsync_after_insert = 1, fsync_part_directory = 1";

const SETTINGS = `SETTINGS non_replicated_deduplication_window = ${TOKENS_MAX}, ${DURABLE}`;

/** The statement that makes a table of rated rows. */
export function ratedTable(table: RatedTable): string {
  const columns = RATED_TABLES[table].map(
    ({ name, type }) => `\`${name}\` ${type} CODEC(${CODECS[name] ?? CODEC})`,
  );
  return (
    `CREATE TABLE IF NOT EXISTS ${table} (${columns.join(", ")}) ENGINE = MergeTree ` +
    `PARTITION BY toYYYYMM(\`${TIME_COLUMN[table]}\`) ORDER BY ${SORTED[table]} ${SETTINGS}`
  );
}

/** The statement that makes a roll-up's table. */
export function rollupTable({ table, key, type, sums }: Rollup): string {
  const names = Object.keys(sums);
  const columns = names.map((name) => `${name} Int64 CODEC(${CODEC})`).join(", ");
  return (
    `CREATE TABLE IF NOT EXISTS ${table} (account UInt32 CODEC(${CODEC}), ${key} ${type} CODEC(Delta, ZSTD(1)), ` +
    `${columns}) ENGINE = SummingMergeTree((${names.join(", ")})) ` +
    `PARTITION BY toYYYYMM(${key}) ORDER BY (account, ${key}) ${SETTINGS}`
  );
}

/** The statement that makes the view which fills a roll-up with every insert. */
export function rollupView(rollup: Rollup): string {
  return `CREATE MATERIALIZED VIEW IF NOT EXISTS ${rollup.table}_fill TO ${rollup.table} AS ${rolledUp(rollup, rollup.of)}`;
}

/** Selects a roll-up's rows from rows of its source; `from` may carry a condition. */
export function rolledUp({ key, bucket, sums }: Rollup, from: string): string {
  const columns = Object.entries(sums).map(([name, sum]) => `${sum} AS ${name}`);
  return `SELECT account, ${bucket} AS ${key}, ${columns.join(", ")} FROM ${from} GROUP BY account, ${key}`;
}
