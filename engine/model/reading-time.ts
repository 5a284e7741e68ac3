/**
 * R31, last sentence: the time of a reading as text. Without an offset it is read in the given zone:
 * an ambiguous time is the earlier instant, a missing one is moved on by the length of the gap (02:30 → 03:30).
 */
import { CLOCK_DAY_S, dateNumber, dateText } from "./dates.ts";
import { stretchesAround } from "./zone.ts";

const LOCAL = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?$/;
const WITH_OFFSET = /^(.*[T ].*?)(Z|[+-]\d\d:?\d\d)$/;

/** "YYYY-MM-DD[THH:MM[:SS]]" as local seconds; fractions of a second are cut off. Throws on other text. */
export function localSeconds(text: string): bigint {
  const match = LOCAL.exec(text);
  if (match === null) throw new Error(`"${text}" is no local time`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const date = dateNumber(year, month, day);
  const exists = dateText(date) === text.slice(0, 10) && hour < 24 && minute < 60 && second < 60;
  if (!exists) throw new Error(`"${text}" is on no calendar or clock`);
  return BigInt(date) * CLOCK_DAY_S + BigInt(hour * 3600 + minute * 60 + second);
}

/** The instant of a local time without offset. */
export function localToEpoch(text: string, zone: string): bigint {
  const localS = localSeconds(text);
  const stretches = stretchesAround(zone, localS);
  for (const { fromS, toS, offsetS } of stretches) {
    const atS = localS - offsetS;
    if (fromS <= atS && atS < toS) return atS; // the first that shows it is the earlier one
  }
  // No clock showed it. It lies in the gap where the next stretch would have shown it before it began: read with the
  // offset before that gap, it comes out later by just the gap's length.
  const after = stretches.findIndex(({ fromS, offsetS }) => localS - offsetS < fromS);
  const before = stretches[after - 1];
  if (before === undefined) throw new Error(`"${text}" cannot be placed in ${zone}`);
  return localS - before.offsetS;
}

/** Whether a text carries its own offset ("Z", "+02:00"). */
export function hasOffset(text: string): boolean {
  return WITH_OFFSET.test(text);
}

/** The instant of a time that may carry its offset; without one it is local to the zone. */
export function timeToEpoch(text: string, zone: string): bigint {
  const match = WITH_OFFSET.exec(text);
  if (match === null) return localToEpoch(text, zone);
  const [, local = "", offset = ""] = match;
  return localSeconds(local) - offsetSeconds(offset);
}

function offsetSeconds(offset: string): bigint {
  if (offset === "Z") return 0n;
  const sign = offset.startsWith("-") ? -1n : 1n;
  const digits = offset.slice(1).replace(":", "");
  return sign * (BigInt(digits.slice(0, 2)) * 3600n + BigInt(digits.slice(2)) * 60n);
}
