/**
 * What a price list says about one local date: its switches, and what its midnight brings (R31, R33, R35).
 */
import {
  MARK_CYCLE,
  MARK_DAY,
  MARK_HOUR,
  MARK_MONTH,
  MARK_WEEK,
} from "../../kernel-as/assembly/layout.ts";
import { dayOfLeapYear, yearOfSeasons } from "../contract/price-list/calendar.ts";
import type {
  ChargeEvery,
  MonthDay,
  PriceList,
  Switch,
} from "../contract/price-list/price-list.ts";
import { type CivilDate, daysInMonth, weekdayOf } from "./civil.ts";

/** The mark flag at which a charge of this interval falls due. */
export const DUE_FLAG: Record<ChargeEvery, number> = {
  hour: MARK_HOUR,
  day: MARK_DAY,
  week: MARK_WEEK,
  month: MARK_MONTH,
};

const MONDAY = 0;

/** Gives the switches of a local date (`day` is its number), in the order of the day. */
export type SwitchesOf = (day: number, date: CivilDate) => readonly Switch[];

/** A list's schedule, made ready for many dates. */
export function planSwitches(list: PriceList): SwitchesOf {
  const seasons = yearOfSeasons(list.seasons);
  const special = new Map(list.specialDays.map((day) => [dateKey(day.year, day), day.as]));
  return (day, date) => {
    const weekday = specialDay(special, date) ?? weekdayOf(day);
    const season = seasons[dayOfLeapYear(date)];
    const line = list.schedule.find(
      (line) =>
        (line.season === undefined || line.season === season) &&
        (line.days === undefined || line.days.includes(weekday)),
    );
    if (line === undefined) throw new Error("a checked price list leaves a day uncovered");
    return line.switches;
  };
}

/** The day class of a special day: an entry with its year wins over one for each year. */
function specialDay(special: ReadonlyMap<number, number>, date: CivilDate): number | undefined {
  return special.get(dateKey(date.year, date)) ?? special.get(dateKey(undefined, date));
}

function dateKey(year: number | undefined, { month, day }: MonthDay): number {
  return (year ?? -1) * 10_000 + month * 100 + day;
}

/** The flags of the midnight that begins a date: day, week and month whatever the list, and its cycle. */
export function midnightFlags(list: PriceList, day: number, date: CivilDate): number {
  let flags = MARK_DAY;
  if (weekdayOf(day) === MONDAY) flags |= MARK_WEEK;
  if (date.day === 1) flags |= MARK_MONTH;
  return startsCycle(list.cycle, day, date) ? flags | MARK_CYCLE : flags;
}

/** All flags at which the list has a charge due. */
export function chargeFlags(list: PriceList): number {
  return list.charges.reduce((flags, charge) => flags | DUE_FLAG[charge.every], 0);
}

/** Whether a cycle begins with a local date (R33). */
export function startsCycle(
  { every, startDay }: PriceList["cycle"],
  day: number,
  { year, month, day: dayOfMonth }: CivilDate,
): boolean {
  const onStartDay = dayOfMonth === Math.min(startDay, daysInMonth(year, month));
  switch (every) {
    case "none":
      return false;
    case "day":
      return true;
    case "week":
      return weekdayOf(day) === MONDAY;
    case "month":
      return onStartDay;
    case "quarter":
      return onStartDay && month % 3 === 1;
    case "year":
      return onStartDay && month === 1;
  }
}
