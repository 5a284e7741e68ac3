import fc from "fast-check";
import { expect, test } from "vitest";
import { keptSnapshots, NEWEST_KEPT } from "./retention.ts";

test.each([
  ["nothing", [], 5, []],
  ["the newest two where all is handed on", [40, 30, 20], 45, [40, 30]],
  ["the one behind what is handed on, too", [40, 30, 20, 10], 25, [40, 30, 20]],
  ["and the one that will take its place", [50, 40, 30, 20, 10], 15, [50, 40, 20, 10]],
  ["the oldest where none is behind it", [50, 40, 30, 20], 5, [50, 40, 20]],
  ["one at the very place counts as behind", [50, 40, 30, 20], 30, [50, 40, 30]],
])("keeps %s", (_, sequences, handedOn, kept) => {
  expect(keptSnapshots(sequences, handedOn)).toEqual(kept);
});

test("there is always one behind what is handed on once there was one, and never more than four", () => {
  const steps = fc.array(fc.record({ batches: fc.nat(20), handedOn: fc.nat(30) }), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(steps, (story) => {
      let kept: number[] = [];
      let sequence = 0;
      let handedOn = 0;
      let oneWasBehind = false;
      for (const step of story) {
        sequence += step.batches + 1;
        handedOn = Math.min(sequence, handedOn + step.handedOn);
        oneWasBehind ||= kept.some((each) => each <= handedOn);
        kept = keptSnapshots([sequence, ...kept], handedOn);
        expect(kept.slice(0, NEWEST_KEPT)[0]).toBe(sequence);
        expect(kept.length).toBeLessThanOrEqual(4);
        if (oneWasBehind) expect(kept.some((each) => each <= handedOn)).toBe(true);
      }
    }),
  );
});
