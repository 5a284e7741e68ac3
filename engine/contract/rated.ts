/**
 * Rated blocks on `rated.<shard>`: the engine's columns as the bytes of a ClickHouse `Native` block, one block a message,
 * so that the store writer passes bytes on. The table is in a header, and so is the token under which a repeated insert
 * is dropped. Order and types of the columns are the tables' (api/store/schema).
 */

/** Most rows of one message. Keeps a message under NATS's default payload limit of 1 MiB. */
export const RATED_ROWS_MAX = 16_384;

/** Message headers. */
export const RATED_HEADERS = {
  table: "Drawdown-Table",
  token: "Drawdown-Token",
  rows: "Drawdown-Rows",
  /** "1" on a block that may have been published before: a writer that is no more may have begun to insert it. */
  again: "Drawdown-Again",
} as const;

/**
 * What became of a reading (R10-R18), in the kernel's numbering. Only `accepted` and `rollover` rows carry quantity.
 * `opening` is the first accepted reading of a meter. `duplicate` readings are rows too: they are counted, not kept silent.
 */
export const VERDICTS = [
  "accepted",
  "opening",
  "rollover",
  "duplicate",
  "conflict",
  "late",
  "backwards",
  "implausible",
  "clock",
  "untariffed",
  "estimated",
] as const;
/** A verdict. */
export type Verdict = (typeof VERDICTS)[number];

/** A column: its name, its ClickHouse type, and its bytes a row in a `Native` block. */
export type RatedColumn = { name: string; type: string; bytes: 1 | 2 | 4 | 8 };

/**
 * Rows of `readings`: one for each part of an accepted interval that has one period, block and version (nearly always
 * one part a reading), one for any other reading. `last` is 1 on the row that ends a reading, so that sum(last) counts
 * readings. `register` is the reading's own, on each of its parts. `block` counts from 0; `period` is the index of the
 * period in the price list's rates; `tariff` is the version's number in the registry.
 */
export const READING_COLUMNS: readonly RatedColumn[] = [
  { name: "account", type: "UInt32", bytes: 4 },
  { name: "from", type: "DateTime('UTC')", bytes: 4 },
  { name: "to", type: "DateTime('UTC')", bytes: 4 },
  { name: "register", type: "Int64", bytes: 8 },
  { name: "quantity", type: "Int64", bytes: 8 },
  { name: "cost", type: "Int64", bytes: 8 },
  { name: "tariff", type: "UInt32", bytes: 4 },
  { name: "verdict", type: "UInt8", bytes: 1 },
  { name: "period", type: "UInt8", bytes: 1 },
  { name: "block", type: "UInt8", bytes: 1 },
  { name: "last", type: "UInt8", bytes: 1 },
];

/** Rows of `charges`: one for each entry of a charge that fell due by time (R35). `charge` is its index in the list. */
export const CHARGE_COLUMNS: readonly RatedColumn[] = [
  { name: "account", type: "UInt32", bytes: 4 },
  { name: "at", type: "DateTime('UTC')", bytes: 4 },
  { name: "amount", type: "Int64", bytes: 8 },
  { name: "tariff", type: "UInt32", bytes: 4 },
  { name: "charge", type: "UInt8", bytes: 1 },
];

/** The tables that rated blocks go to. */
export const RATED_TABLES = { readings: READING_COLUMNS, charges: CHARGE_COLUMNS } as const;
/** A table of rated blocks. */
export type RatedTable = keyof typeof RATED_TABLES;
