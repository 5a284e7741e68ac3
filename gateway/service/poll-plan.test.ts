import fc from "fast-check";
import { expect, test } from "vitest";
import {
  failedWaitMs,
  firstPollMs,
  nextPollMs,
  SILENT_PERIODS_MAX,
  slowWaitMs,
} from "./poll-plan.ts";

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

test.each([
  ["one that answers nothing beside others: a hundredth of the wire's time", 2_000, 39, 1, 200_000],
  ["four of them share that hundredth", 2_000, 36, 4, 800_000],
  ["a dead wire may be asked half of the time", 3_000, 0, 40, 240_000],
  ["a refusal at once costs nothing", 0, 10, 30, 0],
  ["never longer than half an hour", 30_000, 1, 40, 1_800_000],
])("%s", (_, tookMs, answering, failing, waitMs) => {
  expect(failedWaitMs({ tookMs, answering, failing })).toBe(waitMs);
});

test.each([
  [1_000, 0],
  [3_000, 60_000],
  [1_000_000, 1_800_000],
])("after a read of %i ms a meter is left alone for %i ms at least", (tookMs, waitMs) => {
  expect(slowWaitMs(tookMs)).toBe(waitMs);
});
