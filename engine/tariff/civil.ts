/**
 * Days of the proleptic Gregorian calendar as numbers: day 0 is 1970-01-01.
 */

/** Seconds of a day without a change of offset. */
export const DAY_S = 86_400;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const YEARS_OF_400_DAYS = 146_097;
/** Days from 0000-03-01 to 1970-01-01: years are counted from March, so that a leap day comes last. */
const DAYS_TO_1970 = 719_468;

/** A date: month 1-12, day 1-31. */
export type CivilDate = { year: number; month: number; day: number };

/** Whether the year has a 29 February. */
function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days of a month (1-12); 0 where there is no such month. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (DAYS[month - 1] ?? 0);
}

/** Whether there is such a date. */
export function isDate(year: number, month: number, day: number): boolean {
  return day >= 1 && day <= daysInMonth(year, month);
}

/** The number of a date's day; the date must exist. */
export function dayNumber(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * YEARS_OF_400_DAYS + dayOfEra - DAYS_TO_1970;
}

/** The date of a day's number. */
export function dateOfDay(day: number): CivilDate {
  const shifted = day + DAYS_TO_1970;
  const era = Math.floor(shifted / YEARS_OF_400_DAYS);
  const dayOfEra = shifted - era * YEARS_OF_400_DAYS;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = ((marchMonth + 2) % 12) + 1;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

/** The weekday of a day's number: 0 Monday … 6 Sunday. 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}
