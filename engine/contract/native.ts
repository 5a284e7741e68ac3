/**
 * A ClickHouse `Native` block from columns that lie ready in memory: counts, then for each column its name, its type and
 * its values as they are. No row is built.
 */
import type { RatedColumn } from "./rated.ts";

/** The bytes of one block of `rows` rows; `valuesOf` gives a column's values, rows × bytes long. */
export function nativeBlock(
  columns: readonly RatedColumn[],
  rows: number,
  valuesOf: (column: RatedColumn) => Uint8Array,
): Buffer {
  const parts: Uint8Array[] = [varint(columns.length), varint(rows)];
  for (const column of columns) parts.push(text(column.name), text(column.type), valuesOf(column));
  return Buffer.concat(parts);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
