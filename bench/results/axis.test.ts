import fc from "fast-check";
import { expect, test } from "vitest";
import { axisOf } from "./axis.ts";

test.each([
  [[1, 1_000], true, [1, 10, 100, 1_000]],
  [[3, 70], true, [1, 10, 100]],
  [[5], true, [1, 10]],
  [[0, 7], false, [0, 1, 2, 3, 4, 5, 6, 7]],
  [[0.5, 99.9], false, [0, 20, 40, 60, 80, 100]],
  [[], false, [0, 1]],
])("the marks of %j (logarithmic: %j) are %j", (values, isLog, marks) => {
  expect(axisOf(values, isLog).marks).toEqual(marks);
});

test("every value lies on its axis, and larger ones further on", () => {
  const values = fc.array(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.boolean(), (given, isLog) => {
      const { share } = axisOf(given, isLog);
      const places = [...given].sort((a, b) => a - b).map(share);
      for (const [i, place] of places.entries()) {
        expect(place).toBeGreaterThanOrEqual(i === 0 ? -1e-9 : (places[i - 1] ?? 0));
        expect(place).toBeLessThanOrEqual(1 + 1e-9);
      }
    }),
  );
});
