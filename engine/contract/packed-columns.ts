/**
 * The columns of a packed block (docs/frames.md, "Rated blocks"): found and checked first, unpacked later. A column is one
 * number for each row, or runs of rows that have the same more than was to be expected of them.
 */

/** How a column is packed. */
export const PACK_MODE = { numbers: 0, runs: 1 } as const;
/** Most bytes of a varint: 64 bits. */
const VARINT_BYTES_MAX = 10;
const WORD_BYTES = 8;
/** What the upper word of a number of 64 bits counts. */
export const UPPER = 0x1_0000_0000;

/** Numbers: the least of them, in two words, and where they lie, each `width` bytes long and above the least. */
export type Numbers = { width: number; low: number; high: number; at: number; count: number };
/** A column: one number for each row, or a value and a count of rows for each run. */
export type PackedColumn = { values: Numbers; counts: Numbers | undefined };

/** Walks columns from a place on; what does not reach or contradicts itself gives undefined. */
export class ColumnWalk {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  at: number;

  constructor(bytes: Uint8Array, from: number, end: number) {
    this.#bytes = bytes;
    this.at = from;
    this.#end = end;
  }

  /** The next column, which must stand for just so many rows. */
  column(rows: number): PackedColumn | undefined {
    const mode = this.#byte();
    if (mode === PACK_MODE.numbers) {
      const values = this.#numbers(rows);
      return values === undefined ? undefined : { values, counts: undefined };
    }
    if (mode !== PACK_MODE.runs) return undefined;
    const runs = this.#varint();
    if (runs === undefined || runs.high !== 0 || runs.low < 1 || runs.low > rows) return undefined;
    const values = this.#numbers(runs.low);
    const counts = values === undefined ? undefined : this.#numbers(runs.low);
    if (values === undefined || counts === undefined) return undefined;
    return this.#covers(counts, rows) ? { values, counts } : undefined;
  }

  #numbers(count: number): Numbers | undefined {
    const width = this.#byte();
    const least = this.#varint();
    if (width === undefined || width > WORD_BYTES || least === undefined) return undefined;
    const at = this.at;
    this.at += count * width;
    if (this.at > this.#end) return undefined;
    // Zigzag: 0, -1, 1, -2, … stand as 0, 1, 2, 3, …
    const sign = -(least.low & 1);
    const low = ((least.low >>> 1) | (least.high << 31)) ^ sign;
    return { width, low: low >>> 0, high: ((least.high >>> 1) ^ sign) >>> 0, at, count };
  }

  /** Whether the counts are all at least 1 and come to the rows. */
  #covers(counts: Numbers, rows: number): boolean {
    if (counts.high !== 0 || counts.width > 4) return false;
    let covered = 0;
    for (let run = 0; run < counts.count; run++) {
      const count = smallAt(this.#bytes, counts, run);
      if (count < 1) return false;
      covered += count;
    }
    return covered === rows;
  }

  #byte(): number | undefined {
    return this.at < this.#end ? this.#bytes[this.at++] : undefined;
  }

  /** A number of up to 64 bits in two words. */
  #varint(): { low: number; high: number } | undefined {
    let low = 0;
    let high = 0;
    for (let group = 0; group < VARINT_BYTES_MAX; group++) {
      const byte = this.#byte();
      if (byte === undefined) return undefined;
      const bits = byte & 0x7f;
      const shift = 7 * group;
      if (shift < 32) low |= bits << shift;
      if (shift === 28) high |= bits >>> 4;
      if (shift >= 35) high |= bits << (shift - 32);
      if (byte < 0x80)
        return shift === 63 && byte > 1 ? undefined : { low: low >>> 0, high: high >>> 0 };
    }
    return undefined;
  }
}

/** A number of at most 32 bits above its least; not checked to be one. */
export function smallAt(bytes: Uint8Array, { width, low, at }: Numbers, index: number): number {
  let above = 0;
  const from = at + index * width;
  for (let i = width - 1; i >= 0; i--) above = above * 0x100 + (bytes[from + i] ?? 0);
  return above + low;
}

/** Writes numbers as pairs of words, the lower first; modulo 2^64. */
export function putWords(bytes: Uint8Array, numbers: Numbers, words: Uint32Array): void {
  const { width, low, high, at, count } = numbers;
  if (width > 4) {
    putWideWords(bytes, numbers, words);
    return;
  }
  for (let i = 0, from = at; i < count; i++, from += width) {
    const sum = low + lowAt(bytes, from, width);
    words[2 * i] = sum;
    words[2 * i + 1] = sum < UPPER ? high : high + 1;
  }
}

function putWideWords(
  bytes: Uint8Array,
  { width, low, high, at, count }: Numbers,
  words: Uint32Array,
): void {
  for (let i = 0, from = at; i < count; i++, from += width) {
    const sum = low + lowAt(bytes, from, 4);
    const upper = high + lowAt(bytes, from + 4, width - 4);
    words[2 * i] = sum;
    words[2 * i + 1] = sum < UPPER ? upper : upper + 1;
  }
}

/** Writes the lower parts of numbers, for a column of bytes or of words of 32 bits. */
export function putLow(
  bytes: Uint8Array,
  { width, low, at, count }: Numbers,
  target: Uint32Array | Uint8Array,
): void {
  if (width === 0) {
    target.fill(low, 0, count);
    return;
  }
  const part = Math.min(width, 4);
  for (let i = 0, from = at; i < count; i++, from += width)
    target[i] = low + lowAt(bytes, from, part);
}

/** An unsigned number of at most 4 bytes. */
function lowAt(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  if (width > 0) value = bytes[at] as number;
  if (width > 1) value |= (bytes[at + 1] as number) << 8;
  if (width > 2) value |= (bytes[at + 2] as number) << 16;
  if (width > 3) value |= (bytes[at + 3] as number) << 24;
  return value >>> 0;
}
