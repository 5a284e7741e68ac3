/**
 * A 300 record with its 400 records: one day's intervals, and the quality of each.
 */
import { DAY_S, dayNumber, isDate } from "../../engine/tariff/civil.ts";
import { billionthsOf } from "./exact.ts";

/** The market's time is so many seconds ahead of UTC. */
const MARKET_S = 36_000;
const DAY_MINUTES = 1_440;
const EVENTS_MAX = 1_440;

/** Quality of an interval: actual, estimated, substituted (finally: F), not measured. */
export type IntervalQuality = "A" | "E" | "S" | "F" | "N";
type Event = { fields: readonly string[]; line: number };
/** One day: values in billionths of the unit. `quality` is the day's own, V where the events tell each interval's. */
export type Day = {
  beginS: number;
  line: number;
  values: bigint[];
  quality: IntervalQuality | "V";
  qualities: IntervalQuality[];
  events: Event[];
};

/** The day, or what is wrong with the record. */
export function readDay(fields: readonly string[], minutes: number): Day | string {
  const beginS = dayOf(fields[1] ?? "");
  if (beginS === undefined) return `"${fields[1]?.slice(0, 12)}" is no day (YYYYMMDD)`;
  const count = DAY_MINUTES / minutes;
  const first = fields.findIndex((field, i) => i >= 2 && /^[A-Z]/.test(field));
  const given = (first < 0 ? fields.length : first) - 2;
  if (given !== count) return `has ${given} intervals in place of ${count} of ${minutes} minutes`;
  const values: bigint[] = [];
  for (const [i, field] of fields.slice(2, 2 + count).entries()) {
    const value = billionthsOf(field);
    if (value === undefined)
      return `interval ${i + 1} is "${field.slice(0, 20)}", no decimal of 0 or more`;
    values.push(value);
  }
  const quality = qualityOf(fields[2 + count] ?? "");
  if (quality === undefined)
    return `has the quality "${fields[2 + count]?.slice(0, 10)}", none of A, E, F, N, S, V`;
  return { beginS, line: 0, values, quality, qualities: [], events: [] };
}

/** Fills in the quality of each interval; gives what is wrong, with the line where it is an event's. */
export function readQualities(day: Day): { line?: number; message: string } | undefined {
  const count = day.values.length;
  const { quality, events } = day;
  if (quality !== "V") {
    day.qualities = Array.from({ length: count }, () => quality);
    return undefined;
  }
  if (events.length > EVENTS_MAX) return { message: `has more than ${EVENTS_MAX} 400 records` };
  for (const { fields, line } of events) {
    const [from, to] = [Number(fields[1]), Number(fields[2])];
    const of = qualityOf(fields[3] ?? "");
    if (of === undefined || of === "V")
      return {
        line,
        message: `has the quality "${fields[3]?.slice(0, 10)}", none of A, E, F, N, S`,
      };
    if (from !== day.qualities.length + 1 || !(to >= from) || !(to <= count))
      return {
        line,
        message: `tells of intervals ${fields[1]} to ${fields[2]}, where ${day.qualities.length + 1} of ${count} is next`,
      };
    for (let i = from; i <= to; i++) day.qualities.push(of);
  }
  if (day.qualities.length === count) return undefined;
  return {
    message: `is of varying quality, told for ${day.qualities.length} of ${count} intervals`,
  };
}

function qualityOf(flag: string): IntervalQuality | "V" | undefined {
  const match = /^([AEFNSV])(\d\d)?$/.exec(flag);
  return match?.[1] as IntervalQuality | "V" | undefined;
}

function dayOf(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1970 || !isDate(year, month, day)) return undefined;
  return dayNumber(year, month, day) * DAY_S - MARKET_S;
}
