/**
 * Rules of meaning of the schedule: every hour of every day has a period, and every period has a rate.
 */
import { monthDayText, yearOfSeasons } from "./calendar.ts";
import type { Draft } from "./draft.ts";
import type { DraftLine } from "./draft-line.ts";
import { shown } from "./fault.ts";
import { fault, inside, type Place } from "./part.ts";
import { WEEKDAYS } from "./price-list.ts";

/** Checks the schedule; `place` is the list's, `seasonNames` are all that are written. */
export function checkSchedule(place: Place, draft: Draft, seasonNames: ReadonlySet<string>): void {
  const at = inside(place, "schedule");
  const { schedule } = draft;
  if (schedule === undefined) {
    if (draft.periods.length < 2) return;
    fault(
      at,
      `is missing: ${draft.periods.length} periods need lines that say when each is in force`,
    );
    return;
  }
  const periods = new Set(draft.periods.map((period) => period.name));
  for (const [index, line] of schedule.entries()) {
    if (line !== undefined) checkLine(inside(at, index), line, { periods, seasonNames });
  }
  checkEveryRateUsed(inside(place, "rates"), draft, schedule);
  checkEveryDayCovered(at, draft, { schedule, seasonNames });
}

type Names = { periods: ReadonlySet<string>; seasonNames: ReadonlySet<string> };

function checkLine(place: Place, line: DraftLine, names: Names): void {
  if (line.season !== undefined && !names.seasonNames.has(line.season)) {
    fault(
      inside(place, "season"),
      `names an unknown season, ${shown(line.season)}: add it to seasons or correct the name`,
    );
  }
  for (const [index, day] of line.days?.entries() ?? []) {
    if (line.days?.indexOf(day) === index) continue;
    fault(
      inside(inside(place, "days"), index),
      `names ${WEEKDAYS[day]} a second time: take it out`,
    );
  }
  const at = inside(place, "at");
  const first = line.switches[0];
  if (line.switchesWhole && first?.minute !== 0) {
    fault(
      at,
      first === undefined
        ? 'is empty: give the period from "00:00" on'
        : `leaves the hours before ${first.key} uncovered: give the period from "00:00" on`,
    );
  }
  for (const { key, period } of line.switches) {
    if (names.periods.has(period)) continue;
    fault(
      inside(at, key),
      `names a period without a rate, ${shown(period)}: add it to rates or correct the name`,
    );
  }
}

/** A rate that no line uses is most often a mistyped name; told only where all lines could be read. */
function checkEveryRateUsed(
  place: Place,
  draft: Draft,
  schedule: readonly (DraftLine | undefined)[],
): void {
  if (schedule.some((line) => line?.switchesWhole !== true)) return;
  const used = new Set(
    schedule.flatMap((line) => line?.switches.map(({ period }) => period) ?? []),
  );
  for (const { name } of draft.periods) {
    if (used.has(name)) continue;
    fault(
      inside(place, name),
      "is a rate that no schedule line uses: use it in a line or take it out",
    );
  }
}

type Lines = {
  schedule: readonly (DraftLine | undefined)[];
  seasonNames: ReadonlySet<string>;
};

/** One fault for each season, and for the dates in none, that has days without a line. */
function checkEveryDayCovered(place: Place, draft: Draft, lines: Lines): void {
  const year = yearOfSeasons(draft.seasons);
  for (const [index, season] of draft.seasons.entries()) {
    if (season === undefined || !year.includes(index)) continue;
    const days = daysWithout(season.name, lines);
    if (days === "") continue;
    fault(place, `has no line for ${days} in season ${shown(season.name)}: add one`);
  }
  const outside = year.indexOf(undefined);
  if (outside === -1 || draft.seasons.includes(undefined)) return;
  const days = daysWithout(undefined, lines);
  if (days === "") return;
  fault(
    place,
    draft.seasons.length === 0
      ? `has no line for ${days}: add one`
      : `has no line for ${days} on dates outside every season, such as ${monthDayText(outside)}: ` +
          "add a line without season, or widen a season",
  );
}

/** The days of a season (undefined: dates in none) that no line can match. A line with a fault may match anything. */
function daysWithout(season: string | undefined, lines: Lines): string {
  const matches = (line: DraftLine | undefined, day: number): boolean => {
    if (line === undefined || !line.whole) return true;
    const known = line.season === undefined || lines.seasonNames.has(line.season);
    const inSeason = !known || line.season === undefined || line.season === season;
    return inSeason && (line.days === undefined || line.days.includes(day));
  };
  return WEEKDAYS.filter((_, day) => !lines.schedule.some((line) => matches(line, day))).join(", ");
}
