/**
 * What the kernel packs is what the store unpacks, for any rows; and a block that was changed on its way is refused.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { isPacked, openPacked, sealPacked, unpackNative } from "../contract/packed-block.ts";
import { RATED_ROWS_MAX, RATED_TABLES, type RatedTable } from "../contract/rated.ts";
import type { RatedBlock } from "./outputs.ts";
import { Packer } from "./testing/packer.ts";

type Columns = Record<string, bigint[]>;

let packer: Packer;
beforeAll(() => {
  packer = new Packer();
});

/** Packs columns of any length up to the row count, the last value standing for those that are missing. */
function pack(table: RatedTable, rows: number, columns: Columns): RatedBlock[] {
  const widths = new Map(RATED_TABLES[table].map(({ name, bytes }) => [name, bytes]));
  return packer.pack(table, rows, (name) => {
    const width = widths.get(name) ?? 0;
    const given = columns[name] ?? [0n];
    const values = Buffer.alloc(rows * width);
    for (let row = 0; row < rows; row++) {
      const value = BigInt.asUintN(width * 8, given[Math.min(row, given.length - 1)] ?? 0n);
      if (width === 8) values.writeBigUInt64LE(value, row * 8);
      else values.writeUIntLE(Number(value), row * width, width);
    }
    return values;
  });
}

/** Holds what is unpacked against the `Native` blocks of the same memory. */
function expectSame(packed: readonly RatedBlock[]): void {
  const native = packer.native();
  expect(packed.map(({ table, rows }) => ({ table, rows }))).toEqual(
    native.map(({ table, rows }) => ({ table, rows })),
  );
  for (const [i, { table, block }] of packed.entries()) {
    const opened = openPacked(table, block);
    if (!opened.ok) throw new Error(opened.reason);
    expect(unpackNative(opened.block).equals(native[i]?.block ?? Buffer.alloc(0))).toBe(true);
  }
}

const rising = (count: number, from: bigint, step: bigint): bigint[] =>
  Array.from({ length: count }, (_, i) => from + BigInt(i) * step);

describe("packed rows", () => {
  const METERS = 100;
  const READINGS = 48;
  const each = <T>(make: (meter: number, k: number) => T): T[] =>
    Array.from({ length: METERS * READINGS }, (_, i) =>
      make(Math.floor(i / READINGS), i % READINGS),
    );
  const used = (meter: number, k: number): bigint => 100n + BigInt((meter * 7 + k * 13) % 100);
  const upTo = (meter: number, k: number): bigint =>
    Array.from({ length: k + 1 }, (_, i) => used(meter, i)).reduce((sum, more) => sum + more, 0n);

  it("of profiles take less than 5 bytes a reading", () => {
    const packed = pack("readings", METERS * READINGS, {
      account: each((meter) => 5_000_000n + BigInt(meter * 3)),
      from: each((_, k) => 1_767_225_600n + BigInt(k * 900)),
      to: each((_, k) => 1_767_226_500n + BigInt(k * 900)),
      register: each((meter, k) => BigInt(meter * 48_611) + upTo(meter, k)),
      quantity: each(used),
      cost: each((meter, k) => used(meter, k) * 241n),
      tariff: [7n],
      last: [1n],
    });
    expectSame(packed);
    expect((packed[0]?.block.length ?? 0) / (METERS * READINGS)).toBeLessThan(5);
  });

  it("of a snapshot take less than 10 bytes a reading", () => {
    const rows = 4_000;
    const packed = pack("readings", rows, {
      account: rising(rows, 0n, 1n),
      from: [1_767_225_600n],
      to: [1_767_226_500n],
      register: Array.from({ length: rows }, (_, i) => BigInt((i * 48_271) % 50_000_000)),
      quantity: Array.from({ length: rows }, (_, i) => BigInt(100 + ((i * 17) % 100))),
      cost: Array.from({ length: rows }, (_, i) => BigInt((100 + ((i * 17) % 100)) * 241)),
      tariff: [7n],
      last: [1n],
    });
    expectSame(packed);
    expect((packed[0]?.block.length ?? 0) / rows).toBeLessThan(10);
  });

  it.each([
    1,
    2,
    3,
    4,
    5,
    15,
    16,
    17,
    RATED_ROWS_MAX - 1,
    RATED_ROWS_MAX,
    RATED_ROWS_MAX + 1,
    3 * RATED_ROWS_MAX,
  ])("of %d rows come back whole, in blocks of at most RATED_ROWS_MAX", (rows) => {
    expectSame(pack("readings", rows, { account: rising(rows, 9n, 1n), register: [5n, 9n, 9n] }));
    expectSame(pack("charges", rows, { account: rising(rows, 9n, 2n), amount: [-3n, 4n] }));
  });

  it("of nothing are no block", () => {
    expect(pack("readings", 0, {})).toEqual([]);
  });

  it("come back whole whatever their values", () => {
    const I64 = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, -1n, 0n, 1n, 2n ** 32n, 2n ** 32n - 1n),
      fc.bigInt({ min: -300n, max: 70_000n }),
    );
    // Values in runs, so that both ways to pack a column are met.
    const column = fc
      .array(fc.tuple(I64, fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 30 })
      .map((runs) => runs.flatMap(([value, count]) => Array<bigint>(count).fill(value)));
    const stepped = fc
      .tuple(column, I64)
      .map(([values, step]) => values.map((value, i) => value + BigInt(i) * step));
    for (const table of ["readings", "charges"] as const) {
      const names = RATED_TABLES[table].map(({ name }) => name);
      const columns = fc.record(
        Object.fromEntries(names.map((name) => [name, fc.oneof(column, stepped)])),
      );
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 400 }), columns, (rows, given) =>
          expectSame(pack(table, rows, given as Columns)),
        ),
        { numRuns: 300 },
      );
    }
  });
});

describe("a packed block", () => {
  const whole = (): Buffer => {
    const [only] = pack("charges", 200, {
      account: rising(200, 1n, 5n),
      amount: rising(200, 1n, 7n),
    });
    return only?.block ?? Buffer.alloc(0);
  };
  const reasonOf = (table: RatedTable, bytes: Uint8Array): string => {
    const opened = openPacked(table, bytes);
    return opened.ok ? "" : opened.reason;
  };
  /** The block with bytes put somewhere and its checksum made right again. */
  const forged = (at: number, ...bytes: number[]): Buffer => {
    const block = Buffer.from(whole());
    block.set(bytes, at);
    return sealPacked(block);
  };

  it.each([
    ["of another version", () => forged(3, 0x32), /version .* newer store writer/],
    ["of another table", () => forged(12, 1), /not of charges/],
    ["with another count of columns", () => forged(14, 6), /5 columns/],
    ["with no rows", () => forged(8, 0, 0), /rows \(RATED_ROWS_MAX\)/],
    ["with too many rows", () => forged(8, 0, 0xff), /rows \(RATED_ROWS_MAX\)/],
    ["with another count of rows", () => forged(8, 201), /column account/],
    ["with an unknown way to pack", () => forged(16, 2), /column account/],
    ["with numbers that are too wide", () => forged(18, 9), /column account/],
    ["that is cut short", () => whole().subarray(0, -1), /not as long as it says/],
    ["that goes on", () => Buffer.concat([whole(), Buffer.of(0)]), /not as long as it says/],
    ["that is hardly begun", () => whole().subarray(0, 12), /header/],
  ])("%s is refused", (_, make, says) => {
    expect(reasonOf("charges", make())).toMatch(says);
  });

  it("is refused when any of its bits was changed", () => {
    const block = whole();
    for (let bit = 0; bit < block.length * 8; bit++) {
      const changed = Buffer.from(block);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(reasonOf("charges", changed)).not.toBe("");
    }
  });

  it("never makes the reader fail, whatever the bytes, and what is taken can be unpacked", () => {
    const block = whole();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(block.length - 5), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const changed = Buffer.from(block);
          for (const [at, byte] of changes) changed[at] = byte;
          sealPacked(changed);
          const opened = openPacked("charges", changed);
          if (opened.ok)
            expect(unpackNative(opened.block).length).toBeGreaterThanOrEqual(
              opened.block.rows * 21,
            );
          else expect(opened.reason).toMatch(/^the block /);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("is told from a Native block by its first bytes", () => {
    const packed = whole();
    expect(isPacked(packed)).toBe(true);
    expect(packer.native().some(({ block }) => isPacked(block))).toBe(false);
    expect(isPacked(Buffer.alloc(0))).toBe(false);
  });
});
