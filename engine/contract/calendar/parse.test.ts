import { describe, expect, it } from "vitest";
import { parseCalendar } from "./parse.ts";

const SOUND = {
  name: "No cuts at night",
  timezone: "Europe/Madrid",
  weekly: [{ days: ["mon", "fri"], from: "22:00", to: "06:00" }],
  special_days: [
    { date: "2026-12-25", periods: [{ from: "00:00", to: "00:00" }] },
    { date: "*-02-29", periods: [] },
  ],
  date_ranges: [{ from: "2026-12-20", to: "2027-01-06" }],
};

function pointersOf(changes: object): string[] {
  const parsed = parseCalendar(JSON.stringify({ ...SOUND, ...changes }));
  return parsed.ok ? [] : parsed.faults.map(({ pointer }) => pointer);
}

describe("a calendar's text", () => {
  it("is read as it is meant", () => {
    expect(parseCalendar(JSON.stringify(SOUND))).toEqual({
      ok: true,
      calendar: {
        name: "No cuts at night",
        timezone: "Europe/Madrid",
        weekly: [{ days: [0, 4], fromMinute: 1_320, toMinute: 360 }],
        specialDays: [
          { year: 2026, month: 12, day: 25, periods: [{ fromMinute: 0, toMinute: 0 }] },
          { year: undefined, month: 2, day: 29, periods: [] },
        ],
        dateRanges: [{ fromDay: 20_807, toDay: 20_824 }],
      },
    });
  });

  it("may leave out all but name and zone", () => {
    const parsed = parseCalendar('{ "name": "never", "timezone": "UTC" }');
    expect(parsed).toMatchObject({ ok: true, calendar: { weekly: [], dateRanges: [] } });
  });

  it.each<[string, object, string[]]>([
    ["no name, no zone", { name: " ", timezone: undefined }, ["/name", "/timezone"]],
    ["an unknown zone", { timezone: "Europe/Madird" }, ["/timezone"]],
    ["an unknown key", { weekely: [] }, ["/weekely"]],
    ["no list", { weekly: {} }, ["/weekly"]],
    [
      "a day that is none",
      { weekly: [{ days: ["mo"], from: "22:00", to: "06:00" }] },
      ["/weekly/0/days/0"],
    ],
    ["no days", { weekly: [{ days: [], from: "22:00", to: "06:00" }] }, ["/weekly/0/days"]],
    [
      "times that are none",
      { weekly: [{ days: ["mon"], from: "24:00", to: "6:00" }] },
      ["/weekly/0/from", "/weekly/0/to"],
    ],
    [
      "a date that is none",
      { special_days: [{ date: "2026-02-29", periods: [] }] },
      ["/special_days/0/date"],
    ],
    ["no periods", { special_days: [{ date: "2026-02-28" }] }, ["/special_days/0/periods"]],
    [
      "a date twice",
      {
        special_days: [
          { date: "*-05-01", periods: [] },
          { date: "*-05-01", periods: [] },
        ],
      },
      ["/special_days/1/date"],
    ],
    [
      "a range backwards",
      { date_ranges: [{ from: "2026-02-02", to: "2026-02-01" }] },
      ["/date_ranges/0/to"],
    ],
    [
      "a range of every year",
      { date_ranges: [{ from: "*-02-02", to: "2026-02-03" }] },
      ["/date_ranges/0/from"],
    ],
    ["too many", { weekly: Array(65).fill(SOUND.weekly[0]) }, ["/weekly"]],
  ])("%s is refused at its place", (_, changes, pointers) => {
    expect(pointersOf(changes)).toEqual(pointers);
  });

  it("tells all faults at once, and of what is no JSON the place", () => {
    expect(pointersOf({ name: 1, weekly: [7], date_ranges: [{}] })).toEqual([
      "/name",
      "/weekly/0",
      "/date_ranges/0/from",
      "/date_ranges/0/to",
    ]);
    expect(parseCalendar('{ "name": ')).toMatchObject({
      ok: false,
      faults: [{ pointer: "", message: expect.stringContaining("line 1, column 11") }],
    });
    expect(parseCalendar("[]")).toMatchObject({ ok: false, faults: [{ pointer: "" }] });
  });
});
