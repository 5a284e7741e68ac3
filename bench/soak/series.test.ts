import { expect, test } from "vitest";
import { courseOf } from "./series.ts";

const series = (values: readonly number[]) => ({
  name: "memory",
  points: values.map((value, minute) => ({ minute, value })),
});

test.each([
  ["level", [100, 100, 100, 100, 100, 100, 100, 100], 0, true],
  ["filling at first", [1, 10, 100, 100, 100, 100, 100, 100], 0, true],
  ["growing all the time", [100, 110, 120, 130, 140, 150, 160, 170], 0, false],
  ["growing by less than the slack", [1, 1, 1, 1, 2, 2, 3, 3], 5, true],
  ["falling", [100, 90, 80, 70, 60, 50, 40, 30], 0, true],
])("%s", (_, values, slack, isFlat) => {
  expect(courseOf(series(values), slack).isFlat).toBe(isFlat);
});
