/**
 * A time zone as offsets over time, asked of `Intl.DateTimeFormat` and of nothing else.
 * An instant is whole epoch seconds. "Local seconds" are what the clock on the wall shows, counted as if it were UTC.
 */
import { floorDiv } from "./arithmetic.ts";
import { CLOCK_DAY_S, dateNumber } from "./dates.ts";

/** A stretch of instants [fromS, toS) in which the zone's offset does not change. */
export type Stretch = { fromS: bigint; toS: bigint; offsetS: bigint };

/** The zone is looked at every so often; it is taken that no zone changes twice within one look. */
const LOOK_S = 21_600n;

/** No zone was ever further than this from UTC. */
const OFFSET_S_MAX = 16n * 3_600n;

/** Offset to UTC in seconds, east positive, in force at an instant. */
export function offsetAt(zone: string, atS: bigint): bigint {
  const stretches = stretchesOfLook(zone, floorDiv(atS, LOOK_S));
  const stretch = stretches.find(({ fromS, toS }) => fromS <= atS && atS < toS);
  if (stretch === undefined) throw new Error(`no offset for ${zone} at ${atS}`);
  return stretch.offsetS;
}

/** What the clock on the wall shows at an instant, in local seconds. */
export function localAt(zone: string, atS: bigint): bigint {
  return atS + offsetAt(zone, atS);
}

/** The date that the clock on the wall shows at an instant. */
export function localDateAt(zone: string, atS: bigint): number {
  return Number(floorDiv(localAt(zone, atS), CLOCK_DAY_S));
}

/** All stretches that touch [fromS, toS], in order; the outermost ones reach beyond. */
export function stretchesBetween(zone: string, fromS: bigint, toS: bigint): Stretch[] {
  const stretches: Stretch[] = [];
  for (let look = floorDiv(fromS, LOOK_S); look <= floorDiv(toS, LOOK_S); look += 1n) {
    for (const next of stretchesOfLook(zone, look)) {
      const last = stretches.at(-1);
      if (last?.offsetS === next.offsetS) last.toS = next.toS;
      else stretches.push({ ...next });
    }
  }
  return stretches;
}

/** The stretches around local seconds, wherever on earth: enough to find when a clock shows them. */
export function stretchesAround(zone: string, localS: bigint): Stretch[] {
  return stretchesBetween(zone, localS - OFFSET_S_MAX, localS + OFFSET_S_MAX);
}

/** What was found of each zone, by look, so that a year of readings asks for each look once. */
const looksOfZone = new Map<string, Map<bigint, Stretch[]>>();

function stretchesOfLook(zone: string, look: bigint): Stretch[] {
  const looks = looksOfZone.get(zone) ?? new Map<bigint, Stretch[]>();
  looksOfZone.set(zone, looks);
  const known = looks.get(look);
  if (known !== undefined) return known;
  const fromS = look * LOOK_S;
  const toS = fromS + LOOK_S;
  const before = askOffset(zone, fromS);
  const after = askOffset(zone, toS);
  const changeS = before === after ? toS : firstChange(zone, fromS, toS);
  const stretches = [{ fromS, toS: changeS, offsetS: before }];
  if (changeS < toS) stretches.push({ fromS: changeS, toS, offsetS: after });
  looks.set(look, stretches);
  return stretches;
}

/** The first instant after fromS with another offset than at fromS, given that toS has one: by halving. */
function firstChange(zone: string, fromS: bigint, toS: bigint): bigint {
  const before = askOffset(zone, fromS);
  let same = fromS;
  let other = toS;
  while (other - same > 1n) {
    const middle = (same + other) / 2n;
    if (askOffset(zone, middle) === before) same = middle;
    else other = middle;
  }
  return other;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats the instant in the zone and takes the difference to UTC. */
function askOffset(zone: string, atS: bigint): bigint {
  const shown: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(Number(atS) * 1000)) {
    shown[type] = Number(value);
  }
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = shown;
  const clockS = BigInt(hour * 3600 + minute * 60 + second);
  return BigInt(dateNumber(year, month, day)) * CLOCK_DAY_S + clockS - atS;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  formats.set(zone, format);
  return format;
}
