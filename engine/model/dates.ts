/**
 * Dates of the Gregorian calendar without time or zone. A date is counted as days since 1970-01-01 (a Thursday).
 */

/** Seconds on a day's clock face, whatever the day's real length. */
export const CLOCK_DAY_S = 86_400n;

const WEEKDAYS = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"] as const;

/** A weekday as price lists name it. */
export type Weekday = (typeof WEEKDAYS)[number];

/** Year, month 1 … 12, day 1 … 31. */
export type DateParts = { year: number; month: number; day: number };

const DAY_MS = 86_400_000;

/** The date's number: days since 1970-01-01. */
export function dateNumber(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

/** Year, month and day of a date's number. */
export function dateParts(date: number): DateParts {
  const utc = new Date(date * DAY_MS);
  return { year: utc.getUTCFullYear(), month: utc.getUTCMonth() + 1, day: utc.getUTCDate() };
}

/** "mon" … "sun". */
export function weekdayOf(date: number): Weekday {
  const weekday = WEEKDAYS[((date % 7) + 7) % 7];
  if (weekday === undefined) throw new Error(`${date} is no date`);
  return weekday;
}

/** 28 … 31: the day before the first of the next month. */
export function daysInMonth(year: number, month: number): number {
  return dateParts(dateNumber(year, month + 1, 1) - 1).day;
}

/** "YYYY-MM-DD". */
export function dateText(date: number): string {
  return new Date(date * DAY_MS).toISOString().slice(0, 10);
}
