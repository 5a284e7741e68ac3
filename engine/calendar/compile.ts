/**
 * From a calendar to instants: the intervals that it covers in a span of time (R31, R71).
 */
import type { Calendar, CalendarPeriod } from "../contract/calendar/calendar.ts";
import { CALENDAR_INTERVALS_MAX } from "../contract/calendar/limits.ts";
import { DAY_S, dateOfDay, weekdayOf } from "../tariff/civil.ts";
import { epochToLocalS, localToEpochS, openZone, type Zone } from "../tariff/zone.ts";

/** A half-open stretch of instants [beginS, endS), in epoch seconds. */
export type CalendarInterval = { beginS: number; endS: number };

/** The intervals, rising, not touching, within the span; or why they are too many, in one line. */
export type CompiledCalendar =
  | { ok: true; intervals: CalendarInterval[] }
  | { ok: false; reason: string };

const WHOLE_DAY: CalendarPeriod = { fromMinute: 0, toMinute: 0 };

/** Compiles a calendar for [fromS, toS). More than CALENDAR_INTERVALS_MAX intervals are refused. */
export function compileCalendar(calendar: Calendar, fromS: number, toS: number): CompiledCalendar {
  const zone = openZone(calendar.timezone);
  if (zone === undefined) throw new Error(`a checked calendar is in ${calendar.timezone}`);
  const periodsOn = planDays(calendar);
  const intervals: CalendarInterval[] = [];
  const lastDay = dayAt(zone, toS) + 1;
  // A period of the day before wraps in, and where midnight repeats, a date acts before the clock keeps it.
  for (let day = dayAt(zone, fromS) - 2; day <= lastDay; day++) {
    const beginning = periodsOn(day)
      .periods.map((period) => intervalOf(zone, day, period, periodsOn))
      .filter(({ beginS, endS }) => beginS < endS && endS > fromS && beginS < toS)
      .sort((a, b) => a.beginS - b.beginS);
    if (beginning.length > 0 && isSkipped(zone, day)) continue;
    for (const { beginS, endS } of beginning) {
      append(intervals, { beginS: Math.max(beginS, fromS), endS: Math.min(endS, toS) });
    }
    if (intervals.length > CALENDAR_INTERVALS_MAX) {
      const reason = `calendar "${calendar.name}" has more than CALENDAR_INTERVALS_MAX (${CALENDAR_INTERVALS_MAX}) intervals in its span: give it fewer periods or a shorter span`;
      return { ok: false, reason };
    }
  }
  return { ok: true, intervals };
}

type DayPlan = { periods: readonly CalendarPeriod[]; isSpecial: boolean };
type PeriodsOn = (day: number) => DayPlan;

/** Gives what begins on a date: on a special one its own periods and nothing else. */
function planDays({ weekly, specialDays, dateRanges }: Calendar): PeriodsOn {
  const special = new Map(
    specialDays.map(({ year, month, day, periods }) => [dateKey(year, month, day), periods]),
  );
  const ofWeekday = Array.from({ length: 7 }, (_, weekday) =>
    weekly.filter(({ days }) => days.includes(weekday)),
  );
  return (number) => {
    const { year, month, day } = dateOfDay(number);
    const own = special.get(dateKey(year, month, day)) ?? special.get(dateKey("*", month, day));
    if (own !== undefined) return { periods: own, isSpecial: true };
    const periods = ofWeekday[weekdayOf(number)] ?? [];
    const inRange = dateRanges.some(({ fromDay, toDay }) => fromDay <= number && number <= toDay);
    return { periods: inRange ? [...periods, WHOLE_DAY] : periods, isSpecial: false };
  };
}

function dateKey(year: number | "*" | undefined, month: number, day: number): string {
  return `${year ?? "*"}-${month}-${day}`;
}

/** A period that begins on a day; one that wraps into a special date ends at its midnight. */
function intervalOf(
  zone: Zone,
  day: number,
  { fromMinute, toMinute }: CalendarPeriod,
  periodsOn: PeriodsOn,
): CalendarInterval {
  const beginS = actsAtS(zone, day, fromMinute);
  if (toMinute > fromMinute) return { beginS, endS: actsAtS(zone, day, toMinute) };
  const endMinute = periodsOn(day + 1).isSpecial ? 0 : toMinute;
  return { beginS, endS: actsAtS(zone, day + 1, endMinute) };
}

/** When a time of a date acts, as a switch does (R31). */
function actsAtS(zone: Zone, day: number, minute: number): number {
  return localToEpochS(zone, day * DAY_S + minute * 60, "switch");
}

/** Whether a zone skipped a date, so that the next one begins at the same instant: on such a date nothing begins. */
function isSkipped(zone: Zone, day: number): boolean {
  return actsAtS(zone, day, 0) === actsAtS(zone, day + 1, 0);
}

function dayAt(zone: Zone, epochS: number): number {
  return Math.floor(epochToLocalS(zone, epochS) / DAY_S);
}

/** Adds an interval that begins no earlier than the day of the last one; those that overlap or touch become one. */
function append(intervals: CalendarInterval[], next: CalendarInterval): void {
  const last = intervals.at(-1);
  if (last === undefined || next.beginS > last.endS) intervals.push(next);
  else last.endS = Math.max(last.endS, next.endS);
}
