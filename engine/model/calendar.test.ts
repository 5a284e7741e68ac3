import { describe, expect, it } from "vitest";
import { type Calendar, isCalm, isFriendly, isInWindow, jitterOf } from "./calendar.ts";

const calendar: Calendar = {
  fromS: 100n,
  toS: 1_000n,
  intervals: [
    { beginS: 200n, endS: 300n },
    { beginS: 500n, endS: 600n },
  ],
};

describe("R71: friendly", () => {
  it.each<[bigint, boolean]>([
    [99n, true],
    [100n, false],
    [199n, false],
    [200n, true],
    [299n, true],
    [300n, false],
    [999n, false],
    [1_000n, true],
  ])("at %i: %s", (atS, friendly) => {
    expect(isFriendly({ friendly: calendar }, atS)).toBe(friendly);
  });

  it("never without a calendar", () => {
    expect(isFriendly({}, 0n)).toBe(false);
    expect(isCalm({}, 50n, 0n)).toBe(true);
  });
});

describe("R71: calm comes when the account's jitter after a friendly end is over", () => {
  it.each<[bigint, boolean]>([
    [150n, true],
    [250n, false],
    [300n, false],
    [349n, false],
    [350n, true],
    [500n, false],
    [600n, false],
    [650n, true],
    [1_000n, false],
  ])("at %i: %s", (atS, calm) => {
    expect(isCalm({ friendly: calendar }, 50n, atS)).toBe(calm);
  });

  it.each<[bigint, bigint, bigint]>([
    [0n, 3_600n, 0n],
    [1n, 3_600n, 2_654_435_761n % 3_600n],
    [2n, 3_600n, 1_013_904_226n % 3_600n],
    [7n, 0n, 0n],
    [7n, 1n, 0n],
  ])("slot %i of jitter %i waits %i s", (slot, jitterS, waitS) => {
    expect(jitterOf(slot, jitterS)).toBe(waitS);
  });
});

describe("R73: the cut window", () => {
  it.each<[bigint, boolean]>([
    [99n, false],
    [199n, false],
    [200n, true],
    [300n, false],
    [599n, true],
    [1_000n, false],
  ])("at %i: %s", (atS, inside) => {
    expect(isInWindow({ cutWindow: calendar }, atS)).toBe(inside);
  });

  it("is always open without a calendar", () => {
    expect(isInWindow({}, 0n)).toBe(true);
  });
});
