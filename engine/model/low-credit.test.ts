import { expect, it } from "vitest";
import { judgeLowCredit } from "./low-credit.ts";

const POLICY = { thresholdsMicros: [10n, 5n, 0n], hysteresisMicros: 2n };

it.each([
  // level, balance → level, edges
  [0, 11n, 0, []],
  [0, 10n, 1, ["low 0"]],
  [1, 10n, 1, []],
  [1, 12n, 1, []],
  [1, 13n, 0, ["recovered 0"]],
  [0, 5n, 2, ["low 0", "low 1"]],
  [0, -1n, 3, ["low 0", "low 1", "low 2"]],
  [3, 2n, 3, []],
  [3, 3n, 2, ["recovered 2"]],
  [3, 13n, 0, ["recovered 2", "recovered 1", "recovered 0"]],
  [2, 0n, 3, ["low 2"]],
  // of a policy with more thresholds
  [4, 0n, 3, []],
  [4, 3n, 2, ["recovered 2"]],
])("R80 at level %d a balance of %d gives level %d", (before, balance, level, edges) => {
  const judged = judgeLowCredit(before, balance, POLICY);
  expect(judged.level).toBe(level);
  expect(judged.alerts.map(({ kind, threshold }) => `${kind} ${threshold}`)).toEqual(edges);
});

it("R80 thresholds that do not fall, and a negative hysteresis, are faults", () => {
  const rising = { thresholdsMicros: [5n, 10n], hysteresisMicros: 0n };
  expect(() => judgeLowCredit(0, 7n, rising)).toThrow("thresholds fall");
  const backwards = { thresholdsMicros: [5n], hysteresisMicros: -1n };
  expect(() => judgeLowCredit(0, 7n, backwards)).toThrow("not negative");
});
