import { describe, expect, it } from "vitest";
import type { CalendarJson } from "./calendar-json.ts";
import { compileCalendar } from "./compile-calendar.ts";
import { utc, utcText } from "./testing/lists.ts";

const ALL = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

function compiled(json: Partial<CalendarJson>, from: string, to: string): string[] {
  const calendar = { name: "c", timezone: "Europe/Madrid", ...json };
  return compileCalendar(calendar, utc(from), utc(to)).intervals.map(({ beginS, endS }) =>
    `${utcText(beginS)} ${utcText(endS)}`.replaceAll(":00Z", "Z"),
  );
}

describe("R71: weekly periods", () => {
  it("begin and end by the clock of their days", () => {
    const weekly = [{ days: [...ALL].slice(0, 2), from: "08:00", to: "18:00" }];
    expect(compiled({ weekly }, "2026-01-05T00:00Z", "2026-01-12T00:00Z")).toEqual([
      "2026-01-05T07:00Z 2026-01-05T17:00Z",
      "2026-01-06T07:00Z 2026-01-06T17:00Z",
    ]);
  });

  it("wrap into the next day where `to` is not after `from`", () => {
    const weekly = [{ days: ["fri" as const], from: "22:00", to: "06:00" }];
    expect(compiled({ weekly }, "2026-01-05T00:00Z", "2026-01-12T00:00Z")).toEqual([
      "2026-01-09T21:00Z 2026-01-10T05:00Z",
    ]);
  });

  it("are the whole day where both are the same", () => {
    const weekly = [{ days: ["sun" as const], from: "00:00", to: "00:00" }];
    expect(compiled({ weekly }, "2026-03-28T00:00Z", "2026-04-01T00:00Z")).toEqual([
      "2026-03-28T23:00Z 2026-03-29T22:00Z",
    ]);
  });

  it("are one where they overlap or touch, and are clipped to the span", () => {
    const weekly = [
      { days: [...ALL], from: "12:00", to: "16:00" },
      { days: [...ALL], from: "16:00", to: "18:00" },
      { days: [...ALL], from: "10:00", to: "13:00" },
    ];
    expect(compiled({ weekly }, "2026-01-05T10:00Z", "2026-01-06T10:30Z")).toEqual([
      "2026-01-05T10:00Z 2026-01-05T17:00Z",
      "2026-01-06T09:00Z 2026-01-06T10:30Z",
    ]);
  });
});

describe("R31: ends of periods act like switches", () => {
  it("in a gap both act behind it: a period inside is none", () => {
    const weekly = [{ days: ["sun" as const], from: "02:15", to: "02:45" }];
    expect(compiled({ weekly }, "2026-03-28T00:00Z", "2026-03-30T00:00Z")).toEqual([]);
  });

  it("in a repeated hour they act at its first occurrence", () => {
    const weekly = [{ days: ["sun" as const], from: "02:30", to: "03:00" }];
    expect(compiled({ weekly }, "2026-10-24T00:00Z", "2026-10-26T00:00Z")).toEqual([
      "2026-10-25T00:30Z 2026-10-25T02:00Z",
    ]);
    const early = [{ days: ["sun" as const], from: "01:00", to: "02:30" }];
    expect(compiled({ weekly: early }, "2026-10-24T00:00Z", "2026-10-26T00:00Z")).toEqual([
      "2026-10-24T23:00Z 2026-10-25T00:30Z",
    ]);
  });

  it("nothing begins on a date that the zone skipped", () => {
    const weekly = [{ days: [...ALL], from: "22:00", to: "02:00" }];
    // Apia had no 2011-12-30.
    expect(
      compiled({ timezone: "Pacific/Apia", weekly }, "2011-12-29T12:00Z", "2012-01-01T00:00Z"),
    ).toEqual(["2011-12-30T08:00Z 2011-12-30T10:00Z", "2011-12-31T08:00Z 2011-12-31T12:00Z"]);
  });
});

describe("R71: date ranges and special days", () => {
  const nights = [{ days: [...ALL], from: "22:00", to: "06:00" }];

  it("a range covers whole local days, both ends with", () => {
    const date_ranges = [{ from: "2026-03-28", to: "2026-03-29" }];
    expect(compiled({ date_ranges }, "2026-03-01T00:00Z", "2026-04-30T00:00Z")).toEqual([
      "2026-03-27T23:00Z 2026-03-29T22:00Z",
    ]);
  });

  it("on a special date only its periods begin, and what wraps in ends at its midnight", () => {
    const special_days = [{ date: "2026-12-25", periods: [{ from: "09:00", to: "12:00" }] }];
    expect(
      compiled({ weekly: nights, special_days }, "2026-12-24T12:00Z", "2026-12-26T23:00Z"),
    ).toEqual([
      "2026-12-24T21:00Z 2026-12-24T23:00Z",
      "2026-12-25T08:00Z 2026-12-25T11:00Z",
      "2026-12-26T21:00Z 2026-12-26T23:00Z",
    ]);
  });

  it("a special date without periods is a hole in a range", () => {
    const date_ranges = [{ from: "2026-12-20", to: "2027-01-06" }];
    const special_days = [{ date: "*-12-31", periods: [] }];
    expect(
      compiled({ date_ranges, special_days }, "2026-12-01T00:00Z", "2027-02-01T00:00Z"),
    ).toEqual(["2026-12-19T23:00Z 2026-12-30T23:00Z", "2026-12-31T23:00Z 2027-01-06T23:00Z"]);
  });

  it("a special period wraps into an ordinary day, and one with its year goes before one of every year", () => {
    const special_days = [
      { date: "*-12-25", periods: [] },
      { date: "2026-12-25", periods: [{ from: "20:00", to: "10:00" }] },
    ];
    expect(compiled({ special_days }, "2026-01-01T00:00Z", "2028-01-01T00:00Z")).toEqual([
      "2026-12-25T19:00Z 2026-12-26T09:00Z",
    ]);
  });
});
