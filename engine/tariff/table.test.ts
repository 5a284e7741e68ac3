import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readTable, type Table, writeTable } from "./table.ts";

const table: Table = {
  version: 3,
  effectiveFromS: 50,
  fromS: 100,
  toS: 4_294_967_295,
  scope: "per_period",
  marks: [
    { atS: 100, period: 1, flags: 0 },
    { atS: 3_700, period: 0, flags: 31 },
  ],
  periods: [
    [
      { startAtoms: 0n, priceP: 1_234_567n },
      { startAtoms: 150_000n, priceP: -1n },
    ],
    [{ startAtoms: 0n, priceP: -10_000_000_000_000n }],
  ],
  charges: [{ due: 16, index: 2, priority: 7, while: 0b10_00_01, amountMicros: -5n }],
  demand: undefined,
  vend: undefined,
};

describe("a table's bytes", () => {
  test("are little-endian at the places that the kernel reads", () => {
    const bytes = writeTable(table);
    const view = new DataView(bytes.buffer);
    const u32 = (at: number): number => view.getUint32(at, true);
    const i64 = (at: number): bigint => view.getBigInt64(at, true);
    expect(Buffer.from(bytes.subarray(0, 4)).toString("latin1")).toBe("DDT2");
    expect([4, 8, 12, 16, 20, 24, 28, 32, 36, 40].map(u32)).toEqual([
      bytes.length,
      3,
      50,
      100,
      4_294_967_295,
      2,
      80,
      96,
      112,
      232,
    ]);
    expect([...bytes.subarray(44, 48)]).toEqual([2, 1, 1, 0]);
    expect(i64(48)).toBe(10_000_001n);
    expect(bytes.subarray(56, 80).every((byte) => byte === 0)).toBe(true);
    expect(u32(88)).toBe(3_700);
    expect([...bytes.subarray(92, 96)]).toEqual([0, 31, 0, 0]);
    expect([96, 100, 104, 108].map(u32)).toEqual([0, 2, 2, 1]);
    // The second step: from 150 000 without end, -1 pico as -1 x 10^6 + 999 999, version 3, period 0, block 1.
    expect([152, 160, 168].map(i64)).toEqual([150_000n, 2n ** 63n - 1n, -1n]);
    expect([176, 180].map(u32)).toEqual([999_999, 3]);
    expect([...bytes.subarray(184, 192)]).toEqual([0, 1, 0, 0, 0, 0, 0, 0]);
    expect(i64(112 + 8)).toBe(150_000n);
    expect(u32(232)).toBe(16);
    expect([...bytes.subarray(236, 240)]).toEqual([2, 7, 0b10_00_01, 0]);
    expect(i64(240)).toBe(-5n);
    expect(bytes.length).toBe(248);
  });

  test("decode to what was written, wherever they lie", () => {
    expect(readTable(writeTable(table))).toEqual(table);
    for (const priceP of [60_500_000_001n, -1n]) {
      const demanding = { ...table, demand: { windowS: 900, priceP } };
      expect(readTable(writeTable(demanding))).toEqual(demanding);
    }
    const price = fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n });
    const block = fc.record({ startAtoms: fc.bigInt({ min: 0n, max: 10n ** 18n }), priceP: price });
    const periods = fc.array(fc.array(block, { minLength: 1, maxLength: 16 }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(periods, fc.nat(16), (some, shift) => {
        const bytes = writeTable({ ...table, periods: some });
        expect(bytes.length % 8).toBe(0);
        const moved = new Uint8Array(bytes.length + shift);
        moved.set(bytes, shift);
        expect(readTable(moved.subarray(shift))).toEqual({ ...table, periods: some });
      }),
    );
  });

  test("of a list by purchase end with the steps that quantity is sold by", () => {
    const vend = [
      { startAtoms: 0n, priceP: 250_000_001n },
      { startAtoms: 7n, priceP: 0n },
      { startAtoms: 9n, priceP: 10n ** 12n },
    ];
    const bytes = writeTable({ ...table, vend });
    const view = new DataView(bytes.buffer);
    // Behind all that the table has without them.
    expect([bytes.length, bytes[47], view.getUint32(72, true)]).toEqual([248 + 120, 3, 248]);
    expect([248, 256, 264].map((at) => view.getBigInt64(at, true))).toEqual([0n, 7n, 250n]);
    expect(view.getUint32(272, true)).toBe(1);
    expect(view.getBigInt64(248 + 80 + 8, true)).toBe(2n ** 63n - 1n);
    expect([...bytes.subarray(248 + 80 + 28, 248 + 80 + 34)]).toEqual([3, 0, 0, 0, 0, 2]);
    expect(readTable(bytes)).toEqual({ ...table, vend });
  });

  test.each([0, 79, 80, 247])("of which %d are left are refused", (length) => {
    expect(() => readTable(writeTable(table).subarray(0, length))).toThrow(/compile it again/);
  });
});
