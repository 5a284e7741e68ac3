/**
 * Random calendars: sound ones, with switches in the hours at which clocks are changed, and spans that end before the
 * story does.
 */
import type {
  CalendarDayJson,
  CalendarJson,
  DateRangeJson,
  PeriodJson,
} from "../model/calendar-json.ts";
import type { Weekday } from "../model/dates.ts";
import { dateText } from "../model/dates.ts";
import type { Random } from "./random.ts";
import { STORY_ZONES } from "./zones.ts";

const WEEKDAYS: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY_S = 86_400;

/** A calendar whose dates lie around these instants, mostly in this zone. */
export function makeCalendar(
  random: Random,
  { zone, startS, endS }: { zone: string; startS: number; endS: number },
): CalendarJson {
  const [first, last] = [Math.floor(startS / DAY_S), Math.floor(endS / DAY_S)];
  const date = (): number => random.int(first - 2, Math.min(first + 40, last));
  return {
    name: "Made",
    timezone: random.chance(0.75) ? zone : random.pick(STORY_ZONES),
    weekly: Array.from({ length: random.pick([0, 1, 1, 2, 3]) }, () => {
      const days = random.some(WEEKDAYS, 0.6);
      return { days: days.length > 0 ? days : [random.pick(WEEKDAYS)], ...makePeriod(random) };
    }),
    special_days: makeSpecialDays(random, date),
    date_ranges: makeRanges(random, date),
  };
}

function makePeriod(random: Random): PeriodJson {
  const from = makeTime(random);
  return { from, to: random.chance(0.1) ? from : makeTime(random) };
}

function makeTime(random: Random): string {
  const hour = random.chance(0.35) ? random.int(0, 3) : random.int(0, 23);
  const minute = random.pick([0, 0, 0, 30, 59, random.int(0, 59)]);
  return `${`${hour}`.padStart(2, "0")}:${`${minute}`.padStart(2, "0")}`;
}

function makeSpecialDays(random: Random, date: () => number): CalendarDayJson[] {
  const days = new Map<string, CalendarDayJson>();
  for (let i = random.pick([0, 0, 1, 3, 6]); i > 0; i--) {
    const text = dateText(date());
    const named = random.chance(0.25) ? `*${text.slice(4)}` : text;
    const periods = Array.from({ length: random.pick([0, 1, 1, 2]) }, () => makePeriod(random));
    days.set(named, { date: named, periods });
  }
  return [...days.values()];
}

function makeRanges(random: Random, date: () => number): DateRangeJson[] {
  return Array.from({ length: random.pick([0, 0, 0, 1, 2]) }, () => {
    const first = date();
    return { from: dateText(first), to: dateText(first + random.pick([0, 0, 1, 3])) };
  });
}
