import fc from "fast-check";
import { expect, it } from "vitest";
import { parseCalendarValue } from "../contract/calendar/parse.ts";
import type { CalendarJson } from "../model/calendar-json.ts";
import { compileCalendar as compileModel } from "../model/compile-calendar.ts";
import { compileCalendar } from "./compile.ts";

/** Zones and a day around which something happens to their clocks: gaps, repeated hours, at midnight too, a lost day. */
const MOMENTS: readonly (readonly [string, string])[] = [
  ["Europe/Madrid", "2026-03-29"],
  ["Europe/Madrid", "2026-10-25"],
  ["America/New_York", "2026-11-01"],
  ["Australia/Lord_Howe", "2026-04-05"],
  ["America/Sao_Paulo", "2018-11-04"],
  ["America/Sao_Paulo", "2018-02-18"],
  ["America/Havana", "2026-11-01"],
  ["Asia/Beirut", "2026-03-29"],
  ["Africa/Cairo", "2026-04-24"],
  ["Africa/Casablanca", "2026-02-15"],
  ["Atlantic/Azores", "2026-10-25"],
  ["Pacific/Apia", "2011-12-30"],
  ["Antarctica/Troll", "2026-03-29"],
  ["Asia/Kathmandu", "2026-12-31"],
];
const DAY_S = 86_400;

const clock = fc
  .oneof(
    fc.integer({ min: 0, max: 1_439 }),
    fc.constantFrom(0, 1, 30, 59, 60, 90, 120, 150, 179, 180, 1_380, 1_410, 1_439),
  )
  .map((minute) => {
    const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
    return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
  });
const period = fc.record({ from: clock, to: clock });
const weekly = fc.record({
  days: fc.subarray(["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const, { minLength: 1 }),
  from: clock,
  to: clock,
});

/** A calendar around a moment: dates of its special days and ranges are near it. */
const scene = fc.constantFrom(...MOMENTS).chain(([timezone, moment]) => {
  const middleS = Date.parse(moment) / 1_000;
  const date = fc
    .integer({ min: -6, max: 6 })
    .map((days) => new Date((middleS + days * DAY_S) * 1_000).toISOString().slice(0, 10));
  const special = fc.record({
    date: fc.oneof(
      date,
      date.map((text) => `*${text.slice(4)}`),
    ),
    periods: fc.array(period, { maxLength: 3 }),
  });
  const calendar = fc.record({
    name: fc.constant("c"),
    timezone: fc.constant(timezone),
    weekly: fc.array(weekly, { maxLength: 4 }),
    special_days: fc.uniqueArray(special, { maxLength: 4, selector: ({ date }) => date }),
    date_ranges: fc.array(
      fc.tuple(date, date).map(([a, b]) => (a < b ? { from: a, to: b } : { from: b, to: a })),
      { maxLength: 2 },
    ),
  });
  const edge = fc.integer({ min: 0, max: 8 * DAY_S });
  return fc.record({
    calendar,
    fromS: edge.map((before) => middleS - before),
    toS: edge.map((after) => middleS + after + 1),
  });
});

it("R31, R71 agrees with the model, in every zone and on every odd day", () => {
  fc.assert(
    fc.property(scene, ({ calendar, fromS, toS }) => {
      const parsed = parseCalendarValue(calendar);
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
      const compiled = compileCalendar(parsed.calendar, fromS, toS);
      const model = compileModel(calendar as CalendarJson, BigInt(fromS), BigInt(toS));
      const intervals = model.intervals.map(({ beginS, endS }) => {
        return { beginS: Number(beginS), endS: Number(endS) };
      });
      expect(compiled).toEqual({ ok: true, intervals });
    }),
    { numRuns: 1_500 },
  );
});

it("intervals rise, do not touch and lie within the span", () => {
  fc.assert(
    fc.property(scene, ({ calendar, fromS, toS }) => {
      const parsed = parseCalendarValue(calendar);
      const compiled = parsed.ok && compileCalendar(parsed.calendar, fromS, toS);
      if (compiled === false || !compiled.ok) throw new Error("a made calendar is sound");
      let reachedS = fromS - 1;
      for (const { beginS, endS } of compiled.intervals) {
        expect(beginS).toBeGreaterThan(reachedS);
        expect(endS).toBeGreaterThan(beginS);
        reachedS = endS;
      }
      expect(reachedS).toBeLessThanOrEqual(toS);
    }),
    { numRuns: 500 },
  );
});
