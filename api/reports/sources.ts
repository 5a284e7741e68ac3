/**
 * Where sums come from: the coarsest roll-up whose stretches the intervals are made of, else the rows themselves.
 */
import { ACCEPTED, justBefore } from "../store/schema.ts";

const HOUR_S = 3_600;
const DAY_S = 86_400;

/** A table; the instant that places a row, which rows lie in [{first}, {end}), and what of a row counts as an entry. */
export type Source = { table: string; at: string; within: string; entries: string };

const FIRST = "toDateTime({first:UInt32}, 'UTC')";
const END = "toDateTime({end:UInt32}, 'UTC')";

/** Rows of readings, each placed whole by the instant just before its end. */
export const READING_ROWS: Source = rows("readings", "`to`", `last AND ${ACCEPTED}`);
/** Rows of charges. */
export const CHARGE_ROWS: Source = rows("charges", "at", "1");

/** Where quantities and costs between these edges come from. */
export function readingsSource(edges: readonly number[]): Source {
  if (areAll(edges, DAY_S)) return daily("readings_by_day", "accepted");
  if (!areAll(edges, HOUR_S)) return READING_ROWS;
  return {
    table: "readings_by_hour",
    at: "hour",
    within: `hour >= ${FIRST} AND hour < ${END}`,
    entries: "accepted",
  };
}

/** Where charges between these edges come from. */
export function chargesSource(edges: readonly number[]): Source {
  return areAll(edges, DAY_S) ? daily("charges_by_day", "entries") : CHARGE_ROWS;
}

function daily(table: string, entries: string): Source {
  const within = `day >= toDate(${FIRST}) AND day < toDate(${END})`;
  return { table, at: "toDateTime(day, 'UTC')", within, entries };
}

function rows(table: string, time: string, entries: string): Source {
  const within = `${time} > ${FIRST} AND ${time} <= ${END}`;
  return { table, at: justBefore(time), within, entries };
}

function areAll(edges: readonly number[], lengthS: number): boolean {
  return edges.every((atS) => atS % lengthS === 0);
}
