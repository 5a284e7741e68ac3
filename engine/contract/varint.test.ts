import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Cursor,
  getVarint,
  getZigzag,
  putVarint,
  putZigzag,
  VARINT_BYTES_MAX,
} from "./varint.ts";

const MOST = Number.MAX_SAFE_INTEGER;

function written(put: (cursor: Cursor) => void): Cursor {
  const cursor = { bytes: new Uint8Array(VARINT_BYTES_MAX), at: 0 };
  put(cursor);
  return { bytes: cursor.bytes.subarray(0, cursor.at), at: 0 };
}

/** The same by its definition, in whole numbers of any size. */
function byDefinition(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest /= 0x80n) bytes.push(Number(rest % 0x80n) + 0x80);
  return [...bytes, Number(rest)];
}

describe("numbers of seven bits a byte", () => {
  it.each([0, 1, 0x7f, 0x80, 0x3fff, 0x4000, 2 ** 52, MOST])("%d comes back", (value) => {
    const cursor = written((at) => putVarint(at, value));
    expect([...cursor.bytes]).toEqual(byDefinition(BigInt(value)));
    expect(getVarint(cursor)).toBe(value);
  });

  const signed = fc.oneof(
    fc.integer({ min: -300, max: 300 }),
    fc.maxSafeInteger(),
    fc.constantFrom(MOST, -MOST, 2 ** 52, -(2 ** 52), 2 ** 52 + 1, -(2 ** 52) - 1),
  );
  it("signed ones come back, to the last of 53 bits, as their definition says", () => {
    fc.assert(
      fc.property(signed, (value) => {
        const cursor = written((at) => putZigzag(at, value));
        const zigzag = value < 0 ? -2n * BigInt(value) - 1n : 2n * BigInt(value);
        expect([...cursor.bytes]).toEqual(byDefinition(zigzag));
        expect(getZigzag(cursor)).toBe(value);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["an end that is missing", [0x80], "past the end"],
    ["nine bytes", [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0], "longer than 8"],
    ["54 bits", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], "more than 53 bits"],
  ])("%s is refused", (_, bytes, message) => {
    for (const get of [getVarint, getZigzag])
      expect(() => get({ bytes: Uint8Array.from(bytes), at: 0 })).toThrow(message);
  });
});
