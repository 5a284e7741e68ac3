import { expect, test } from "vitest";
import { decodeFrame, tagMatches } from "../../engine/contract/frame.ts";
import {
  balanceSumAt,
  FLEET_CREDIT_MICROS,
  FLEET_KEY,
  FLEET_PRICE_P,
  FleetFrames,
  registerOf,
} from "./fleet-frames.ts";

test("a register only rises, and not every meter by the same", () => {
  const used = Array.from({ length: 100 }, (_, i) => registerOf(i, 1) - registerOf(i, 0));
  expect(Math.min(...used)).toBeGreaterThan(0);
  expect(new Set(used).size).toBeGreaterThan(30);
});

test("snapshots and profiles of the same steps carry the same readings", () => {
  const one = new FleetFrames(2, 10, 1_000, 3);
  const other = new FleetFrames(2, 10, 1_000, 3);
  const readingsOf = (set: ReturnType<FleetFrames["profiles"]>): string[] =>
    set.frames
      .flatMap(({ shard, bytes }) => {
        expect(tagMatches(bytes, FLEET_KEY)).toBe(true);
        return decodeFrame(bytes).readings.map(
          ({ slot, register, atS }) => `${shard} ${slot} ${atS} ${register}`,
        );
      })
      .sort();
  const snapshots = one.snapshots(4, 3);
  const profiles = other.profiles(4, 7);
  expect(readingsOf(snapshots)).toEqual(readingsOf(profiles));
  expect(snapshots.readings).toBe(80);
  expect(new Set(snapshots.frames.map(({ shard }) => shard))).toEqual(new Set([3, 4]));
});

test("sequences count on in each shard", () => {
  const frames = new FleetFrames(2, 10);
  frames.snapshots(1, 5);
  frames.snapshots(2, 10);
  expect(frames.sequences).toEqual([4, 4]);
  expect(frames.nextStep).toBe(3);
});

test("the sum of balances is what is left of the credit", () => {
  expect(balanceSumAt(5, 0)).toBe(5n * FLEET_CREDIT_MICROS);
  const used = BigInt(registerOf(0, 7) - registerOf(0, 0));
  expect(balanceSumAt(1, 7)).toBe(FLEET_CREDIT_MICROS - (used * FLEET_PRICE_P) / 1_000_000n);
});
