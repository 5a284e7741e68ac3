/**
 * R51, R52, R74, R34: the latest local midnight, Monday, first of a month or cycle start at or before an instant, in the price list's zone.
 */
import { midnightsBetween } from "./acting.ts";
import { startsCycle } from "./cycle.ts";
import { dateParts, weekdayOf } from "./dates.ts";
import type { Version } from "./price-list.ts";

/** What a mark begins. */
export type MarkEvery = "day" | "week" | "month";

/** Longer than any month. */
const LOOK_BACK_S = 40n * 86_400n;

/** The latest local midnight m ≤ atS that begins a day, a week (Monday) or a month; 0 where a zone skipped that date. */
export function lastMark(zone: string, every: MarkEvery, atS: bigint): bigint {
  const mark = midnightsBetween(zone, atS - LOOK_BACK_S, atS).findLast(({ date }) => {
    if (every === "week") return weekdayOf(date) === "mon";
    if (every === "month") return dateParts(date).day === 1;
    return true;
  });
  return mark?.atS ?? 0n;
}

/** Longer than any cycle. */
const CYCLE_LOOK_BACK_S = 400n * 86_400n;

/** R34: the latest cycle start ≤ atS by the cycle of the version in force; 0 where none is, or where it has no cycles. */
export function lastCycle(version: Version | undefined, atS: bigint): bigint {
  if (version === undefined || version.cycle.every === "none") return 0n;
  const { cycle, zone } = version;
  const starts = midnightsBetween(zone, atS - CYCLE_LOOK_BACK_S, atS);
  return starts.findLast(({ date }) => startsCycle(cycle, date))?.atS ?? 0n;
}
