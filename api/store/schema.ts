/**
 * The tables of the store, as data: names, columns, types, order. What a table becomes on one server or on a cluster is
 * topology.ts's; the roll-ups that ClickHouse fills by itself are in rollups.ts.
 *
 * A row of `readings` belongs to the hour and the day that hold the instant just before its `to`: the reading of
 * (10:00, 11:00] counts from 10 to 11. A row that is longer than its hour counts there whole; it is never spread, since
 * nobody knows how consumption lay within it. A charge due at a midnight belongs, in the same way, to the day that ends
 * there (R35). Hours and days are UTC's; local ones are put together when they are asked for (consumption.ts).
 */
import { RATED_TABLES, type RatedColumn, type RatedTable } from "../../engine/contract/rated.ts";

/** A column, how it is packed, and what it holds where an insert does not say. */
export type StoreColumn = { name: string; type: string; codec: string; fallback?: string };

/**
 * What ClickHouse does with rows of one key: keeps all, adds up the named columns, or keeps one of them. The last two happen
 * when it likes: sum a table of sums, and read one of `once` with FINAL.
 */
export type RowKind = { kind: "rows" } | { kind: "sums"; of: readonly string[] } | { kind: "once" };

/** A table. `spread` is the expression by which a cluster's shards share its rows. */
export type StoreTable = {
  name: string;
  columns: readonly StoreColumn[];
  rows: RowKind;
  partition: string;
  order: string;
  spread: string;
  /** When rows go, where that is part of what the table is. */
  ttl?: string;
  /** Further settings. */
  settings?: readonly string[];
};

/** The column of each table of rated rows that says when. */
export const TIME_COLUMN: Record<RatedTable, string> = { readings: "to", charges: "at" };

/** The instant just before a time column's, which is a moment inside the row's own stretch. */
export function justBefore(column: string): string {
  return `toDateTime(greatest(toUInt32(${column}), 1) - 1, 'UTC')`;
}

/** Readings that moved the meter's state, by their number in VERDICTS: accepted, opening, rollover. */
export const ACCEPTED = "verdict IN (0, 1, 2)";

const PLAIN = "ZSTD(1)";
const RISING = "Delta, ZSTD(1)";
/** For amounts whose upper bits are nearly always empty: fewer bytes than the plain default, and read in half the time. */
export const AMOUNTS = "T64, ZSTD(1)";
const TIME = "DateTime('UTC')";
/** How a cluster's shards share accounts. */
export const BY_ACCOUNT = "intHash64(account)";
const NAME = "LowCardinality(String)";

/** How a rated column is packed, by measurement; one that is not named packs best with the plain default. */
const RATED_CODECS: Record<string, string> = {
  from: RISING,
  to: RISING,
  at: RISING,
  register: "Delta, T64, ZSTD(1)",
  quantity: AMOUNTS,
  cost: AMOUNTS,
  amount: AMOUNTS,
};

/** A table of rated rows, whose columns the engine gives (engine/contract/rated.ts). */
function ratedTable(name: RatedTable, order: string): StoreTable {
  const columns = RATED_TABLES[name] as readonly RatedColumn[];
  return {
    name,
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type,
      codec: RATED_CODECS[column.name] ?? PLAIN,
    })),
    rows: { kind: "rows" },
    partition: `toYYYYMM(\`${TIME_COLUMN[name]}\`)`,
    order,
    spread: BY_ACCOUNT,
  };
}

/** One row for each part of a reading: `sum(last)` counts readings. */
export const READINGS: StoreTable = ratedTable("readings", "account, `to`, `from`");

/** One row for each entry of a charge by time (R35). */
export const CHARGES: StoreTable = ratedTable("charges", "account, at");

/**
 * One row for each event of the engine, by its id; read it with FINAL. `amount`, `balance` are micros (of an account that
 * holds quantity: millionths of an atom), `quantity` millionths of an atom that a credit bought, `number` the command's or
 * the supply command's, `data` the event's whole `data` as JSON. What an event does not say is 0 or empty.
 */
export const EVENTS: StoreTable = {
  name: "events",
  columns: [
    { name: "account", type: "UInt32", codec: PLAIN },
    { name: "at", type: TIME, codec: RISING },
    { name: "id", type: "String", codec: PLAIN },
    { name: "type", type: NAME, codec: PLAIN },
    { name: "account_id", type: "String", codec: PLAIN },
    { name: "balance", type: "Int64", codec: PLAIN },
    { name: "amount", type: "Int64", codec: PLAIN },
    { name: "quantity", type: "Int64", codec: PLAIN },
    { name: "number", type: "UInt32", codec: PLAIN },
    { name: "level", type: "UInt32", codec: PLAIN },
    { name: "cause", type: NAME, codec: PLAIN },
    { name: "debt", type: NAME, codec: PLAIN },
    { name: "supply_state", type: NAME, codec: PLAIN },
    { name: "verdict", type: NAME, codec: PLAIN },
    { name: "data", type: "String", codec: PLAIN },
  ],
  rows: { kind: "once" },
  partition: "toYYYYMM(at)",
  order: "account, at, id",
  spread: BY_ACCOUNT,
};

/**
 * One row for each vend that was applied or reversed, by its event's id; read it with FINAL. `amount` in micros, as the
 * event says it; `number` is the account's command number, which the registry's vend carries as well. ClickHouse fills it
 * from `events`.
 */
export const VENDS: StoreTable = {
  name: "vends",
  columns: [
    { name: "account", type: "UInt32", codec: PLAIN },
    { name: "at", type: TIME, codec: RISING },
    { name: "id", type: "String", codec: PLAIN },
    { name: "kind", type: "Enum8('applied' = 1, 'reversed' = 2)", codec: PLAIN },
    { name: "amount", type: "Int64", codec: PLAIN },
    { name: "number", type: "UInt32", codec: PLAIN },
    { name: "balance", type: "Int64", codec: PLAIN },
  ],
  rows: { kind: "once" },
  partition: "toYYYYMM(at)",
  order: "account, at, id",
  spread: BY_ACCOUNT,
};

/** When the cycles of a price list's version begin (R33), by the version's number in the registry; read it with FINAL. */
export const CYCLE_STARTS: StoreTable = {
  name: "cycle_starts",
  columns: [
    { name: "tariff", type: "UInt32", codec: PLAIN },
    { name: "start", type: TIME, codec: RISING },
  ],
  rows: { kind: "once" },
  partition: "tuple()",
  order: "tariff, start",
  spread: "intHash64(tariff)",
};
