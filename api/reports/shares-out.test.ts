import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shareOut } from "./shares-out.ts";

describe("sharing a whole out", () => {
  it.each<[string, bigint, bigint[], bigint[]]>([
    ["equal parts: the first get what is left", 10n, [1n, 1n, 1n], [4n, 3n, 3n]],
    ["by weight", 100n, [70n, 20n, 10n], [70n, 20n, 10n]],
    ["the largest remainder first", 10n, [1n, 2n, 4n], [1n, 3n, 6n]],
    ["nothing", 0n, [3n, 4n], [0n, 0n]],
    ["what is given back", -10n, [1n, 1n, 1n], [-4n, -3n, -3n]],
    ["nobody without weight gets any", 5n, [0n, 1n], [0n, 5n]],
  ])("%s", (_, whole, weights, parts) => {
    expect(shareOut(whole, weights)).toEqual(parts);
  });

  it("always sums to the whole, each within one of its exact part", () => {
    const weights = fc
      .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 60 })
      .filter((list) => list.some((weight) => weight > 0n));
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), weights, (whole, list) => {
        const parts = shareOut(whole, list);
        const all = list.reduce((sum, weight) => sum + weight, 0n);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(whole);
        for (const [at, part] of parts.entries()) {
          const off = part * all - whole * (list[at] ?? 0n);
          expect(off < all && off > -all).toBe(true);
        }
      }),
    );
  });

  it.each<[string, bigint[]]>([
    ["none", []],
    ["only 0", [0n, 0n]],
    ["less than 0", [-1n, 2n]],
  ])("refuses weights: %s", (_, weights) => {
    expect(() => shareOut(1n, weights)).toThrow(/nobody has a share/);
  });
});
