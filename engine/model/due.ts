/**
 * R35: when charges by time fall due.
 */
import { midnightsBetween } from "./acting.ts";
import { floorDiv } from "./arithmetic.ts";
import { dateParts, weekdayOf } from "./dates.ts";
import { type Charge, type PriceList, type Version, versionAt } from "./price-list.ts";
import type { ChargeEvery } from "./price-list-json.ts";
import { stretchesBetween } from "./zone.ts";

/** What falls due at one instant: by the version in force just then, charges in the order of the list. */
export type DueInstant = {
  atS: bigint;
  version: Version;
  charges: readonly Charge[];
  /** What begins with it: time debts fall due by that. */
  begins: readonly ChargeEvery[];
};

const HOUR_S = 3_600n;

/**
 * All instants m with fromS < m ≤ toS at which something can fall due, in order of time: one entry per missed day. Before
 * the first version nothing falls due.
 */
export function dueBetween(list: PriceList, fromS: bigint, toS: bigint): DueInstant[] {
  const begins = new Map<bigint, ChargeEvery[]>();
  const isHourly = list.versions.some(({ charges }) =>
    charges.some(({ every }) => every === "hour"),
  );
  if (isHourly) for (const atS of fullHours(list.zone, fromS, toS)) begins.set(atS, ["hour"]);
  for (const { atS, date } of midnightsBetween(list.zone, fromS, toS)) {
    begins.set(atS, [...(begins.get(atS) ?? []), ...begunBy(date)]);
  }
  return [...begins]
    .sort(([a], [b]) => inTime(a, b))
    .flatMap(([atS, begun]) => {
      const version = versionAt(list, atS);
      if (version === undefined) return [];
      const charges = version.charges.filter(({ every }) => begun.includes(every));
      return [{ atS, version, charges, begins: begun }];
    });
}

/** The instants m with fromS < m ≤ toS at which a charge of this interval falls due. */
export function dueInstants(
  zone: string,
  every: ChargeEvery,
  fromS: bigint,
  toS: bigint,
): bigint[] {
  if (every === "hour") return fullHours(zone, fromS, toS);
  return midnightsBetween(zone, fromS, toS)
    .filter(({ date }) => begunBy(date).includes(every))
    .map(({ atS }) => atS);
}

/** What begins with a date's midnight. */
function begunBy(date: number): ChargeEvery[] {
  const begun: ChargeEvery[] = ["day"];
  if (weekdayOf(date) === "mon") begun.push("week");
  if (dateParts(date).day === 1) begun.push("month");
  return begun;
}

/**
 * Each instant at which the clock on the wall shows a full hour, also for the second time: a day of 25 hours has 25,
 * one of 23 hours has 23. Where clocks move by half an hour, only what the clock really shows counts.
 */
function fullHours(zone: string, fromS: bigint, toS: bigint): bigint[] {
  const found: bigint[] = [];
  for (const stretch of stretchesBetween(zone, fromS, toS)) {
    const firstLocalS = -floorDiv(-(stretch.fromS + stretch.offsetS), HOUR_S) * HOUR_S; // rounded up
    for (let atS = firstLocalS - stretch.offsetS; atS < stretch.toS; atS += HOUR_S) {
      if (fromS < atS && atS <= toS) found.push(atS);
    }
  }
  return found;
}

/** Compares instants for sorting. */
export function inTime(a: bigint, b: bigint): number {
  return Number(a - b);
}
