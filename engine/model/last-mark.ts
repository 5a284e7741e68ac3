/**
 * R51, R52, R74: the latest local midnight, Monday or first of a month at or before an instant, in the price list's zone.
 */
import { midnightsBetween } from "./acting.ts";
import { dateParts, weekdayOf } from "./dates.ts";

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
