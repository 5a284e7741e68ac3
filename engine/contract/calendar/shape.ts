/**
 * The shapes of a calendar's parts as zod schemas, each flat, and what their texts mean.
 */
import { z } from "zod";
import { dayNumber } from "../../tariff/civil.ts";
import { shown } from "../price-list/fault.ts";
import { NAME_MAX } from "../price-list/limits.ts";
import { WEEKDAYS } from "../price-list/price-list.ts";
import { specialDateOf } from "../price-list/shape.ts";

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

const clock = textThat("a time of day as HH:MM from 00:00 to 23:59", (text) =>
  /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text),
);
const date = textThat(
  "a date that exists, as YYYY-MM-DD",
  (text) => specialDateOf(text)?.year !== undefined,
);
const weekday = z.enum(WEEKDAYS, { error: expects(`one of ${WEEKDAYS.join(", ")}`) });

/** The fields of the calendar itself that hold one value. */
export const headShape = z.object({
  name: textThat(
    `a name of 1 to ${NAME_MAX} letters`,
    (text) => text.trim() !== "" && text.length <= NAME_MAX,
  ),
  timezone: z.string({ error: expects('an IANA zone such as "Europe/Madrid"') }),
});
/** A period of a special day. */
export const periodShape = z.object({ from: clock, to: clock });
/** A weekly period. */
export const weeklyShape = periodShape.extend({
  days: z
    .array(weekday, { error: expects('a list of days such as ["mon", "tue"]') })
    .min(1, { error: "is empty: name at least one day" })
    .max(WEEKDAYS.length, { error: `has more than ${WEEKDAYS.length} days: name each once` }),
});
/** A special day's date; its periods are read by themselves. */
export const specialDateShape = z.object({
  date: textThat(
    "a date that exists, as YYYY-MM-DD, or *-MM-DD for each year",
    (text) => specialDateOf(text) !== undefined,
  ),
});
/** A date range. */
export const rangeShape = z.object({ from: date, to: date });

/** The minute of the day of a text that `periodShape` took. */
export function minuteOf(clockText: string): number {
  return Number(clockText.slice(0, 2)) * 60 + Number(clockText.slice(3));
}

/** The day's number of a text that `rangeShape` took. */
export function dayOf(dateText: string): number {
  const [year = 0, month = 0, day = 0] = dateText.split("-").map(Number);
  return dayNumber(year, month, day);
}
