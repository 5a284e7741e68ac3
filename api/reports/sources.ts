/**
 * Where sums come from: the roll-up by UTC days for days that lie within one interval, and for those that an edge cuts the
 * roll-up by hours, or the rows themselves where edges are at no full hours.
 */
import { ACCEPTED, justBefore } from "../store/schema.ts";

const HOUR_S = 3_600;
const DAY_S = 86_400;

/** A table; the instant that places a row, which rows count, and what of a row counts as an entry. */
export type Source = { table: string; at: string; within: string; entries: string };

const FIRST = "toDateTime({first:UInt32}, 'UTC')";
const END = "toDateTime({end:UInt32}, 'UTC')";

/** Rows of readings, each placed whole by the instant just before its end. */
export const READING_ROWS: Source = rows("readings", "`to`", `last AND ${ACCEPTED}`);
/** Rows of charges. */
export const CHARGE_ROWS: Source = rows("charges", "at", "1");

const HOURS: Source = {
  table: "readings_by_hour",
  at: "hour",
  within: `hour >= ${FIRST} AND hour < ${END}`,
  entries: "accepted",
};

/** Where sums between edges come from; `params` go with the questions: `first`, `end` and `days`, those that edges cut. */
export type Sources = {
  readings: readonly Source[];
  charges: readonly Source[];
  params: { first: number; end: number; days: readonly number[] };
};

/** The sources of sums between these edges. */
export function sourcesOf(edges: readonly number[]): Sources {
  const first = edges[0] ?? 0;
  const end = edges.at(-1) ?? first;
  const days = [
    ...new Set(edges.filter((atS) => atS % DAY_S !== 0).map((atS) => Math.floor(atS / DAY_S))),
  ];
  const fine = edges.every((atS) => atS % HOUR_S === 0) ? HOURS : READING_ROWS;
  const params = { first, end, days };
  const whole = (end - first) / DAY_S;
  // Where most days are cut, the days' roll-up saves nothing.
  if (days.length * 2 > whole) return { readings: [fine], charges: [CHARGE_ROWS], params };
  return {
    readings: mixed(daily("readings_by_day", "accepted"), fine, days),
    charges: mixed(daily("charges_by_day", "entries"), CHARGE_ROWS, days),
    params,
  };
}

function mixed(whole: Source, fine: Source, days: readonly number[]): Source[] {
  if (days.length === 0) return [whole];
  const cut = (day: string): string => `toUInt16(${day}) IN ({days:Array(UInt16)})`;
  return [
    { ...whole, within: `${whole.within} AND NOT ${cut("day")}` },
    { ...fine, within: `${fine.within} AND ${cut(`toDate(${fine.at}, 'UTC')`)}` },
  ];
}

function daily(table: string, entries: string): Source {
  const within = `day >= toDate(${FIRST}) AND day < toDate(${END})`;
  return { table, at: "toDateTime(day, 'UTC')", within, entries };
}

function rows(table: string, time: string, entries: string): Source {
  const within = `${time} > ${FIRST} AND ${time} <= ${END}`;
  return { table, at: justBefore(time), within, entries };
}
