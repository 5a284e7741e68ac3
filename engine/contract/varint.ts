/**
 * Variable-length integers of up to 53 bits, seven bits a byte, least significant first; zigzag for signed ones.
 * The kernel reads the same bytes (kernel-as/assembly/varint.ts).
 */

/** Longest varint of 53 bits. */
export const VARINT_BYTES_MAX = 8;

/** A growing write position in a fixed buffer. */
export type Cursor = { bytes: Uint8Array; at: number };

/** Writes an unsigned integer of at most 53 bits. */
export function putVarint(cursor: Cursor, value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    cursor.bytes[cursor.at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  cursor.bytes[cursor.at++] = rest;
}

/** Writes a signed integer of at most 53 bits of size: 0, -1, 1, -2, … as 0, 1, 2, 3, … */
export function putZigzag(cursor: Cursor, value: number): void {
  // Never doubled: twice a number of 53 bits is not exact.
  const isNegative = value < 0;
  const size = isNegative ? -value - 1 : value;
  const first = (size % 0x40) * 2 + (isNegative ? 1 : 0);
  const rest = Math.floor(size / 0x40);
  cursor.bytes[cursor.at++] = rest === 0 ? first : first | 0x80;
  if (rest > 0) putVarint(cursor, rest);
}

/** Reads an unsigned integer; throws a RangeError when it runs past the end or past 53 bits. */
export function getVarint(cursor: Cursor): number {
  let value = 0;
  let scale = 1;
  for (let i = 0; i < VARINT_BYTES_MAX; i++) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) throw new RangeError("a varint runs past the end of its column");
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return checkedVarint(value);
    scale *= 0x80;
  }
  throw new RangeError(`a varint is longer than ${VARINT_BYTES_MAX} bytes`);
}

/** Reads a signed integer; throws as getVarint does. */
export function getZigzag(cursor: Cursor): number {
  const first = cursor.bytes[cursor.at++];
  if (first === undefined) throw new RangeError("a varint runs past the end of its column");
  const low = (first & 0x7f) >> 1;
  const size = first < 0x80 ? low : checkedVarint(low + getRest(cursor) * 0x40);
  return first % 2 === 0 ? size : -size - 1;
}

/** What stands behind a first byte, which makes it one byte shorter. */
function getRest(cursor: Cursor): number {
  const from = cursor.at;
  const rest = getVarint(cursor);
  if (cursor.at - from < VARINT_BYTES_MAX) return rest;
  throw new RangeError(`a varint is longer than ${VARINT_BYTES_MAX} bytes`);
}

function checkedVarint(value: number): number {
  if (value <= Number.MAX_SAFE_INTEGER) return value;
  throw new RangeError("a varint holds more than 53 bits");
}
