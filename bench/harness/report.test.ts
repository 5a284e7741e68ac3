import { expect, test } from "vitest";
import { verdictOf } from "../rows.ts";
import { figure, short, time } from "./format.ts";
import { missedFloors, reportOf } from "./report.ts";
import { noOutcome, type Outcome } from "./suite.ts";

const at = (median: number) => ({ min: median, median, max: median });
const outcomeOf = (row: string, median: number, byCpu?: number): Outcome => ({
  ...noOutcome(),
  measured: [
    {
      row,
      value: at(median),
      sides: [],
      notes: [],
      ...(byCpu === undefined ? {} : { byCpu: at(byCpu) }),
    },
  ],
});

test.each([
  [0, "0"],
  [0.5, "0.50"],
  [0.00123, "0.0012"],
  [12.34, "12.3"],
  [999, "999"],
  [1_000, "1.00 k"],
  [4_560_000, "4.56 M"],
  [99_960_000, "100 M"],
])("%d is written %s", (value, text) => {
  expect(short(value)).toBe(text);
});

test("units stand behind figures", () => {
  expect(figure(0.84, "×")).toBe("0.84 ×");
  expect(figure(1_200_000, "readings/s")).toBe("1.20 M readings/s");
  expect(time(1_500)).toBe("1.50 ms");
});

test.each([
  [{ better: "higher", floor: 2, target: 5 }, 5, 0, "target met"],
  [{ better: "higher", floor: 2, target: 5 }, 2, 0, "floor met"],
  [{ better: "higher", floor: 2, target: 5 }, 1.9, 0, "missed"],
  [{ better: "higher", floor: 2, target: 5 }, 1.6, 0.2, "floor met"],
  [{ better: "lower", floor: 5, target: 1 }, 1, 0, "target met"],
  [{ better: "lower", floor: 5, target: 1 }, 5, 0, "floor met"],
  [{ better: "lower", floor: 5, target: 1 }, 5.1, 0, "missed"],
  [{ better: "lower", floor: 5, target: 1 }, 5.9, 0.2, "floor met"],
] as const)("%j at %d with margin %d: %s", (bounds, value, margin, verdict) => {
  const row = { id: "1", suite: "kernel", asks: "?", unit: "×" as const, ...bounds };
  expect(verdictOf(row, value, margin)).toBe(verdict);
});

test("a floor is missed only beyond the margin, and by CPU time where that is told", () => {
  expect(missedFloors(outcomeOf("1", 0.6), 0.25)).toEqual([]);
  expect(missedFloors(outcomeOf("1", 0.5), 0.25)).toHaveLength(1);
  expect(missedFloors(outcomeOf("1", 0.5, 0.9), 0.25)).toEqual([]);
  expect(missedFloors(outcomeOf("1", 0.9, 0.5), 0.25)[0]).toContain("0.50 ×");
});

test("the report names what was skipped, and why", () => {
  const skipped = [{ row: "7", reason: "no redis-server" }];
  expect(reportOf({ ...noOutcome(), skipped }).join("\n")).toContain("skipped: no redis-server");
});
