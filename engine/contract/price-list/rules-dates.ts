/**
 * Rules of meaning of cycle, seasons and special days.
 */
import { holds, monthDayText, YEAR_DAYS } from "./calendar.ts";
import type { Draft } from "./draft.ts";
import { shown } from "./fault.ts";
import { fault, inside, type Place } from "./part.ts";
import type { Season, SpecialDay } from "./price-list.ts";

/** Checks cycle, seasons and special days; `place` is the list's. */
export function checkDates(place: Place, draft: Draft): void {
  checkCycle(inside(place, "cycle"), draft);
  checkSeasons(inside(place, "seasons"), draft.seasons);
  checkSpecialDays(inside(place, "special_days"), draft.specialDays);
}

/** `start_day` moves cycles of months; a week starts on Monday, whatever was meant by another number (R33). */
function checkCycle(place: Place, { cycle }: Draft): void {
  if (cycle === undefined || cycle.startDay === 1) return;
  if (["month", "quarter", "year"].includes(cycle.every)) return;
  fault(
    inside(place, "start_day"),
    `has no meaning with ${shown(cycle.every)}: take it out, or use month, quarter or year`,
  );
}

function checkSeasons(place: Place, seasons: readonly (Season | undefined)[]): void {
  for (const [index, season] of seasons.entries()) {
    if (season === undefined) continue;
    const earlier = seasons.slice(0, index).filter((other) => other !== undefined);
    if (earlier.some((other) => other.name === season.name)) {
      fault(
        inside(inside(place, index), "name"),
        `is a second season named ${shown(season.name)}: name each once`,
      );
    }
    for (const other of earlier) {
      const shared = firstShared(season, other);
      if (shared === undefined) continue;
      fault(
        inside(place, index),
        `overlaps season ${shown(other.name)}, both hold ${shared}: change from or to, which are both inclusive`,
      );
      break;
    }
  }
}

function firstShared(one: Season, other: Season): string | undefined {
  for (let day = 0; day < YEAR_DAYS; day++) {
    if (holds(one, day) && holds(other, day)) return monthDayText(day);
  }
  return undefined;
}

/** A date may stand once with its year and once for each year: the one with its year wins. */
function checkSpecialDays(place: Place, days: readonly (SpecialDay | undefined)[]): void {
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
