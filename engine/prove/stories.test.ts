import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMMAND_REFUSALS } from "../contract/commands.ts";
import { EVENT_TYPES } from "../contract/events.ts";
import { VERDICTS } from "../contract/rated.ts";
import { KernelSide } from "./kernel-side.ts";
import { prove, retell, retellQuietly, tellToModel } from "./prove.ts";
import type { Story } from "./story.ts";
import { stories } from "./testing/stories.ts";

/** Five seconds on an idle machine. The other half of 200 000 steps is in prove.test.ts, for another core. */
const PATIENCE = { timeout: 240_000 };
const STEPS = 25_000;
/** Stories that are looked through for what is seldom. */
const STORIES_MAX = 400;

/** What no story of one list and few entries brings. */
const NEVER = ["directory_full", "gateway_unknown"];
const REFUSALS = COMMAND_REFUSALS.filter((code) => !NEVER.includes(code));
/** Stories have one list. */
const EVENTS = EVENT_TYPES.filter((type) => type !== "tariff.assigned");

describe("kernel and model", PATIENCE, () => {
  it.each([5, 6, 7, 8])("agree after each of 25 000 steps, seed %d", (seed) => {
    const { proof, mismatch } = prove(seed, STEPS);
    expect(mismatch).toBeUndefined();
    expect(proof.steps).toBeGreaterThanOrEqual(STEPS);
    expect(proof.outputs).toBeGreaterThan(STEPS);
  });
});

describe("the stories", PATIENCE, () => {
  it("a seed tells the same story again", () => {
    const storyOf = (seed: number): Story => tellToModel(seed, 0).story;
    expect(storyOf(7)).toEqual(storyOf(7));
    expect(storyOf(7)).not.toEqual(storyOf(8));
  });

  it("reach every verdict, every event and every kind of answer", () => {
    const missing = new Set<string>([...VERDICTS, ...EVENTS]);
    for (const code of REFUSALS) missing.add(`answer ${16 + COMMAND_REFUSALS.indexOf(code)}`);
    for (const code of [0, 1, 2, 4]) missing.add(`answer ${code}`);
    for (let chapter = 0; chapter < STORIES_MAX && missing.size > 0; chapter++) {
      for (const { answer, readings, events } of tellToModel(1, chapter).expected) {
        missing.delete(`answer ${answer.split(" ")[0]}`);
        for (const text of readings) missing.delete(text.split(" ")[1] ?? "");
        for (const text of events) missing.delete(text.split(" ")[1] ?? "");
      }
    }
    expect([...missing]).toEqual([]);
  });

  it("show prices that are off by a ten-thousandth", () => {
    const kernel = new KernelSide();
    const found = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      return retell(kernel, offByLittle(tellToModel(seed, 0).story)).length > 0;
    });
    expect(found.filter((isFound) => isFound).length).toBeGreaterThan(4);
  });

  it("are told by fast-check, too", () => {
    const kernel = new KernelSide();
    const agree = fc.property(stories(), (story) => {
      expect(retellQuietly(kernel, story)).toEqual([]);
    });
    fc.assert(agree, { numRuns: 20 });
  });

  it("are shortened by fast-check where they show a difference", () => {
    const kernel = new KernelSide();
    const agree = fc.property(stories(), (story) => {
      return retellQuietly(kernel, offByLittle(story)).length === 0;
    });
    const { failed, counterexample } = fc.check(agree, { seed: 3, endOnFailure: false });
    expect(failed).toBe(true);
    // Price list, policy, gateway, account, two readings, and little that does not go without them.
    expect(counterexample?.[0].steps.length).toBeLessThan(20);
  });
});

/** The model's prices stay; the kernel's are lower by a ten-thousandth. */
function offByLittle({ versions, steps }: Story): Story {
  const cheaper = versions.map((version) => {
    const taxes = [...(version.json.taxes ?? []), { name: "off", rate: "-0.0001" }];
    return { ...version, json: { ...version.json, taxes } };
  });
  return { versions: cheaper, steps };
}
