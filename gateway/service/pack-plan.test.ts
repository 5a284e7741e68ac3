import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeFrame, encodeProfile, type FrameReading } from "../../engine/contract/frame.ts";
import { planFrame } from "./pack-plan.ts";

const reading = (slot: number, atS: number, quality: FrameReading["quality"] = "actual") => ({
  slot,
  register: slot * 1_000 + atS,
  atS,
  quality,
});
const series = (slot: number, count: number, intervalS = 900): FrameReading[] =>
  Array.from({ length: count }, (_, i) => reading(slot, i * intervalS));

test("meters with even intervals share a profile; the others wait for the next frame", () => {
  const waiting = [...series(7, 8), reading(3, 5), ...series(2, 8), reading(9, 6)];
  const { readings, profile } = planFrame(waiting);
  expect(profile?.series.map(({ slot }) => slot)).toEqual([2, 7]);
  expect([profile?.baseS, profile?.intervalS, readings.length]).toEqual([0, 900, 16]);
  expect(planFrame(waiting.filter((each) => !readings.includes(each))).profile).toBeUndefined();
});

test.each([
  ["one reading a meter", Array.from({ length: 40 }, (_, i) => reading(i, 5))],
  ["too few to be worth it", series(1, 15)],
  ["a gap", [...series(1, 16), reading(1, 16 * 900 + 1)]],
  ["an estimate among them", [...series(1, 16), reading(1, 16 * 900, "estimated")]],
  ["no time between them", Array.from({ length: 20 }, () => reading(1, 5))],
])("%s makes a snapshot", (_, waiting) => {
  const { readings, profile } = planFrame(waiting);
  expect([profile, readings.length]).toEqual([undefined, waiting.length]);
});

test("frame after frame, nothing is lost or doubled, each meter's order stays, and a profile holds what it was made of", () => {
  const one = fc.record({
    slot: fc.nat(3),
    from: fc.nat(3),
    count: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 6 }), (parts) => {
      const all = parts.flatMap(({ slot, from, count }) =>
        series(slot, count).map((each) => ({ ...each, atS: each.atS + from })),
      );
      const seen: FrameReading[] = [];
      for (let waiting: FrameReading[] = all; waiting.length > 0; ) {
        const { readings, profile } = planFrame(waiting);
        expect(readings.length).toBeGreaterThan(0);
        if (profile !== undefined) {
          const head = { shard: 0, gateway: 1, epoch: 1, sequence: 1, rosterVersion: 1 };
          const frame = decodeFrame(encodeProfile({ ...head, ...profile }, new Uint8Array(32)));
          expect(frame.readings).toEqual(readings);
        }
        seen.push(...readings);
        waiting = waiting.filter((each) => !readings.includes(each));
      }
      for (let slot = 0; slot <= 3; slot++)
        expect(seen.filter((each) => each.slot === slot)).toEqual(
          all.filter((each) => each.slot === slot),
        );
    }),
  );
});
