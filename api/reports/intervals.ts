/**
 * Intervals of the local clock as instants (R31): from quarter hours to years, each with its real length where the clock
 * is moved.
 */
import { dateOfDay, dayNumber, weekdayOf } from "../../engine/tariff/civil.ts";
import { epochToLocalS, localToEpochS, openZone, type Zone } from "../../engine/tariff/zone.ts";
import { bucketEdges, STORE_S_MAX } from "../store/buckets.ts";
import { atMost, INTERVALS_MAX } from "./limits.ts";

/** How long intervals are; `whole` is the report's time in one. */
export const INTERVALS = [
  "quarter_hour",
  "half_hour",
  "hour",
  "day",
  "week",
  "month",
  "quarter",
  "year",
  "whole",
] as const;
/** The length of an interval. */
export type IntervalEvery = (typeof INTERVALS)[number];

const DAY_S = 86_400;
const HOUR_S = 3_600;
const SHORT_S = { quarter_hour: 900, half_hour: 1_800 } as const;
const MONTHS = { month: 1, quarter: 3, year: 12 } as const;
/** Hours and days that one stretch is asked for: the bound of the store's buckets. */
const STRETCH = { hour: 8_000 * HOUR_S, day: 8_000 * DAY_S } as const;

/**
 * The begins of all intervals that have a part in [fromS, toS), in order, and behind them the end of the last, in epoch
 * seconds. Throws a RangeError where that is no stretch of time or the zone is unknown, ReportTooLarge where there are
 * more than INTERVALS_MAX.
 */
export function intervalEdges(
  fromS: number,
  toS: number,
  every: IntervalEvery,
  timezone: string,
): number[] {
  if (!(fromS >= 0 && fromS < toS && toS <= STORE_S_MAX))
    throw new RangeError(`from must be before to, both within 0 and ${STORE_S_MAX} epoch seconds`);
  const zone = openZone(timezone);
  if (zone === undefined) throw new RangeError(`there is no time zone ${timezone.slice(0, 64)}`);
  switch (every) {
    case "whole":
      return [fromS, toS];
    case "quarter_hour":
    case "half_hour":
      return trimmed(split(even(fromS, toS, "hour", timezone), SHORT_S[every]), fromS, toS);
    case "hour":
    case "day":
      return even(fromS, toS, every, timezone);
    case "week":
      return weeks(zone, fromS, toS);
    case "month":
    case "quarter":
    case "year":
      return months(zone, fromS, toS, MONTHS[every]);
  }
}

/** Hours or days, stretch by stretch, since the store's own are bounded. */
function even(fromS: number, toS: number, every: "hour" | "day", timezone: string): number[] {
  atMost((toS - fromS) / (every === "hour" ? HOUR_S : DAY_S), INTERVALS_MAX, `${every}s`);
  const edges: number[] = [];
  for (let atS = fromS; atS < toS; ) {
    const more = bucketEdges(atS, Math.min(toS, atS + STRETCH[every]), every, timezone);
    edges.push(...(edges.length === 0 ? more : more.slice(1)));
    atS = more.at(-1) ?? toS;
  }
  return edges;
}

function split(hours: readonly number[], lengthS: number): number[] {
  atMost(hours.length * (HOUR_S / lengthS), INTERVALS_MAX, "intervals");
  const edges: number[] = [];
  for (const [i, startS] of hours.entries()) {
    const endS = hours[i + 1] ?? startS + 1;
    for (let atS = startS; atS < endS; atS += lengthS) edges.push(atS);
  }
  return edges;
}

function trimmed(edges: readonly number[], fromS: number, toS: number): number[] {
  const first = edges.findLastIndex((atS) => atS <= fromS);
  return edges.slice(Math.max(0, first), edges.findIndex((atS) => atS >= toS) + 1 || edges.length);
}

function midnightS(zone: Zone, day: number): number {
  return Math.max(0, localToEpochS(zone, day * DAY_S, "switch"));
}

function weeks(zone: Zone, fromS: number, toS: number): number[] {
  const today = Math.floor(epochToLocalS(zone, fromS) / DAY_S);
  const monday = today - weekdayOf(today);
  return rising(zone, fromS, toS, (nth) => monday + nth * 7);
}

function months(zone: Zone, fromS: number, toS: number, length: number): number[] {
  const { year, month } = dateOfDay(Math.floor(epochToLocalS(zone, fromS) / DAY_S));
  const first = Math.floor((year * 12 + month - 1) / length) * length;
  return rising(zone, fromS, toS, (nth) => {
    const at = first + nth * length;
    return dayNumber(Math.floor(at / 12), (at % 12) + 1, 1);
  });
}

/** Midnights of days that rise with `nth`, from the last not after fromS to the first not before toS. */
function rising(zone: Zone, fromS: number, toS: number, dayOf: (nth: number) => number): number[] {
  const edges: number[] = [];
  for (let nth = -1; ; nth++) {
    atMost(nth, INTERVALS_MAX, "intervals");
    const atS = midnightS(zone, dayOf(nth));
    if (atS <= fromS) edges.length = 0;
    if (edges.at(-1) !== atS) edges.push(atS);
    if (atS >= toS) return edges;
  }
}
