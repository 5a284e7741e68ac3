/**
 * From JSON to a calendar, or to all of its faults at once.
 */
import { openZone } from "../../tariff/zone.ts";
import { type PriceListFault, shown } from "../price-list/fault.ts";
import { readJson } from "../price-list/json-text.ts";
import { SPECIAL_DAYS_MAX } from "../price-list/limits.ts";
import {
  fault,
  inside,
  listAt,
  objectAt,
  type Place,
  partAt,
  refuseUnknownKeys,
  valueAt,
} from "../price-list/part.ts";
import { WEEKDAYS } from "../price-list/price-list.ts";
import { specialDateOf } from "../price-list/shape.ts";
import type { Calendar, CalendarDay, CalendarPeriod, DateRange, WeeklyPeriod } from "./calendar.ts";
import { DATE_RANGES_MAX, DAY_PERIODS_MAX, WEEKLY_MAX } from "./limits.ts";
import {
  dayOf,
  headShape,
  minuteOf,
  periodShape,
  rangeShape,
  specialDateShape,
  weeklyShape,
} from "./shape.ts";

/** One fault of a calendar: its JSON pointer (RFC 6901) and one line that says what is wrong and how to mend it. */
export type CalendarFault = PriceListFault;

/** A parsed calendar, or every fault of it (up to FAULTS_MAX). */
export type CalendarResult =
  | { ok: true; calendar: Calendar }
  | { ok: false; faults: CalendarFault[] };

const KEYS = ["name", "timezone", "weekly", "special_days", "date_ranges"];

/** Parses and checks a calendar's text. A text that is no JSON has one fault, with pointer "" and its line and column. */
export function parseCalendar(text: string): CalendarResult {
  const faults: CalendarFault[] = [];
  const json = readJson(text, faults);
  if (json === undefined) return { ok: false, faults };
  return readCalendar({ faults, pointer: "" }, json.value);
}

/** Parses and checks a calendar that is already JSON. */
export function parseCalendarValue(value: unknown): CalendarResult {
  return readCalendar({ faults: [], pointer: "" }, value);
}

function readCalendar(place: Place, value: unknown): CalendarResult {
  const refused = { ok: false, faults: place.faults } as const;
  const object = objectAt(place, value, `an object with ${KEYS.join(", ")}`);
  if (object === undefined) return refused;
  refuseUnknownKeys(place, object, KEYS);
  const head = valueAt(place, { name: object["name"], timezone: object["timezone"] }, headShape);
  if (head !== undefined && openZone(head.timezone) === undefined) {
    const at = inside(place, "timezone");
    fault(
      at,
      `is an unknown zone, ${shown(head.timezone)}: use an IANA name such as "Europe/Madrid"`,
    );
  }
  const weekly = listAt(inside(place, "weekly"), object["weekly"], WEEKLY_MAX, readWeekly);
  const days = inside(place, "special_days");
  const specialDays = listAt(days, object["special_days"], SPECIAL_DAYS_MAX, readSpecialDay);
  refuseSecondDates(days, specialDays);
  const ranges = inside(place, "date_ranges");
  const dateRanges = listAt(ranges, object["date_ranges"], DATE_RANGES_MAX, readRange);
  if (place.faults.length > 0 || head === undefined) return refused;
  return {
    ok: true,
    calendar: {
      ...head,
      weekly: weekly.filter((each) => each !== undefined),
      specialDays: specialDays.filter((each) => each !== undefined),
      dateRanges: dateRanges.filter((each) => each !== undefined),
    },
  };
}

function readWeekly(place: Place, value: unknown): WeeklyPeriod | undefined {
  const part = partAt(place, value, weeklyShape);
  if (part === undefined) return undefined;
  const days = [...new Set(part.days.map((day) => WEEKDAYS.indexOf(day)))];
  return { days, fromMinute: minuteOf(part.from), toMinute: minuteOf(part.to) };
}

function readSpecialDay(place: Place, value: unknown): CalendarDay | undefined {
  const object = objectAt(place, value, "an object with date, periods");
  if (object === undefined) return undefined;
  refuseUnknownKeys(place, object, ["date", "periods"]);
  const named = valueAt(place, { date: object["date"] }, specialDateShape);
  const at = inside(place, "periods");
  if (object["periods"] === undefined) {
    fault(at, "is missing: give the periods of this date, [] for none");
  }
  const periods = listAt(at, object["periods"], DAY_PERIODS_MAX, readPeriod);
  const date = named && specialDateOf(named.date);
  return date && { ...date, periods: periods.filter((each) => each !== undefined) };
}

function readPeriod(place: Place, value: unknown): CalendarPeriod | undefined {
  const part = partAt(place, value, periodShape);
  return part && { fromMinute: minuteOf(part.from), toMinute: minuteOf(part.to) };
}

function readRange(place: Place, value: unknown): DateRange | undefined {
  const part = partAt(place, value, rangeShape);
  if (part === undefined) return undefined;
  const range = { fromDay: dayOf(part.from), toDay: dayOf(part.to) };
  if (range.toDay < range.fromDay) {
    fault(inside(place, "to"), "is before from: swap the two, both days are with the range");
  }
  return range;
}

/** A date may stand once with its year and once for each year: the one with its year wins. */
function refuseSecondDates(place: Place, days: readonly (CalendarDay | undefined)[]): void {
  const seen = new Set<string>();
  for (const [index, special] of days.entries()) {
    if (special === undefined) continue;
    const key = `${special.year ?? "*"}-${special.month}-${special.day}`;
    if (seen.has(key)) {
      fault(inside(inside(place, index), "date"), "is a second entry for this date: keep one");
    }
    seen.add(key);
  }
}
