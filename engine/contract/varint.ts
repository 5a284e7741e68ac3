/**
 * Variable-length integers of up to 53 bits, seven bits a byte, least significant first; zigzag for signed ones.
 * The kernel reads the same bytes (kernel-as/assembly/frame.ts).
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

/** Writes a signed integer of at most 52 bits of size: 0, -1, 1, -2, … as 0, 1, 2, 3, … */
export function putZigzag(cursor: Cursor, value: number): void {
  putVarint(cursor, value < 0 ? -value * 2 - 1 : value * 2);
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

/** Reads a signed integer. */
export function getZigzag(cursor: Cursor): number {
  const value = getVarint(cursor);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function checkedVarint(value: number): number {
  if (value <= Number.MAX_SAFE_INTEGER) return value;
  throw new RangeError("a varint holds more than 53 bits");
}
