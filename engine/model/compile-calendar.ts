/**
 * R31, R71: a calendar's intervals in a span of time, date by date.
 */
import { actingTimeOfDate, midnightOf } from "./acting.ts";
import type { Calendar, Stretch } from "./calendar.ts";
import type { CalendarDayJson, CalendarJson, PeriodJson } from "./calendar-json.ts";
import { dateText, weekdayOf } from "./dates.ts";
import { localDateAt } from "./zone.ts";

/** The calendar for [fromS, toS). */
export function compileCalendar(json: CalendarJson, fromS: bigint, toS: bigint): Calendar {
  const stretches: Stretch[] = [];
  // Two dates more at either end: what wraps in from the day before, and a repeated hour at midnight.
  const first = localDateAt(json.timezone, fromS) - 2;
  const last = localDateAt(json.timezone, toS) + 2;
  for (let date = first; date <= last; date += 1) stretches.push(...beginningOn(json, date));
  const within = stretches
    .map(({ beginS, endS }) => ({
      beginS: beginS < fromS ? fromS : beginS,
      endS: endS > toS ? toS : endS,
    }))
    .filter(({ beginS, endS }) => beginS < endS);
  return { fromS, toS, intervals: merged(within) };
}

/** What begins on a date; nothing on one that the zone skipped, since it has no midnight. */
function beginningOn(json: CalendarJson, date: number): Stretch[] {
  if (midnightOf(json.timezone, date) === undefined) return [];
  return periodsOf(json, date).map((period) => stretchOf(json, date, period));
}

/** "Special days win: on a special date nothing else begins." */
function periodsOf(json: CalendarJson, date: number): PeriodJson[] {
  const special = specialDay(json, date);
  if (special !== undefined) return special.periods;
  const weekday = weekdayOf(date);
  const weekly = (json.weekly ?? []).filter(({ days }) => days.includes(weekday));
  const text = dateText(date);
  const isInRange = (json.date_ranges ?? []).some(({ from, to }) => from <= text && text <= to);
  return isInRange ? [...weekly, WHOLE_DAY] : weekly;
}

/** From a midnight to the next: `to` is at `from`, hence on the next day. */
const WHOLE_DAY: PeriodJson = { from: "00:00", to: "00:00" };

/** One with its year goes before one of every year. */
function specialDay(json: CalendarJson, date: number): CalendarDayJson | undefined {
  const text = dateText(date);
  const named = (wanted: string) => json.special_days?.find((day) => day.date === wanted);
  return named(text) ?? named(`*${text.slice(4)}`);
}

/** A period that begins on a date. Both its ends act like switches (R31). */
function stretchOf(json: CalendarJson, date: number, { from, to }: PeriodJson): Stretch {
  const zone = json.timezone;
  const beginS = actingTimeOfDate(zone, date, clockSeconds(from));
  if (clockSeconds(to) > clockSeconds(from)) {
    return { beginS, endS: actingTimeOfDate(zone, date, clockSeconds(to)) };
  }
  const next = date + 1;
  const endS = actingTimeOfDate(zone, next, clockSeconds(to));
  if (specialDay(json, next) === undefined) return { beginS, endS };
  // "A period wrapping in from the day before is cut at its midnight."
  const midnightS = actingTimeOfDate(zone, next, 0n);
  return { beginS, endS: midnightS < endS ? midnightS : endS };
}

/** Stretches that overlap or touch become one. */
function merged(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of [...stretches].sort((a, b) => Number(a.beginS - b.beginS))) {
    const last = result.at(-1);
    if (last === undefined || stretch.beginS > last.endS) result.push({ ...stretch });
    else if (stretch.endS > last.endS) last.endS = stretch.endS;
  }
  return result;
}

function clockSeconds(time: string): bigint {
  const [hours = "", minutes = ""] = time.split(":");
  return BigInt(hours) * 3600n + BigInt(minutes) * 60n;
}
