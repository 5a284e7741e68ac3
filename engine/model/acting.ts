/**
 * R31: when something that is set for a local time acts: a switch, a midnight, a version's start.
 *
 * "A switch time that does not exist acts at the first instant after the gap; in a repeated hour a switch acts at its
 * first occurrence only and holds." Both are one rule: it acts at the first instant at which the clock shows that time
 * or a later one.
 */
import { CLOCK_DAY_S } from "./dates.ts";
import { localDateAt, stretchesAround } from "./zone.ts";

/** The first instant at which the clock on the wall shows these local seconds or later ones. */
export function actingInstant(zone: string, localS: bigint): bigint {
  for (const { fromS, toS, offsetS } of stretchesAround(zone, localS)) {
    const shownAtS = localS - offsetS;
    const firstS = shownAtS > fromS ? shownAtS : fromS;
    if (firstS < toS) return firstS;
  }
  throw new Error(`${zone} never shows local second ${localS}`);
}

/** When a time of day (seconds on the clock face) of a date acts. */
export function actingTimeOfDate(zone: string, date: number, clockS: bigint): bigint {
  return actingInstant(zone, BigInt(date) * CLOCK_DAY_S + clockS);
}

/** The local midnight that begins a date; undefined for a date that the zone skipped: such a date has none. */
export function midnightOf(zone: string, date: number): bigint | undefined {
  const key = `${zone} ${date}`;
  const known = midnights.get(key);
  if (known !== undefined) return known.atS;
  const firstS = actingTimeOfDate(zone, date, 0n);
  const atS = localDateAt(zone, firstS) === date ? firstS : undefined;
  midnights.set(key, { atS });
  return atS;
}

const midnights = new Map<string, { atS: bigint | undefined }>();

/** A local midnight and the date that it begins. */
export type Midnight = { atS: bigint; date: number };

/** All local midnights m with fromS < m ≤ toS, in order. */
export function midnightsBetween(zone: string, fromS: bigint, toS: bigint): Midnight[] {
  const found: Midnight[] = [];
  for (const date of datesAround(zone, fromS, toS)) {
    const atS = midnightOf(zone, date);
    if (atS !== undefined && fromS < atS && atS <= toS) found.push({ atS, date });
  }
  return found;
}

/**
 * Every date whose midnight or switches can act within (fromS, toS]: one more at either end, since in a repeated hour
 * around midnight a date begins to act while the clock will still fall back to the date before.
 */
export function datesAround(zone: string, fromS: bigint, toS: bigint): number[] {
  const dates: number[] = [];
  const last = localDateAt(zone, toS) + 1;
  for (let date = localDateAt(zone, fromS) - 1; date <= last; date += 1) dates.push(date);
  return dates;
}
