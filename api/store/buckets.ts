/**
 * Hours and days of the local clock as instants. Days begin at the first instant of their date (R31), so that they have
 * 23, 24 or 25 hours; hours begin where the local clock shows a full hour, and where the clock is moved by less than an
 * hour, also there.
 */
import {
  localToEpochS,
  offsetAtS,
  openZone,
  transitions,
  type Zone,
} from "../../engine/tariff/zone.ts";

/** Most buckets of one question: more than a year of hours. */
export const BUCKETS_MAX = 9_000;

const HOUR_S = 3_600;
const DAY_S = 86_400;
/** The end of what the store's times can hold, with room for the bucket that holds it. */
export const STORE_S_MAX = 0xffff_ffff - 2 * DAY_S;

/** How long buckets are. */
export type Every = "hour" | "day";

/**
 * The begins of all buckets that have a part in [fromS, toS), in order, and behind them the end of the last, all in
 * epoch seconds. Throws a RangeError where that is no stretch of time, the zone is unknown, or there are more than
 * BUCKETS_MAX.
 */
export function bucketEdges(fromS: number, toS: number, every: Every, timezone: string): number[] {
  if (
    !Number.isInteger(fromS) ||
    !Number.isInteger(toS) ||
    fromS < 0 ||
    toS > STORE_S_MAX ||
    fromS >= toS
  )
    throw new RangeError(`from must be before to, both within 0 and ${STORE_S_MAX} epoch seconds`);
  if ((toS - fromS) / (every === "hour" ? HOUR_S : DAY_S) > BUCKETS_MAX - 2)
    throw new RangeError(`ask for fewer than ${BUCKETS_MAX} ${every}s at a time`);
  if (timezone === "UTC") return evenEdges(fromS, toS, every === "hour" ? HOUR_S : DAY_S, 0);
  const zone = openZone(timezone);
  if (zone === undefined) throw new RangeError(`there is no time zone ${timezone.slice(0, 64)}`);
  const edges = every === "hour" ? hourEdges(zone, fromS, toS) : dayEdges(zone, fromS, toS);
  return edges.map((atS) => Math.max(0, atS));
}

/** Edges of one length: the last one not after fromS, and on to the first not before toS. */
function evenEdges(fromS: number, toS: number, lengthS: number, offsetS: number): number[] {
  const firstS = Math.floor((fromS + offsetS) / lengthS) * lengthS - offsetS;
  const count = Math.ceil((toS - firstS) / lengthS);
  return Array.from({ length: count + 1 }, (_, i) => firstS + i * lengthS);
}

function dayEdges(zone: Zone, fromS: number, toS: number): number[] {
  const midnightS = (day: number): number => localToEpochS(zone, day * DAY_S, "switch");
  // A date may begin later than its number says: look from a day before.
  let day = Math.floor((fromS + offsetAtS(zone, fromS)) / DAY_S) - 1;
  while (midnightS(day + 1) <= fromS) day += 1;
  const edges = [midnightS(day)];
  for (let lastS = edges[0] ?? 0; lastS < toS; ) {
    day += 1;
    const atS = midnightS(day);
    // A date that the zone skipped has no length.
    if (atS > lastS) edges.push(atS);
    lastS = Math.max(lastS, atS);
  }
  return edges;
}

function hourEdges(zone: Zone, fromS: number, toS: number): number[] {
  const found = new Set<number>();
  const changes = transitions(zone, fromS - DAY_S, toS + DAY_S).map(({ atS }) => atS);
  const pieces = [fromS - DAY_S, ...changes, toS + DAY_S];
  for (const [i, startS] of pieces.slice(0, -1).entries()) {
    const endS = pieces[i + 1] ?? startS;
    if (i > 0) found.add(startS);
    const offsetS = offsetAtS(zone, startS);
    for (const atS of evenEdges(startS, endS, HOUR_S, offsetS))
      if (atS >= startS && atS < endS) found.add(atS);
  }
  const all = [...found].sort((a, b) => a - b);
  const first = all.findLastIndex((atS) => atS <= fromS);
  const last = all.findIndex((atS) => atS >= toS);
  return all.slice(first, last + 1);
}
