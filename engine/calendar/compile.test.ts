import { expect, it } from "vitest";
import { CALENDAR_INTERVALS_MAX } from "../contract/calendar/limits.ts";
import { parseCalendarValue } from "../contract/calendar/parse.ts";
import { compileCalendar } from "./compile.ts";

function calendarOf(parts: object) {
  const parsed = parseCalendarValue({ name: "c", timezone: "Europe/Madrid", ...parts });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.calendar;
}

const atS = (text: string): number => Date.parse(text) / 1_000;
const utc = (second: number): string => new Date(second * 1_000).toISOString().slice(0, 16);

const NIGHTS = {
  days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
  from: "22:00",
  to: "06:00",
};

it.each<[string, object, string, string, string[]]>([
  [
    "nights wrap, and the span clips",
    { weekly: [NIGHTS] },
    "2026-01-01T00:00Z",
    "2026-01-02T22:00Z",
    [
      "2026-01-01T00:00 2026-01-01T05:00",
      "2026-01-01T21:00 2026-01-02T05:00",
      "2026-01-02T21:00 2026-01-02T22:00",
    ],
  ],
  [
    "a special day keeps out what would wrap in, and begins only its own",
    {
      weekly: [NIGHTS],
      special_days: [{ date: "*-12-25", periods: [{ from: "09:00", to: "12:00" }] }],
    },
    "2026-12-24T12:00Z",
    "2026-12-26T12:00Z",
    ["2026-12-24T21:00 2026-12-24T23:00", "2026-12-25T08:00 2026-12-25T11:00"],
  ],
  [
    "a range over the change of the clock is its local days",
    { date_ranges: [{ from: "2026-03-29", to: "2026-03-29" }] },
    "2026-03-01T00:00Z",
    "2026-04-30T00:00Z",
    ["2026-03-28T23:00 2026-03-29T22:00"],
  ],
  [
    "a period inside the gap is none",
    { weekly: [{ days: ["sun"], from: "02:10", to: "02:50" }] },
    "2026-03-28T00:00Z",
    "2026-03-30T00:00Z",
    [],
  ],
])("R71 %s", (_, parts, from, to, expected) => {
  const compiled = compileCalendar(calendarOf(parts), atS(from), atS(to));
  const texts = compiled.ok && compiled.intervals.map((i) => `${utc(i.beginS)} ${utc(i.endS)}`);
  expect(texts).toEqual(expected);
});

it("refuses more intervals than are taken, by name, and takes just as many", () => {
  const calendar = calendarOf({ weekly: [{ ...NIGHTS, from: "01:00", to: "02:00" }] });
  const fromS = atS("2020-01-01T12:00Z");
  const spanOf = (days: number) => compileCalendar(calendar, fromS, fromS + days * 86_400);
  expect(spanOf(CALENDAR_INTERVALS_MAX)).toMatchObject({ ok: true });
  expect(spanOf(CALENDAR_INTERVALS_MAX + 1)).toMatchObject({
    ok: false,
    reason: expect.stringContaining("CALENDAR_INTERVALS_MAX (2046)"),
  });
});
