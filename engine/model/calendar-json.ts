/**
 * A calendar as people write it. The model takes it as valid.
 */
import type { Weekday } from "./dates.ts";

/** From a local time to another, "HH:MM"; `to` at or before `from` is on the next day. */
export type PeriodJson = { from: string; to: string };

/** Periods that begin on each of these weekdays. */
export type WeeklyJson = PeriodJson & { days: Weekday[] };

/** A date ("YYYY-MM-DD", or "*-MM-DD" each year) on which only its own periods begin. */
export type CalendarDayJson = { date: string; periods: PeriodJson[] };

/** Whole local days from a date to another, both with. */
export type DateRangeJson = { from: string; to: string };

/** A calendar. */
export type CalendarJson = {
  name: string;
  timezone: string;
  weekly?: WeeklyJson[];
  special_days?: CalendarDayJson[];
  date_ranges?: DateRangeJson[];
};
