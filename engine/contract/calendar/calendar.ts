/**
 * A calendar as it is meant: parsed and checked. Made by `parseCalendar` only (R71, R73).
 */
import type { MonthDay } from "../price-list/price-list.ts";

/** From a local minute of the day (0-1439) to another; where that is not later, to the one of the next day. */
export type CalendarPeriod = { fromMinute: number; toMinute: number };
/** A period that begins on these days of the week, 0 Monday … 6 Sunday. */
export type WeeklyPeriod = CalendarPeriod & { days: readonly number[] };
/** A date on which only these periods begin, or none; without a year, each year. A date with its year wins. */
export type CalendarDay = MonthDay & {
  year: number | undefined;
  periods: readonly CalendarPeriod[];
};
/** Whole local days, both ends with, as days from 1970-01-01. */
export type DateRange = { fromDay: number; toDay: number };

/** A calendar; `timezone` is a zone that the runtime knows. */
export type Calendar = {
  name: string;
  timezone: string;
  weekly: readonly WeeklyPeriod[];
  specialDays: readonly CalendarDay[];
  dateRanges: readonly DateRange[];
};
