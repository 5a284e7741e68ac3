import fc from "fast-check";
import { expect, test } from "vitest";
import { quantileOf, ratioOf, spreadOf } from "./spread.ts";

test.each([
  [[], { min: 0, median: 0, max: 0 }],
  [[3], { min: 3, median: 3, max: 3 }],
  [[9, 1, 4], { min: 1, median: 4, max: 9 }],
  [[9, 1, 4, 6], { min: 1, median: 5, max: 9 }],
])("the spread of %j is %j", (figures, spread) => {
  expect(spreadOf(figures)).toEqual(spread);
});

test.each([
  [[], 0.5, 0],
  [[7], 0.99, 7],
  [[1, 2, 3, 4], 0.5, 2],
  [[4, 3, 2, 1], 1, 4],
  [[1, 2, 3, 4], 0, 1],
])("of %j the quantile %d is %d", (figures, share, quantile) => {
  expect(quantileOf(figures, share)).toBe(quantile);
});

test("at least the share of the figures is not over their quantile", () => {
  const figures = fc.array(fc.integer(), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(figures, fc.double({ min: 0, max: 1, noNaN: true }), (given, share) => {
      const quantile = quantileOf(given, share);
      const under = given.filter((figure) => figure <= quantile).length;
      expect(under / given.length).toBeGreaterThanOrEqual(share);
    }),
  );
});

test("a ratio compares round by round, so that a slow machine slows both", () => {
  expect(ratioOf([10, 1, 4], [5, 1, 2])).toEqual({ min: 1, median: 2, max: 2 });
});
