/**
 * A bounded reader over the bytes of one telegram. Fields of several bytes come out lowest byte first, whichever way
 * the telegram sends them (mode 1: lowest first, mode 2: highest first).
 */

/** Order of the bytes of a field on the wire. */
export type ByteOrder = "lowest_first" | "highest_first";

/** Reads forward only; nothing is ever read beyond the end. */
export type Cursor = {
  /** Offset of the next byte, counted from the frame's first byte. */
  offset(): number;
  /** Bytes that are left. */
  left(): number;
  /** The next byte, or undefined at the end. */
  byte(): number | undefined;
  /** The next `count` bytes as one field, lowest first, or undefined where fewer are left. */
  field(count: number): Uint8Array | undefined;
  /** All that is left, as sent. */
  rest(): Uint8Array;
};

/** A cursor at the first of `bytes`; `base` is that byte's own offset in the frame. */
export function cursorOver(bytes: Uint8Array, base: number, order: ByteOrder): Cursor {
  let next = 0;
  const take = (count: number): Uint8Array | undefined => {
    if (count > bytes.length - next) return undefined;
    next += count;
    return bytes.slice(next - count, next);
  };
  return {
    offset: () => base + next,
    left: () => bytes.length - next,
    byte: () => take(1)?.[0],
    field: (count) => {
      const taken = take(count);
      return order === "highest_first" ? taken?.reverse() : taken;
    },
    rest: () => take(bytes.length - next) ?? new Uint8Array(0),
  };
}
