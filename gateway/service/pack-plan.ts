/**
 * Which of the waiting readings go into the next frame, and in which shape. Meters whose readings lie evenly in time (they
 * were buffered, or come from a file of intervals) share a profile; everything else is a snapshot. Pure.
 */
import type { FrameReading } from "../../engine/contract/frame.ts";

/** Least readings of a profile: under it the snapshot costs no more. */
const PROFILE_READINGS_MIN = 16;
/** Least readings of one meter in a profile. */
const SERIES_MIN = 3;

/** One meter's registers, evenly apart. */
export type Series = { slot: number; registers: number[] };
/** The next frame: its readings, and the profile that they make, if they make one. */
export type PackPlan = {
  readings: readonly FrameReading[];
  profile?: { baseS: number; intervalS: number; series: Series[] };
};

/** Plans the next frame from these readings, the oldest first; the order of one meter's readings is never changed. */
export function planFrame(waiting: readonly FrameReading[]): PackPlan {
  const bySlot = new Map<number, FrameReading[]>();
  for (const reading of waiting) {
    const known = bySlot.get(reading.slot);
    if (known === undefined) bySlot.set(reading.slot, [reading]);
    else known.push(reading);
  }
  if (bySlot.size === waiting.length) return { readings: inSlotOrder(waiting) };
  const best = largestGroup(bySlot);
  if (best === undefined) return { readings: inSlotOrder(waiting) };
  const first = best[0]?.[0];
  const second = best[0]?.[1];
  if (first === undefined || second === undefined) return { readings: inSlotOrder(waiting) };
  const series = best.map((readings) => ({
    slot: readings[0]?.slot ?? 0,
    registers: readings.map(({ register }) => register),
  }));
  const profile = { baseS: first.atS, intervalS: second.atS - first.atS, series };
  return { readings: best.flat(), profile };
}

function inSlotOrder(readings: readonly FrameReading[]): FrameReading[] {
  return readings.toSorted((a, b) => a.slot - b.slot);
}

/** The meters that share start, interval and length and hold most readings together; undefined when that is too few. */
function largestGroup(
  bySlot: ReadonlyMap<number, readonly FrameReading[]>,
): (readonly FrameReading[])[] | undefined {
  const groups = new Map<string, (readonly FrameReading[])[]>();
  for (const readings of bySlot.values()) {
    const intervalS = evenInterval(readings);
    if (intervalS === undefined) continue;
    const key = `${readings[0]?.atS} ${intervalS} ${readings.length}`;
    const group = groups.get(key) ?? [];
    group.push(readings);
    groups.set(key, group);
  }
  const count = (group: readonly (readonly FrameReading[])[]): number =>
    group.length * (group[0]?.length ?? 0);
  const [largest] = [...groups.values()].sort((a, b) => count(b) - count(a));
  if (largest === undefined || count(largest) < PROFILE_READINGS_MIN) return undefined;
  return largest.toSorted((a, b) => (a[0]?.slot ?? 0) - (b[0]?.slot ?? 0));
}

/** The seconds between any two of a meter's readings; undefined where they differ, or one is no plain reading. */
function evenInterval(readings: readonly FrameReading[]): number | undefined {
  if (readings.length < SERIES_MIN) return undefined;
  const intervalS = (readings[1]?.atS ?? 0) - (readings[0]?.atS ?? 0);
  if (intervalS <= 0) return undefined;
  const even = readings.every(
    ({ atS, quality }, i) =>
      quality === "actual" && atS === (readings[0]?.atS ?? 0) + i * intervalS,
  );
  return even ? intervalS : undefined;
}
