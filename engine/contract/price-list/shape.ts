/**
 * The shapes of a price list's parts as zod schemas. Each part is flat, so that one bad part never hides the faults of
 * the next; unknown keys are reported beside these schemas (`part.ts`). Messages say what is expected and what is there.
 */
import { z } from "zod";
import { isDate } from "../../tariff/civil.ts";
import { parseDecimal } from "../decimal.ts";
import { SERVICES } from "../services.ts";
import { shown } from "./fault.ts";
import { DECIMAL_SCALE, NAME_MAX, PRIORITY_MAX } from "./limits.ts";
import {
  ACCUMULATION_BASES,
  BLOCK_SCOPES,
  CHARGE_INTERVALS,
  COLLECTIONS,
  CYCLES,
  DEMAND_MINUTES,
  type MonthDay,
  type SpecialDay,
  WEEKDAYS,
} from "./price-list.ts";

type Issue = { input?: unknown };

/** The message of a schema that expects `what`. */
function expects(what: string): (issue: Issue) => string {
  return ({ input }) =>
    input === undefined ? `is missing: give ${what}` : `must be ${what}, not ${shown(input)}`;
}

/** A text that passes a test; one message whatever is wrong with it. */
function textThat(what: string, test: (text: string) => boolean) {
  return z.string({ error: expects(what) }).refine(test, { error: expects(what) });
}

/** One of some names. */
function oneOf<const T extends readonly [string, ...string[]]>(names: T) {
  return z.enum(names, { error: expects(`one of ${names.join(", ")}`) });
}

const DECIMAL = /^-?\d{1,19}(?:\.\d+)?$/;
const DECIMAL_WORDS = `a decimal in quotes such as "0.2412", with at most 19 digits before the point and ${DECIMAL_SCALE} behind it`;

/** A decimal text; its value in 10^-DECIMAL_SCALE is `decimalOf`. */
const decimal = textThat(
  DECIMAL_WORDS,
  (text) => DECIMAL.test(text) && parseDecimal(text, DECIMAL_SCALE) !== undefined,
);
const name = textThat(
  `a name of 1 to ${NAME_MAX} letters`,
  (text) => text.trim() !== "" && text.length <= NAME_MAX,
);
const date = textThat(
  'a date that exists, as MM-DD such as "03-31"',
  (text) => monthDayOf(text) !== undefined,
);

/** The fields of the list itself that hold one value. */
export const headShape = z.object({
  name,
  service: oneOf(SERVICES),
  unit: z.string({ error: expects('a unit such as "kWh"') }),
  currency: textThat('three capital letters such as "EUR"', (text) => /^[A-Z]{3}$/.test(text)),
  timezone: z.string({ error: expects('an IANA zone such as "Europe/Madrid"') }),
  block_scope: oneOf(BLOCK_SCOPES).optional(),
  accumulation_basis: oneOf(ACCUMULATION_BASES).optional(),
});
/** The cycle. */
export const cycleShape = z.object({
  every: oneOf(CYCLES),
  start_day: z
    .int({ error: expects("a whole number from 1 to 31") })
    .min(1, { error: expects("a whole number from 1 to 31") })
    .max(31, { error: expects("a whole number from 1 to 31") })
    .optional(),
});
/** A season. */
export const seasonShape = z.object({ name, from: date, to: date });
/** A special day. */
export const specialDayShape = z.object({
  date: textThat(
    "a date that exists, as YYYY-MM-DD, or *-MM-DD for each year",
    (text) => specialDateOf(text) !== undefined,
  ),
  as: oneOf(WEEKDAYS),
});
/** A schedule line without its switches, which are keys and are read by hand. */
export const lineShape = z.object({
  season: z.string({ error: expects("the name of a season") }).optional(),
  days: z
    .array(oneOf(WEEKDAYS), { error: expects('a list of days such as ["mon", "tue"]') })
    .min(1, { error: "is empty: name at least one day, or leave it out for any day" })
    .max(WEEKDAYS.length, { error: `has more than ${WEEKDAYS.length} days: name each once` })
    .optional(),
});
/** A block. */
export const blockShape = z.object({ from: decimal, price: decimal });
const PRIORITY_WORDS = `a whole number from 0 to ${PRIORITY_MAX}`;
/** A charge without its `while`. */
export const chargeShape = z.object({
  name,
  every: oneOf(CHARGE_INTERVALS),
  amount: decimal,
  priority: z
    .int({ error: expects(PRIORITY_WORDS) })
    .min(0, { error: expects(PRIORITY_WORDS) })
    .max(PRIORITY_MAX, { error: expects(PRIORITY_WORDS) })
    .optional(),
});
/** What becomes of a charge in each state. */
export const whileShape = z.object({
  disconnected: oneOf(COLLECTIONS).optional(),
  limited: oneOf(COLLECTIONS).optional(),
  friendly: oneOf(COLLECTIONS).optional(),
});
/** The maximum-demand charge. */
export const demandShape = z.object({
  window_minutes: z.literal(DEMAND_MINUTES, {
    error: expects(`one of ${DEMAND_MINUTES.join(", ")}`),
  }),
  price: decimal,
});
/** A tax. */
export const taxShape = z.object({ name, rate: decimal });
/** A period's name, which is a key. */
export const periodName = name;

/** A text that `decimal` took, in 10^-DECIMAL_SCALE. */
export function decimalOf(text: string): bigint {
  const value = parseDecimal(text, DECIMAL_SCALE);
  if (value === undefined) throw new Error(`the schema let ${text} pass as a decimal`);
  return value;
}

/** MM-DD as a date in any year, a leap year too. */
export function monthDayOf(text: string): MonthDay | undefined {
  if (!/^\d\d-\d\d$/.test(text)) return undefined;
  const month = Number(text.slice(0, 2));
  const day = Number(text.slice(3));
  return isDate(2000, month, day) ? { month, day } : undefined;
}

/** YYYY-MM-DD or *-MM-DD; a date with a year exists in that year. */
export function specialDateOf(text: string): Omit<SpecialDay, "as"> | undefined {
  const yearText = /^(\*|\d{4})-\d\d-\d\d$/.exec(text)?.[1];
  const monthDay = monthDayOf(text.slice(-5));
  if (yearText === undefined || monthDay === undefined) return undefined;
  if (yearText === "*") return { year: undefined, ...monthDay };
  const year = Number(yearText);
  return isDate(year, monthDay.month, monthDay.day) ? { year, ...monthDay } : undefined;
}
