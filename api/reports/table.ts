/**
 * A report as a table: columns with their kinds, rows, and what has to be known to read them.
 */

/**
 * What a column holds. `money`, `quantity`, `decimal` and `atoms` are exact decimals as text: money with six places,
 * quantities in the unit beside them, atoms whole. `detail` is an object.
 */
export type Kind =
  | "text"
  | "time"
  | "money"
  | "quantity"
  | "decimal"
  | "atoms"
  | "count"
  | "flag"
  | "detail";

/** A column; `says` is its meaning in the interface's document. */
export type Column = { name: string; kind: Kind; nullable?: boolean; says: string };

/** A value of a row. */
export type Cell = string | number | boolean | null | Readonly<Record<string, unknown>>;
/** A row: a value for each column. */
export type Row = Readonly<Record<string, Cell>>;

/** A report over [fromS, toS). `notes` say in words what limits its meaning. */
export type Report = { fromS: number; toS: number; notes: readonly string[]; rows: readonly Row[] };

/** A column that is always there. */
export function column(name: string, kind: Kind, says: string): Column {
  return { name, kind, says };
}

/** A column that may be null. */
export function maybe(name: string, kind: Kind, says: string): Column {
  return { name, kind, nullable: true, says };
}

/** Columns that many reports share. */
export const SHARED = {
  from: column("from", "time", "Begin of the interval"),
  to: column("to", "time", "End of the interval, not in it"),
  timezone: column("timezone", "text", "Whose clock the interval is of"),
  service: column("service", "text", "The service"),
  currency: column("currency", "text", "The currency of all money of the row"),
  quantity: column("quantity", "quantity", "In `unit`"),
  unit: column("unit", "text", "The unit of quantities"),
  quantityAtoms: column("quantity_atoms", "atoms", "The same in whole atoms (Wh, mL, s, count)"),
  site: column("site", "text", "The site's name"),
  siteId: column("site_id", "text", "The site"),
  unitName: column("unit_name", "text", "The unit's name: flat, shop or workshop"),
  unitId: column("unit_id", "text", "The unit: flat, shop or workshop"),
  accountId: column("account_id", "text", "The account"),
} as const;
