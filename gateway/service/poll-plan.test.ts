import fc from "fast-check";
import { expect, test } from "vitest";
import { firstPollMs, nextPollMs, SILENT_PERIODS_MAX } from "./poll-plan.ts";

test.each([
  [0, 1_000],
  [2, 1_000],
  [3, 2_000],
  [5, 8_000],
  [60, SILENT_PERIODS_MAX * 1_000],
])("after %i faults in a row the wait is %i ms", (faults, waitMs) => {
  expect(nextPollMs(1_000, faults, 0.5)).toBe(waitMs);
});

test("waits stay within their bounds for any period, faults and chance", () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 86_400_000 }),
      fc.nat(10_000),
      random,
      (periodMs, faults, r) => {
        const waitMs = nextPollMs(periodMs, faults, r);
        expect(waitMs).toBeGreaterThanOrEqual(periodMs * 0.95);
        expect(waitMs).toBeLessThanOrEqual(periodMs * SILENT_PERIODS_MAX * 1.05);
        expect(firstPollMs(periodMs, r)).toBeLessThan(periodMs);
      },
    ),
  );
});
