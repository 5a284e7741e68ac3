/**
 * Rated blocks as they are published since version 1 of this form: columns packed by what is alike in them (the kernel's
 * pack.ts writes them; docs/frames.md tells them byte by byte). Opened and checked here, and unpacked to the bytes of a
 * ClickHouse `Native` block. Little-endian.
 */
import { crc32c } from "@node-rs/crc32";
import { nativeBlock } from "./native.ts";
import {
  ColumnWalk,
  type PackedColumn,
  putLow,
  putWords,
  smallAt,
  UPPER,
} from "./packed-columns.ts";
import { RATED_ROWS_MAX, RATED_TABLES, type RatedTable } from "./rated.ts";

/** "DDP1" as a little-endian number: magic and version. */
export const PACKED_MAGIC = 0x3150_4444;
/** What every form of packed block begins with, as bytes: "DDP". */
const FAMILY = [0x44, 0x44, 0x50] as const;
const HEADER_BYTES = 16;
const CRC_BYTES = 4;
const BYTES_AT = 4;
const ROWS_AT = 8;
const TABLE_AT = 12;
const COLUMNS_AT = 14;

/** The tables by their numbers, and their columns in the order in which they are packed. */
const PACKED_TABLES: Record<RatedTable, { number: number; columns: readonly string[] }> = {
  readings: {
    number: 1,
    columns: "account to from quantity cost register tariff verdict period block last".split(" "),
  },
  charges: { number: 2, columns: "account at amount tariff charge".split(" ") },
};

/** What is expected of a row of a column in runs: the row before, or another column. All others: nothing. */
const EXPECTED: Record<string, "before" | "to" | "register"> = {
  account: "before",
  to: "before",
  at: "before",
  from: "to",
  register: "register",
};

/** An opened block: its columns by name. */
export type PackedBlock = {
  table: RatedTable;
  rows: number;
  bytes: Uint8Array;
  columns: ReadonlyMap<string, PackedColumn>;
};

/** A block, or why it is none. */
export type OpenedBlock = { ok: true; block: PackedBlock } | { ok: false; reason: string };

/** Whether bytes claim to be a packed block, of whatever version. `Native` blocks begin with a count of columns. */
export function isPacked(bytes: Uint8Array): boolean {
  return FAMILY.every((byte, i) => bytes[i] === byte);
}

/** Makes a block of what the kernel packed: adds the checksum in the last four bytes, which are free. */
export function sealPacked(block: Buffer): Buffer {
  const end = block.length - CRC_BYTES;
  block.writeUInt32LE(crc32c(block.subarray(0, end)), end);
  return block;
}

/** Checks a block of this table from end to end: what passes can be unpacked. */
export function openPacked(table: RatedTable, bytes: Uint8Array): OpenedBlock {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES + CRC_BYTES) return refuse("is cut short in its header");
  if (view.getUint32(0, true) !== PACKED_MAGIC)
    return refuse("is of a version that this program does not know: run a newer store writer");
  if (view.getUint32(BYTES_AT, true) !== bytes.length) return refuse("is not as long as it says");
  const end = bytes.length - CRC_BYTES;
  if (view.getUint32(end, true) !== crc32c(bytes.subarray(0, end)))
    return refuse("is damaged: its checksum is wrong");
  const { number, columns: names } = PACKED_TABLES[table];
  if (view.getUint16(TABLE_AT, true) !== number) return refuse(`is not of ${table}`);
  if (view.getUint16(COLUMNS_AT, true) !== names.length)
    return refuse(`has not ${names.length} columns`);
  const rows = view.getUint32(ROWS_AT, true);
  if (rows < 1 || rows > RATED_ROWS_MAX)
    return refuse(`has not 1 to ${RATED_ROWS_MAX} rows (RATED_ROWS_MAX)`);
  const walk = new ColumnWalk(bytes, HEADER_BYTES, end);
  const columns = new Map<string, PackedColumn>();
  for (const name of names) {
    const column = walk.column(rows);
    if (column === undefined) return refuse(`has no sound column ${name}`);
    columns.set(name, column);
  }
  if (walk.at !== end) return refuse("goes on behind its last column");
  return { ok: true, block: { table, rows, bytes, columns } };
}

/** The bytes of the `Native` block that holds the same rows. */
export function unpackNative({ table, rows, bytes, columns }: PackedBlock): Buffer {
  const done = new Map<string, Uint32Array | Uint8Array>();
  for (const name of PACKED_TABLES[table].columns) {
    const column = columns.get(name);
    const width = RATED_TABLES[table].find((each) => each.name === name)?.bytes;
    if (column === undefined || width === undefined)
      throw new Error(`a packed block has no column ${table}.${name}`);
    done.set(name, unpack(bytes, { column, rows, width, name }, done));
  }
  return nativeBlock(RATED_TABLES[table], rows, ({ name }) => {
    const values = done.get(name);
    if (values === undefined) throw new Error(`a packed block has no column ${table}.${name}`);
    return new Uint8Array(values.buffer);
  });
}

type Unpacking = { column: PackedColumn; rows: number; width: number; name: string };
type Done = ReadonlyMap<string, Uint32Array | Uint8Array>;

function unpack(
  bytes: Uint8Array,
  { column, rows, width, name }: Unpacking,
  done: Done,
): Uint32Array | Uint8Array {
  const { values } = column;
  if (width === 8) {
    const words = new Uint32Array(2 * rows);
    if (column.counts === undefined) putWords(bytes, values, words);
    else putWideRuns(bytes, column, words, EXPECTED[name] && done.get("quantity"));
    return words;
  }
  const target = width === 1 ? new Uint8Array(rows) : new Uint32Array(rows);
  if (column.counts === undefined) putLow(bytes, values, target);
  else if (EXPECTED[name] === "before") putRising(bytes, column, target);
  else putRuns(bytes, column, target, EXPECTED[name] === "to" ? done.get("to") : undefined);
  return target;
}

/** Each row has so much more than the row before; the first, than 0. */
function putRising(
  bytes: Uint8Array,
  column: PackedColumn,
  target: Uint32Array | Uint8Array,
): void {
  let row = 0;
  let value = 0;
  eachRun(bytes, column, (more, count) => {
    for (const end = row + count; row < end; row++) {
      value = (value + more) >>> 0;
      target[row] = value;
    }
  });
}

/** Each row has so much, or so much more than the other column. */
function putRuns(
  bytes: Uint8Array,
  column: PackedColumn,
  target: Uint32Array | Uint8Array,
  other: Uint32Array | Uint8Array | undefined,
): void {
  let row = 0;
  eachRun(bytes, column, (more, count) => {
    const end = row + count;
    if (other === undefined) target.fill(more, row, end);
    else for (let at = row; at < end; at++) target[at] = (other[at] as number) + more;
    row = end;
  });
}

/** The same in words of 64 bits; with `quantity`, more than the register of the row before and this row's quantity. */
function putWideRuns(
  bytes: Uint8Array,
  column: PackedColumn,
  words: Uint32Array,
  quantity: Uint32Array | Uint8Array | undefined,
): void {
  const { values } = column;
  const more = new Uint32Array(2 * values.count);
  putWords(bytes, values, more);
  let at = 0;
  let low = 0;
  let high = 0;
  let run = 0;
  eachRun(bytes, column, (_, count) => {
    const moreLow = more[2 * run] as number;
    const moreHigh = more[2 * run + 1] as number;
    run += 1;
    for (const end = at + 2 * count; at < end; at += 2) {
      if (quantity === undefined) {
        low = moreLow;
        high = moreHigh;
      } else {
        const sum = low + moreLow + (quantity[at] as number);
        high = (high + moreHigh + (quantity[at + 1] as number) + Math.floor(sum / UPPER)) >>> 0;
        low = sum >>> 0;
      }
      words[at] = low;
      words[at + 1] = high;
    }
  });
}

function eachRun(
  bytes: Uint8Array,
  { values, counts }: PackedColumn,
  take: (low: number, count: number) => void,
): void {
  if (counts === undefined) return;
  const lows = new Uint32Array(values.count);
  putLow(bytes, values, lows);
  for (let run = 0; run < values.count; run++)
    take(lows[run] as number, smallAt(bytes, counts, run));
}

function refuse(reason: string): OpenedBlock {
  return { ok: false, reason: `the block ${reason}` };
}
