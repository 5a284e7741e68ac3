/**
 * What a value information field says: quantity, unit and scale. The tables beside this file are lists of ranges.
 */

/** How the data of a record are to be taken. */
export type ValueType =
  /** A number, signed where it is binary. */
  | "number"
  /** A number that is never negative: flags, counters, versions. */
  | "unsigned"
  /** A date or a time, by its length. */
  | "time"
  /** An identification: in BCD its digits are text, zeros in front kept. */
  | "identification"
  /** Bytes without an order of magnitude. */
  | "bytes";

/** A quantity, its unit, and the scale 10^exponent × factor of the number that carries it. */
export type Meaning = {
  quantity: string;
  unit: string;
  exponent: number;
  factor: bigint;
  type: ValueType;
};

/** One line of a table: codes `from` to `to`; the exponent rises by one from code to code unless `step` is 0. */
export type Range = {
  from: number;
  to: number;
  quantity: string;
  unit: string;
  exponent: number;
  step?: 0;
  type?: ValueType;
  /** Time units that the codes run through, in place of powers of ten. */
  times?: readonly TimeUnit[];
};

/** A unit of duration: seconds times a factor where that is exact, else a unit of its own. */
export type TimeUnit = { unit: string; factor: bigint };

const SECOND: TimeUnit = { unit: "s", factor: 1n };
const MINUTE: TimeUnit = { unit: "s", factor: 60n };
const HOUR: TimeUnit = { unit: "s", factor: 3_600n };
const DAY: TimeUnit = { unit: "s", factor: 86_400n };
const MONTH: TimeUnit = { unit: "month", factor: 1n };
const YEAR: TimeUnit = { unit: "year", factor: 1n };

/** The usual run of durations. */
export const SECONDS_TO_DAYS: readonly TimeUnit[] = [SECOND, MINUTE, HOUR, DAY];
/** Durations of long periods. */
export const HOURS_TO_YEARS: readonly TimeUnit[] = [HOUR, DAY, MONTH, YEAR];
/** Durations that do not count seconds. */
export const MINUTES_TO_DAYS: readonly TimeUnit[] = [MINUTE, HOUR, DAY];
/** Durations counted in months and years only. */
export const MONTHS_AND_YEARS: readonly TimeUnit[] = [MONTH, YEAR];

/** A plain line: codes of one quantity whose power of ten rises from `exponent`. */
export function scaled(
  from: number,
  to: number,
  quantity: string,
  [unit, exponent]: readonly [string, number],
): Range {
  return { from, to, quantity, unit, exponent };
}

/** A line of one code without a unit. */
export function single(from: number, quantity: string, type: ValueType = "number"): Range {
  return { from, to: from, quantity, unit: "", exponent: 0, type };
}

/** A line of durations. */
export function lasting(from: number, quantity: string, times: readonly TimeUnit[]): Range {
  return { from, to: from + times.length - 1, quantity, unit: "", exponent: 0, times };
}

/** The meaning of a code in a table; codes that no line holds are reserved. */
export function meaningIn(table: readonly Range[], code: number): Meaning {
  const range = table.find(({ from, to }) => from <= code && code <= to);
  if (range === undefined) {
    return { quantity: "Reserved", unit: "Reserved", exponent: 0, factor: 1n, type: "number" };
  }
  const { quantity, unit, exponent, type = "number" } = range;
  const time = range.times?.[code - range.from];
  if (time !== undefined) return { quantity, ...time, exponent: 0, type };
  const step = range.step === 0 ? 0 : code - range.from;
  return { quantity, unit, exponent: exponent + step, factor: 1n, type };
}
