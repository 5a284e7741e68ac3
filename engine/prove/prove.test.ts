import { describe, expect, it } from "vitest";
import { KernelSide } from "./kernel-side.ts";
import { ModelSide } from "./model-side.ts";
import { differences, type Outcome } from "./outcome.ts";
import { prove, retell } from "./prove.ts";
import { Random } from "./random.ts";
import type { Step, Story } from "./story.ts";
import { Teller } from "./teller.ts";

/** Four seconds on an idle machine. */
const PATIENCE = { timeout: 120_000 };

/** A whole story as the seed tells it. */
function storyOf(seed: number): Story {
  const teller = new Teller(new Random(seed));
  const { versions } = teller.scene;
  const model = new ModelSide(versions);
  const steps: Step[] = [];
  for (let step = teller.next(model); step !== undefined; step = teller.next(model)) {
    steps.push(step);
    model.apply(step);
  }
  return { versions, steps };
}

describe("kernel and model", PATIENCE, () => {
  it.each([1, 2, 3, 4])("agree after each of 5 000 steps, seed %d", (seed) => {
    const { proof, mismatch } = prove(seed, 5_000);
    expect(mismatch).toBeUndefined();
    expect(proof.mismatches).toBe(0);
    expect(proof.steps).toBeGreaterThanOrEqual(5_000);
    expect(proof.outputs).toBeGreaterThan(5_000);
  });
});

describe("the stories", PATIENCE, () => {
  it("a seed tells the same story again", () => {
    expect(storyOf(7)).toEqual(storyOf(7));
    expect(storyOf(7)).not.toEqual(storyOf(8));
  });

  it("reach every verdict, every event and every kind of answer", () => {
    const kernel = new KernelSide();
    const words = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const { versions, steps } = storyOf(seed);
      kernel.begin(versions);
      for (const step of steps) {
        const { answer, readings, events } = kernel.apply(step);
        words.add(`answer ${answer.split(" ")[0]}`);
        for (const text of readings) words.add(text.split(" ")[1] ?? "");
        for (const text of events) words.add(text.split(" ")[1] ?? "");
      }
    }
    for (const wanted of [
      ...["accepted", "opening", "rollover", "duplicate", "conflict", "late", "backwards"],
      ...["implausible", "clock", "untariffed", "estimated"],
      ...["vend.applied", "account.adjusted", "credit.low", "credit.recovered"],
      ...["supply.cut_requested", "supply.restore_requested", "supply.executed", "supply.failed"],
      ...["supply.disagreed", "reading.quarantined", "reading.rollover", "meter.exchanged"],
      ...[0, 1, 2, 4, 17, 18, 22, 25].map((code) => `answer ${code}`),
    ])
      expect(words).toContain(wanted);
  });

  it("show prices that are off by a ten-thousandth", () => {
    const kernel = new KernelSide();
    const found = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const { versions, steps } = storyOf(seed);
      const cheaper = versions.map(({ json, effectiveFromS }) => {
        const taxes = [...(json.taxes ?? []), { name: "off", rate: "-0.0001" }];
        return { effectiveFromS, json: { ...json, taxes } };
      });
      return retell(kernel, { versions: cheaper, steps }).length > 0;
    });
    expect(found.filter((isFound) => isFound).length).toBeGreaterThan(4);
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
