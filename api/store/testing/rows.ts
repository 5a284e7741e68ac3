/**
 * For tests: rated rows, the blocks they make, and their sums by plain bigint.
 */

import { nativeBlock } from "../../../engine/contract/native.ts";
import {
  RATED_HEADERS,
  RATED_TABLES,
  type RatedColumn,
  type RatedTable,
} from "../../../engine/contract/rated.ts";
import { type ParsedBlock, parseRatedBlock, type RatedBlock } from "../rated-block.ts";

/** A row of a table: a value for each of its columns. */
export type Row = Record<string, bigint>;

/** A row of `readings`; what is not given is an accepted reading of an hour that ends at 2026-03-01T01:00Z. */
export function readingRow(given: Partial<Record<string, number | bigint>>): Row {
  return row("readings", { from: 1_772_323_200, to: 1_772_326_800, last: 1, ...given });
}

/** A row of `charges`. */
export function chargeRow(given: Partial<Record<string, number | bigint>>): Row {
  return row("charges", given);
}

function row(table: RatedTable, given: Partial<Record<string, number | bigint>>): Row {
  return Object.fromEntries(
    RATED_TABLES[table].map(({ name }) => [name, BigInt(given[name] ?? 0)]),
  );
}

/** The bytes of a block. */
export function blockBytes(table: RatedTable, rows: readonly Row[]): Buffer {
  return nativeBlock(RATED_TABLES[table], rows.length, (column) => values(column, rows));
}

/** The headers of a block's message. */
export function blockHeaders(
  table: RatedTable,
  token: string,
  rows: number,
): Record<string, string> {
  return {
    [RATED_HEADERS.table]: table,
    [RATED_HEADERS.token]: token,
    [RATED_HEADERS.rows]: String(rows),
  };
}

/** A block as the writer makes it of a message. */
export function ratedBlock(table: RatedTable, token: string, rows: readonly Row[]): RatedBlock {
  const headers = blockHeaders(table, token, rows.length);
  const parsed: ParsedBlock = parseRatedBlock(
    (name) => headers[name] ?? "",
    blockBytes(table, rows),
  );
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.block;
}

function values({ name, bytes }: RatedColumn, rows: readonly Row[]): Buffer {
  const buffer = Buffer.alloc(rows.length * bytes);
  for (const [i, each] of rows.entries()) {
    const value = each[name] ?? 0n;
    if (bytes === 8) buffer.writeBigInt64LE(value, i * 8);
    else buffer.writeUIntLE(Number(value), i * bytes, bytes);
  }
  return buffer;
}
