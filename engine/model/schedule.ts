/**
 * R31: which period is in force when: seasons, day classes, special days and the switches of a date.
 */
import assert from "node:assert/strict";
import { actingTimeOfDate, datesAround, midnightOf } from "./acting.ts";
import { dateText, weekdayOf } from "./dates.ts";
import type { Version } from "./price-list.ts";
import type { ScheduleLineJson, SeasonJson } from "./price-list-json.ts";
import { localDateAt } from "./zone.ts";

/** From `atS` on (the instant itself with it) `period` is in force. */
export type Switch = { atS: bigint; period: string };

/** The period in force at an instant, under one version. */
export function periodAt(version: Version, atS: bigint): string {
  const [only] = version.blocksOf.keys();
  if (version.schedule.length === 0 && only !== undefined) return only;
  // Backwards from the next date, since in a repeated hour at midnight that one may act already; a skipped date has
  // no switches, so that it can take one step more.
  for (let date = localDateAt(version.zone, atS) + 1; ; date -= 1) {
    const acted = switchesOf(version, date).findLast((candidate) => candidate.atS <= atS);
    if (acted !== undefined) return acted.period;
  }
}

/** The instants x of all switches with fromS < x ≤ toS. */
export function switchInstants(version: Version, fromS: bigint, toS: bigint): bigint[] {
  return datesAround(version.zone, fromS, toS)
    .flatMap((date) => switchesOf(version, date))
    .map(({ atS }) => atS)
    .filter((atS) => fromS < atS && atS <= toS);
}

/** The switches of a date in the order of the clock; none on a date that the zone skipped. */
export function switchesOf(version: Version, date: number): readonly Switch[] {
  const known = knownSwitches(version).get(date);
  if (known !== undefined) return known;
  const found = findSwitches(version, date);
  knownSwitches(version).set(date, found);
  return found;
}

function findSwitches(version: Version, date: number): Switch[] {
  if (version.schedule.length === 0 || midnightOf(version.zone, date) === undefined) return [];
  const line = lineOf(version, date);
  assert(line.at["00:00"] !== undefined, "a schedule line covers the day from 00:00");
  return Object.entries(line.at)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([time, period]) => ({
      atS: actingTimeOfDate(version.zone, date, clockSeconds(time)),
      period,
    }));
}

/** "The first matching schedule line wins." */
export function lineOf(version: Version, date: number): ScheduleLineJson {
  const line = version.schedule.find(
    ({ season, days }) =>
      (season === undefined || inSeason(seasonNamed(version, season), date)) &&
      (days === undefined || days.includes(dayClassOf(version, date))),
  );
  if (line === undefined) throw new Error(`no schedule line matches ${dateText(date)}`);
  return line;
}

/** "A special day takes the day class it names"; its season stays that of its date. One with its year goes first. */
export function dayClassOf(version: Version, date: number): string {
  const text = dateText(date);
  const named = (wanted: string) => version.specialDays.find((day) => day.date === wanted);
  const special = named(text) ?? named(`*${text.slice(4)}`);
  return special?.as ?? weekdayOf(date);
}

/** "`from`/`to` of a season are inclusive local dates and may wrap the year." */
export function inSeason({ from, to }: SeasonJson, date: number): boolean {
  const monthDay = dateText(date).slice(5);
  if (from <= to) return from <= monthDay && monthDay <= to;
  return from <= monthDay || monthDay <= to;
}

function seasonNamed(version: Version, name: string): SeasonJson {
  const season = version.seasons.find((candidate) => candidate.name === name);
  if (season === undefined) throw new Error(`season "${name}" is not in the list`);
  return season;
}

function clockSeconds(time: string): bigint {
  const [hours = "", minutes = ""] = time.split(":");
  return BigInt(hours) * 3600n + BigInt(minutes) * 60n;
}

/** Found switches by date, so that a year of readings looks each date up once. */
const switchesByVersion = new WeakMap<Version, Map<number, readonly Switch[]>>();

function knownSwitches(version: Version): Map<number, readonly Switch[]> {
  const known = switchesByVersion.get(version);
  if (known !== undefined) return known;
  const empty = new Map<number, readonly Switch[]>();
  switchesByVersion.set(version, empty);
  return empty;
}
