/**
 * R33: where the cycles of block counters begin: "counters reset to 0 at each cycle start, local midnight".
 */
import { midnightsBetween } from "./acting.ts";
import { dateParts, daysInMonth, weekdayOf } from "./dates.ts";
import { type PriceList, type Version, versionAt } from "./price-list.ts";

/** Whether a cycle begins with this date. */
export function startsCycle(cycle: Version["cycle"], date: number): boolean {
  const { year, month, day } = dateParts(date);
  // "The last day where the month is shorter."
  const startDay = Math.min(cycle.startDay, daysInMonth(year, month));
  switch (cycle.every) {
    case "none":
      return false;
    case "day":
      return true;
    case "week":
      return weekdayOf(date) === "mon";
    case "month":
      return day === startDay;
    case "quarter":
      return day === startDay && [1, 4, 7, 10].includes(month);
    case "year":
      return day === startDay && month === 1;
  }
}

/**
 * The cycle starts x with fromS < x ≤ toS: midnights of dates that begin a cycle of the version in force just then.
 * A date that the zone skipped has no midnight, so that no cycle begins with it.
 */
export function cycleStarts(list: PriceList, fromS: bigint, toS: bigint): bigint[] {
  return midnightsBetween(list.zone, fromS, toS)
    .filter(({ atS, date }) => {
      const version = versionAt(list, atS);
      return version !== undefined && startsCycle(version.cycle, date);
    })
    .map(({ atS }) => atS);
}
