import fc from "fast-check";
import { expect, it } from "vitest";
import { quantityUpTo, splitAt } from "./split.ts";

it("R32 ten atoms over three hours, cut at each: floor(10/3), floor(20/3), the rest", () => {
  const parts = splitAt({ fromS: 0n, toS: 10_800n, deltaAtoms: 10n }, [3_600n, 7_200n]);
  expect(parts).toEqual([
    { fromS: 0n, toS: 3_600n, deltaAtoms: 3n },
    { fromS: 3_600n, toS: 7_200n, deltaAtoms: 3n },
    { fromS: 7_200n, toS: 10_800n, deltaAtoms: 4n },
  ]);
});

it.each([
  [[], [7n]],
  [[100n], [7n]],
  // floor(7 × 1 ÷ 100) = 0
  [[1n], [0n, 7n]],
  // floor(6.93) = 6
  [[99n], [6n, 1n]],
  [
    [50n, 100n],
    [3n, 4n],
  ],
])("R32 seven atoms over 100 s, cuts of row %#", (cuts, quantities) => {
  const parts = splitAt({ fromS: 0n, toS: 100n, deltaAtoms: 7n }, cuts);
  expect(parts.map(({ deltaAtoms }) => deltaAtoms)).toEqual(quantities);
});

it("R32 parts add up, and more cuts leave what lies between two instants as it was", () => {
  const instants = fc.uniqueArray(fc.bigInt({ min: 1n, max: 9_999n }), { maxLength: 9 });
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 40n }), instants, (deltaAtoms, unsorted) => {
      const interval = { fromS: 0n, toS: 10_000n, deltaAtoms };
      const cuts = unsorted.sort((a, b) => Number(a - b));
      let reached = 0n;
      for (const part of splitAt(interval, cuts)) {
        reached += part.deltaAtoms;
        expect(part.deltaAtoms >= 0n).toBe(true);
        expect(reached).toBe(quantityUpTo(interval, part.toS));
      }
      expect(reached).toBe(deltaAtoms);
    }),
  );
});
