import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accumulated, count, splitByBlock } from "./blocks.ts";

const BLOCKS = [
  { startAtoms: 0n, priceP: 1n },
  { startAtoms: 150n, priceP: 2n },
  { startAtoms: 400n, priceP: 3n },
];

describe("R33 blocks", () => {
  it.each([
    // accumulated, quantity → [block, quantity]
    [0n, 0n, []],
    [0n, 150n, [[0, 150n]]],
    [149n, 1n, [[0, 1n]]],
    [
      149n,
      2n,
      [
        [0, 1n],
        [1, 1n],
      ],
    ],
    [150n, 1n, [[1, 1n]]],
    [
      0n,
      500n,
      [
        [0, 150n],
        [1, 250n],
        [2, 100n],
      ],
    ],
    [399n, 1n, [[1, 1n]]],
    [400n, 9n, [[2, 9n]]],
    [9_999n, 9n, [[2, 9n]]],
  ])("R33 from %d on, %d atoms", (reached, quantity, pieces) => {
    const found = splitByBlock(quantity, reached, BLOCKS);
    expect(found.map(({ block, quantityAtoms }) => [block, quantityAtoms])).toEqual(pieces);
    for (const { block, priceP } of found) expect(priceP).toBe(BLOCKS[block]?.priceP);
  });

  it("R33 a quantity cut in two falls into the blocks as it does whole", () => {
    const atoms = fc.bigInt({ min: 0n, max: 600n });
    const perBlock = (pieces: ReturnType<typeof splitByBlock>): bigint[] =>
      BLOCKS.map((_, k) =>
        pieces.filter(({ block }) => block === k).reduce((sum, p) => sum + p.quantityAtoms, 0n),
      );
    fc.assert(
      fc.property(atoms, atoms, atoms, (reached, first, second) => {
        const whole = splitByBlock(first + second, reached, BLOCKS);
        const cut = [
          ...splitByBlock(first, reached, BLOCKS),
          ...splitByBlock(second, reached + first, BLOCKS),
        ];
        expect(perBlock(cut)).toEqual(perBlock(whole));
      }),
    );
  });

  it("R33 all periods together, or each by itself", () => {
    const counters = count(count({}, "peak", 7n), "flat", 5n);
    expect(accumulated(counters, "all", "peak")).toBe(12n);
    expect(accumulated(counters, "per_period", "peak")).toBe(7n);
    expect(accumulated(counters, "per_period", "offpeak")).toBe(0n);
  });

  it("R33 blocks that do not start at 0 are a fault", () => {
    expect(() => splitByBlock(1n, 0n, [{ startAtoms: 5n, priceP: 1n }])).toThrow("starts at 0");
  });
});
