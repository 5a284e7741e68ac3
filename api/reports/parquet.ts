/**
 * Columns and values of a report as ClickHouse takes them to write Parquet: money and quantities as decimals, never floats.
 */
import type { Cell, Column, Kind } from "./table.ts";

const TYPES: Record<Kind, string> = {
  text: "String",
  time: "DateTime('UTC')",
  money: "Decimal(38, 6)",
  quantity: "Decimal(38, 9)",
  decimal: "Decimal(38, 12)",
  atoms: "Decimal(38, 0)",
  count: "Int64",
  flag: "Bool",
  detail: "String",
};

/** The type of a column. */
export function parquetType({ kind, nullable }: Column): string {
  return nullable === true ? `Nullable(${TYPES[kind]})` : TYPES[kind];
}

/** A value as JSON that ClickHouse reads into the column's type; an object becomes its JSON text. */
export function parquetValue({ kind }: Column, cell: Cell): string | number | boolean | null {
  if (cell === null) return null;
  if (typeof cell === "object") return JSON.stringify(cell);
  return kind === "time" ? Math.floor(Date.parse(String(cell)) / 1_000) : cell;
}
