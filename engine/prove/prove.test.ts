import { describe, expect, it } from "vitest";
import { differences, type Outcome } from "./outcome.ts";
import { prove } from "./prove.ts";

/** Five seconds on an idle machine. The other half of 200 000 steps is in stories.test.ts, for another core. */
const PATIENCE = { timeout: 240_000 };
const STEPS = 25_000;

describe("kernel and model", PATIENCE, () => {
  it.each([1, 2, 3, 4])("agree after each of 25 000 steps, seed %d", (seed) => {
    const { proof, mismatch } = prove(seed, STEPS);
    expect(mismatch).toBeUndefined();
    expect(proof.mismatches).toBe(0);
    expect(proof.steps).toBeGreaterThanOrEqual(STEPS);
    expect(proof.outputs).toBeGreaterThan(STEPS);
  });
});

describe("differences", () => {
  const SAME: Outcome = {
    answer: "0 0 5",
    readings: ["0 accepted 7: 1/p0/0 5 1250"],
    charges: [],
    events: [],
    accounts: { 0: { balance: "5" } },
    faults: [],
  };

  it("are none between equals", () => {
    expect(differences(SAME, structuredClone(SAME))).toEqual([]);
  });

  it.each<[string, Partial<Outcome>, string]>([
    ["an answer", { answer: "1 2 0" }, "answer"],
    ["a cost", { readings: ["0 accepted 7: 1/p0/0 5 1251"] }, "readings 0"],
    ["a charge too many", { charges: ["0 9 1/0 5"] }, "charges 0"],
    ["an event too many", { events: ["0 credit.low"] }, "events 0"],
    ["a balance", { accounts: { 0: { balance: "6" } } }, "account 0 balance"],
    ["an account that is not there", { accounts: {} }, "account 0 balance"],
    ["a sum that is wrong", { faults: ["account 0 has 5 instead of 6"] }, "kernel"],
  ])("%s is one", (_name, change, where) => {
    const lines = differences({ ...SAME, ...change }, SAME);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.startsWith(where)).toBe(true);
  });
});
