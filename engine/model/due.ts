/**
 * R35: when charges by time fall due.
 */
import { midnightsBetween } from "./acting.ts";
import { floorDiv } from "./arithmetic.ts";
import { dateParts, weekdayOf } from "./dates.ts";
import { type Charge, type PriceList, versionAt } from "./price-list.ts";
import type { ChargeEvery } from "./price-list-json.ts";
import { stretchesBetween } from "./zone.ts";

/** One entry: a charge at the instant at which it falls due, by the version in force just then. */
export type Due = { atS: bigint; version: number; charge: Charge };

const HOUR_S = 3_600n;

/**
 * All entries with fromS < m ≤ toS, "one entry per missed day": in order of time, and at one instant in the order of
 * the list. Before the first version nothing falls due.
 */
export function chargesDue(list: PriceList, fromS: bigint, toS: bigint): Due[] {
  const instants = new Map<ChargeEvery, Set<bigint>>();
  for (const every of usedIntervals(list)) {
    instants.set(every, new Set(dueInstants(list.zone, every, fromS, toS)));
  }
  const all = new Set([...instants.values()].flatMap((each) => [...each]));
  return [...all].sort(inTime).flatMap((atS) => {
    const version = versionAt(list, atS);
    if (version === undefined) return [];
    return version.charges
      .filter(({ every }) => instants.get(every)?.has(atS))
      .map((charge) => ({ atS, version: version.index, charge }));
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
    .filter(({ date }) => {
      if (every === "week") return weekdayOf(date) === "mon";
      if (every === "month") return dateParts(date).day === 1;
      return true;
    })
    .map(({ atS }) => atS);
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

function usedIntervals(list: PriceList): Set<ChargeEvery> {
  return new Set(list.versions.flatMap(({ charges }) => charges.map(({ every }) => every)));
}

/** Compares instants for sorting. */
export function inTime(a: bigint, b: bigint): number {
  return Number(a - b);
}
