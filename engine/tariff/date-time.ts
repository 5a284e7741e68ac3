/**
 * Dates and times as people and files write them: `YYYY-MM-DDTHH:MM[:SS[.000]][Z|±HH:MM]`, or a blank instead of the T.
 */
import { DAY_S, dayNumber, isDate } from "./civil.ts";
import { type LocalRule, localToEpochS, type Zone } from "./zone.ts";

/** Longest text that is read as a time. */
const DATE_TIME_MAX = 40;
/** Latest instant: the last second of u32 (2106). Instants are not before 1970. */
export const EPOCH_S_MAX = 0xffff_ffff;

const ZERO = 48;
const NOT = -1;

/**
 * The instant of a reading's time, in epoch seconds: by its own offset, or else as local time of the zone (R31: ambiguous
 * → the earlier, missing → moved on by the length of the gap). Undefined when it is no such text, no such date, carries a
 * fraction of a second other than zero, or lies outside 1970-2106.
 */
export function parseReadAt(text: string, zone: Zone): number | undefined {
  return parseInstant(text, zone, "reading");
}

/** As `parseReadAt`, with the rule for local times that do not exist or exist twice. */
export function parseInstant(text: string, zone: Zone, rule: LocalRule): number | undefined {
  if (text.length > DATE_TIME_MAX) return undefined;
  const localS = localSecondsIn(text);
  if (localS === undefined) return undefined;
  const tail = endOfTime(text);
  if (tail === NOT) return undefined;
  let epochS: number;
  if (tail === text.length) epochS = localToEpochS(zone, localS, rule);
  else {
    const offsetS = offsetIn(text, tail);
    if (offsetS === undefined) return undefined;
    epochS = localS - offsetS;
  }
  return epochS >= 0 && epochS <= EPOCH_S_MAX ? epochS : undefined;
}

/** Local seconds of the date and time at the start of the text, up to the seconds. */
function localSecondsIn(text: string): number | undefined {
  const century = twoDigits(text, 0);
  const yearOfCentury = twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = text[16] === ":" ? twoDigits(text, 17) : 0;
  if (century < 0 || yearOfCentury < 0 || month < 0 || day < 0) return undefined;
  if (hour < 0 || minute < 0 || second < 0) return undefined;
  if (text[4] !== "-" || text[7] !== "-" || text[13] !== ":") return undefined;
  if (text[10] !== "T" && text[10] !== " ") return undefined;
  const year = century * 100 + yearOfCentury;
  if (!isDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return undefined;
  return dayNumber(year, month, day) * DAY_S + hour * 3_600 + minute * 60 + second;
}

/** Where the offset would begin, behind seconds and zeros of a fraction; NOT where the fraction is another. */
function endOfTime(text: string): number {
  if (text[16] !== ":") return 16;
  if (text[19] !== ".") return 19;
  let at = 20;
  while (text[at] === "0") at++;
  return at === 20 ? NOT : at;
}

/** The offset that ends the text, in seconds: `Z` or `±HH:MM`. */
function offsetIn(text: string, at: number): number | undefined {
  if (text[at] === "Z") return text.length === at + 1 ? 0 : undefined;
  const sign = text[at] === "+" ? 1 : text[at] === "-" ? -1 : 0;
  const hours = twoDigits(text, at + 1);
  const minutes = twoDigits(text, at + 4);
  if (sign === 0 || text[at + 3] !== ":" || text.length !== at + 6) return undefined;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
  return sign * (hours * 3_600 + minutes * 60);
}

/** Two decimal digits as a number, or NOT. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NOT;
}
