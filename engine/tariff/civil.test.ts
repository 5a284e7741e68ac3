import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_S, dateOfDay, dayNumber, daysInMonth, isDate, weekdayOf } from "./civil.ts";

test.each([
  [1970, 1, 1, 0, 3],
  [1969, 12, 31, -1, 2],
  [2000, 2, 29, 11_016, 1],
  [2024, 2, 29, 19_782, 3],
  [2026, 1, 1, 20_454, 3],
  [2100, 3, 1, 47_541, 0],
])("%d-%d-%d is day %d and weekday %d", (year, month, day, number, weekday) => {
  expect(dayNumber(year, month, day)).toBe(number);
  expect(dateOfDay(number)).toEqual({ year, month, day });
  expect(weekdayOf(number)).toBe(weekday);
});

test.each([
  [2024, 2, 29],
  [2023, 2, 28],
  [2100, 2, 28],
  [2000, 2, 29],
  [2026, 4, 30],
  [2026, 13, 0],
  [2026, 0, 0],
])("month %d-%d has %d days", (year, month, days) => {
  expect(daysInMonth(year, month)).toBe(days);
  expect(isDate(year, month, days + 1)).toBe(false);
  expect(isDate(year, month, 0)).toBe(false);
});

test("agrees with the runtime's UTC calendar on every day", () => {
  fc.assert(
    fc.property(fc.integer({ min: -100_000, max: 100_000 }), (day) => {
      const date = new Date(day * DAY_S * 1_000);
      const { year, month, day: dayOfMonth } = dateOfDay(day);
      expect([year, month, dayOfMonth]).toEqual([
        date.getUTCFullYear(),
        date.getUTCMonth() + 1,
        date.getUTCDate(),
      ]);
      expect(dayNumber(year, month, dayOfMonth)).toBe(day);
      expect(weekdayOf(day)).toBe((date.getUTCDay() + 6) % 7);
    }),
  );
});
