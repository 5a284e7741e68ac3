/**
 * Which season a date lies in and which schedule line a day takes: the same for the rules and for the compiler.
 */
import type { MonthDay, Season } from "./price-list.ts";

/** Days of a leap year, 29 February with them: every date that a season can hold. */
export const YEAR_DAYS = 366;

const BEFORE_MONTH = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335] as const;

/** A date's place in a leap year, 0 for 1 January. */
export function dayOfLeapYear({ month, day }: MonthDay): number {
  return (BEFORE_MONTH[month - 1] ?? 0) + day - 1;
}

/** The date at a place in a leap year, as MM-DD. */
export function monthDayText(place: number): string {
  const month = BEFORE_MONTH.findLastIndex((before) => before <= place);
  const day = place - (BEFORE_MONTH[month] ?? 0) + 1;
  return `${String(month + 1).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** Whether a season holds the date at a place in a leap year. */
export function holds(season: Season, place: number): boolean {
  const from = dayOfLeapYear(season.from);
  const to = dayOfLeapYear(season.to);
  return from <= to ? place >= from && place <= to : place >= from || place <= to;
}

/** For each day of a leap year the index of its season; undefined for none. Unsound seasons hold nothing. */
export function yearOfSeasons(seasons: readonly (Season | undefined)[]): (number | undefined)[] {
  return Array.from({ length: YEAR_DAYS }, (_, place) => {
    const index = seasons.findIndex((season) => season !== undefined && holds(season, place));
    return index === -1 ? undefined : index;
  });
}
