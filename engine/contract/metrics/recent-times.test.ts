import fc from "fast-check";
import { expect, test } from "vitest";
import { RecentTimes, VALUES_MAX } from "./recent-times.ts";

test("percentiles are of what is not too old, the histogram is of all", () => {
  const times = new RecentTimes(1_000, [1, 10, 100]);
  times.observe(5_000, 0);
  for (let n = 1; n <= 100; n++) times.observe(n, 2_000);
  expect(times.percentiles(2_500)).toEqual({ count: 100, p50: 50, p99: 99, max: 100 });
  expect(times.percentiles(9_999)).toEqual({ count: 0, p50: 0, p99: 0, max: 0 });
  expect(times.totals()).toEqual({ le: { 1: 1, 10: 10, 100: 100 }, sum: 10_050, count: 101 });
});

test("holds the newest VALUES_MAX, whatever comes", () => {
  const times = new RecentTimes(1e9);
  for (let n = 0; n < VALUES_MAX + 500; n++) times.observe(n, n);
  const { count, p50, max } = times.percentiles(VALUES_MAX + 500);
  expect([count, p50, max]).toEqual([VALUES_MAX, 500 + VALUES_MAX / 2 - 1, VALUES_MAX + 499]);
});

test("a percentile is one of the values, and no smaller share is above it", () => {
  const values = fc.array(fc.float({ min: 0, max: 1e6, noNaN: true }), {
    minLength: 1,
    maxLength: 300,
  });
  fc.assert(
    fc.property(values, (given) => {
      const times = new RecentTimes(1);
      for (const value of given) times.observe(value, 0);
      const { p50, p99, max } = times.percentiles(0);
      for (const [share, at] of [
        [0.5, p50],
        [0.99, p99],
        [1, max],
      ] as const) {
        expect(given).toContain(at);
        expect(given.filter((value) => value <= at).length).toBeGreaterThanOrEqual(
          given.length * share,
        );
      }
    }),
  );
});
