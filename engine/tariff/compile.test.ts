import { describe, expect, test } from "vitest";
import { parsePriceListText } from "../contract/price-list/parse.ts";
import { EXAMPLE_TEXT } from "../contract/price-list/testing/example.ts";
import { compileTable, MARKS_MAX, TABLE_SPAN_MAX } from "./compile.ts";
import { describeTariff } from "./describe.ts";
import {
  chargesEvery,
  listWith,
  localTimesOf,
  marksText,
  markText,
  ratesOf,
  tableOf,
} from "./testing/tables.ts";

const dayNight = {
  rates: ratesOf("night", "day"),
  schedule: [{ at: { "00:00": "night", "08:00": "day", "22:00": "night" } }],
};

describe("marks", () => {
  test("stand where the period changes and nowhere else", () => {
    expect(marksText(listWith(dayNight), "2026-01-10T00:00Z", "2026-01-12T00:00Z")).toEqual([
      "2026-01-10T00:00Z night",
      "2026-01-10T07:00Z day",
      "2026-01-10T21:00Z night",
      "2026-01-11T07:00Z day",
      "2026-01-11T21:00Z night",
    ]);
  });

  test("a switch to the period in force is none", () => {
    const list = listWith({ schedule: [{ at: { "00:00": "any", "08:00": "any" } }] });
    expect(marksText(list, "2026-01-10T00:00Z", "2026-01-12T00:00Z")).toHaveLength(1);
  });

  test("at the first instant tell what happens exactly then, and the end is not covered", () => {
    const list = listWith({ ...dayNight, charges: chargesEvery("day"), cycle: { every: "day" } });
    expect(marksText(list, "2026-01-09T23:00Z", "2026-01-10T07:00Z")).toEqual([
      "2026-01-09T23:00Z night cycle day",
    ]);
    expect(marksText(list, "2026-01-09T23:00:01Z", "2026-01-10T07:00:01Z")).toEqual([
      "2026-01-09T23:00:01Z night",
      "2026-01-10T07:00Z day",
    ]);
    expect(marksText(list, "2026-01-10T07:00Z", "2026-01-10T07:00:01Z")).toEqual([
      "2026-01-10T07:00Z day",
    ]);
  });

  test("of several things at one instant are one, with all flags", () => {
    const list = listWith({
      charges: chargesEvery("month", "hour", "week", "day"),
      cycle: { every: "year" },
    });
    // 1 January 2029 is a Monday.
    expect(marksText(list, "2028-12-31T22:59Z", "2029-01-01T00:01Z")).toEqual([
      "2028-12-31T22:59Z any",
      "2028-12-31T23:00Z any cycle hour day week month",
      "2029-01-01T00:00Z any hour",
    ]);
  });

  test("stand at each local midnight whatever the list, with day, week and month, at full hours only for an hourly charge", () => {
    const list = listWith({});
    const { marks, fromS } = tableOf(list, "2026-05-31T00:00Z", "2026-06-09T00:00Z");
    expect(marks.filter((mark) => mark.atS >= fromS).map((mark) => markText(list, mark))).toEqual([
      "2026-05-31T22:00Z any day week month",
      "2026-06-01T22:00Z any day",
      "2026-06-02T22:00Z any day",
      "2026-06-03T22:00Z any day",
      "2026-06-04T22:00Z any day",
      "2026-06-05T22:00Z any day",
      "2026-06-06T22:00Z any day",
      "2026-06-07T22:00Z any day week",
      "2026-06-08T22:00Z any day",
    ]);
  });

  test("begin 40 days before the span, with the period in force then, so that a first of a month is known at its start", () => {
    const list = listWith(dayNight);
    const { marks, fromS } = tableOf(list, "2026-03-31T21:59Z", "2026-04-01T00:00Z");
    const before = marks.filter((mark) => mark.atS < fromS).map((mark) => markText(list, mark));
    expect(before[0]).toBe("2026-02-19T21:59Z night");
    expect(before.filter((text) => text.endsWith("month"))).toEqual([
      "2026-02-28T23:00Z night day month",
    ]);
    expect(before.filter((text) => text.includes(" day")).length).toBeGreaterThanOrEqual(39);
  });

  test("do not begin before 1970", () => {
    const list = listWith({});
    expect(tableOf(list, "1970-01-02T00:00Z", "1970-01-05T00:00Z").marks[0]?.atS).toBe(0);
  });
});

describe("cycles (R33)", () => {
  const year: [string, string] = ["2027-01-01T12:00Z", "2028-04-01T12:00Z"];
  test.each<[string, unknown, string[]]>([
    [
      "month on the 31st",
      { every: "month", start_day: 31 },
      [
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
        "2027-04-30",
        "2027-05-31",
        "2027-06-30",
        "2027-07-31",
        "2027-08-31",
        "2027-09-30",
        "2027-10-31",
        "2027-11-30",
        "2027-12-31",
        "2028-01-31",
        "2028-02-29",
        "2028-03-31",
      ],
    ],
    [
      "quarter on the 5th",
      { every: "quarter", start_day: 5 },
      ["2027-01-05", "2027-04-05", "2027-07-05", "2027-10-05", "2028-01-05"],
    ],
    [
      "quarter on the 31st",
      { every: "quarter", start_day: 31 },
      ["2027-01-31", "2027-04-30", "2027-07-31", "2027-10-31", "2028-01-31"],
    ],
    ["year", { every: "year" }, ["2028-01-01"]],
    ["year on the 15th", { every: "year", start_day: 15 }, ["2027-01-15", "2028-01-15"]],
    ["none", { every: "none" }, []],
  ])("%s", (_, cycle, dates) => {
    const starts = localTimesOf("cycle", listWith({ cycle }), year);
    expect(starts).toEqual(dates.map((date) => `${date} 00:00:00`));
  });

  test("week starts on Monday, day every day", () => {
    const span: [string, string] = ["2026-12-26T00:00Z", "2027-01-09T00:00Z"];
    expect(localTimesOf("cycle", listWith({ cycle: { every: "week" } }), span)).toEqual([
      "2026-12-28 00:00:00",
      "2027-01-04 00:00:00",
    ]);
    expect(localTimesOf("cycle", listWith({ cycle: { every: "day" } }), span)).toHaveLength(14);
  });
});

describe("days that are not 24 hours long (R31, R35)", () => {
  const hourly = { charges: chargesEvery("hour") };
  test.each([
    ["Europe/Madrid", "2026-03-28T23:00Z", "2026-03-29T22:00Z", 23],
    ["Europe/Madrid", "2026-10-24T22:00Z", "2026-10-25T23:00Z", 25],
    ["America/New_York", "2026-03-08T05:00Z", "2026-03-09T04:00Z", 23],
    ["America/New_York", "2026-11-01T04:00Z", "2026-11-02T05:00Z", 25],
    // Half an hour: the day of 23.5 hours shows 02:30 after 02:00, that of 24.5 shows 02:00 late.
    ["Australia/Lord_Howe", "2026-10-03T13:30Z", "2026-10-04T13:00Z", 23],
    ["Australia/Lord_Howe", "2026-04-04T13:00Z", "2026-04-05T13:30Z", 24],
    ["America/Sao_Paulo", "2018-11-04T03:00Z", "2018-11-05T02:00Z", 23],
    ["Africa/Cairo", "2024-04-25T22:00Z", "2024-04-26T21:00Z", 23],
    ["Asia/Kolkata", "2026-03-28T18:30Z", "2026-03-29T18:30Z", 24],
    ["Asia/Kathmandu", "2026-03-28T18:15Z", "2026-03-29T18:15Z", 24],
    ["Pacific/Apia", "2011-12-29T10:00Z", "2011-12-31T10:00Z", 48],
  ])("%s from %s to %s shows %d full hours", (timezone, from, to, hours) => {
    const times = localTimesOf("hour", listWith({ ...hourly, timezone }), [from, to]);
    expect(times).toHaveLength(hours);
    for (const time of times) expect(time).toMatch(/ \d\d:00:00$/);
  });

  test("a switch in a gap acts at the first instant after it, the later of two stays", () => {
    const list = listWith({
      rates: ratesOf("a", "b", "c"),
      schedule: [{ at: { "00:00": "a", "02:15": "b", "02:45": "c", "05:00": "a" } }],
    });
    expect(marksText(list, "2026-03-29T00:00Z", "2026-03-29T12:00Z")).toEqual([
      "2026-03-29T00:00Z a",
      "2026-03-29T01:00Z c",
      "2026-03-29T03:00Z a",
    ]);
  });

  test("switches that a gap takes back leave no mark", () => {
    const list = listWith({
      rates: ratesOf("a", "b"),
      schedule: [{ at: { "00:00": "a", "02:15": "b", "02:45": "a" } }],
    });
    expect(marksText(list, "2026-03-29T00:00Z", "2026-03-29T12:00Z")).toEqual([
      "2026-03-29T00:00Z a",
    ]);
  });

  test("a switch in a repeated hour acts the first time and holds", () => {
    const list = listWith({
      rates: ratesOf("a", "b", "c"),
      schedule: [{ at: { "00:00": "a", "02:15": "b", "02:45": "c" } }],
    });
    expect(marksText(list, "2026-10-24T22:00Z", "2026-10-25T12:00Z")).toEqual([
      "2026-10-24T22:00Z a",
      "2026-10-25T00:15Z b",
      "2026-10-25T00:45Z c",
    ]);
  });

  const daily = {
    charges: chargesEvery("day"),
    rates: ratesOf("night", "day"),
    schedule: [{ at: { "00:00": "night", "12:00": "day" } }],
  };
  test.each([
    [
      "a midnight in a gap",
      "America/Sao_Paulo",
      "2018-11-03T12:00Z",
      "2018-11-05T12:00Z",
      ["2018-11-04T03:00Z night day", "2018-11-05T02:00Z night day"],
    ],
    [
      "a midnight in a gap",
      "Asia/Beirut",
      "2022-03-26T12:00Z",
      "2022-03-27T12:00Z",
      ["2022-03-26T22:00Z night day"],
    ],
    [
      "23:00 that comes twice before midnight",
      "America/Sao_Paulo",
      "2018-02-17T18:00Z",
      "2018-02-18T18:00Z",
      ["2018-02-18T03:00Z night day"],
    ],
    [
      "a midnight that comes twice",
      "America/Havana",
      "2026-10-31T18:00Z",
      "2026-11-01T18:00Z",
      ["2026-11-01T04:00Z night day"],
    ],
    [
      "a date that never was",
      "Pacific/Apia",
      "2011-12-29T12:00Z",
      "2012-01-01T08:00Z",
      ["2011-12-30T10:00Z night day", "2011-12-31T10:00Z night day"],
    ],
  ])("%s in %s", (_, timezone, from, to, midnights) => {
    const list = listWith({ ...daily, timezone });
    expect(marksText(list, from, to).filter((mark) => mark.endsWith("night day"))).toEqual(
      midnights,
    );
  });
});

describe("the schedule", () => {
  const seasonal = {
    rates: ratesOf("winter", "summer", "feast"),
    seasons: [{ name: "winter", from: "11-15", to: "02-29" }],
    special_days: [
      { date: "*-12-25", as: "sun" },
      { date: "2026-12-25", as: "sat" },
    ],
    schedule: [
      { days: ["sun"], at: { "00:00": "feast" } },
      { season: "winter", at: { "00:00": "winter" } },
      { at: { "00:00": "summer" } },
    ],
    timezone: "UTC",
  };
  const names = (from: string, to: string): string[] =>
    marksText(listWith(seasonal), from, to).map((mark) => mark.replace("T00:00Z", ""));

  test("takes seasons inclusive at both ends, over the year's end and the leap day", () => {
    expect(names("2026-11-13T00:00Z", "2026-11-17T00:00Z")).toEqual([
      "2026-11-13 summer",
      "2026-11-15 feast",
      "2026-11-16 winter",
    ]);
    expect(names("2028-02-28T00:00Z", "2028-03-03T00:00Z")).toEqual([
      "2028-02-28 winter",
      "2028-03-01 summer",
    ]);
    expect(names("2026-02-28T00:00Z", "2026-03-03T00:00Z")).toEqual([
      "2026-02-28 winter",
      "2026-03-01 feast",
      "2026-03-02 summer",
    ]);
  });

  test("takes a special day as the day it names, its own year before every year", () => {
    expect(names("2025-12-24T00:00Z", "2025-12-27T00:00Z")).toEqual([
      "2025-12-24 winter",
      "2025-12-25 feast",
      "2025-12-26 winter",
    ]);
    expect(names("2026-12-24T00:00Z", "2026-12-27T00:00Z")).toEqual(["2026-12-24 winter"]);
  });

  test("takes the first line that matches", () => {
    const both = listWith({
      rates: ratesOf("a", "b"),
      schedule: [{ days: ["mon"], at: { "00:00": "a" } }, { at: { "00:00": "b" } }],
      timezone: "UTC",
    });
    expect(marksText(both, "2026-06-01T00:00Z", "2026-06-03T00:00Z")).toEqual([
      "2026-06-01T00:00Z a",
      "2026-06-02T00:00Z b",
    ]);
  });
});

describe("a table", () => {
  test("holds version, span, prices with taxes and charges", () => {
    const parsed = parsePriceListText(EXAMPLE_TEXT);
    if (!parsed.ok) throw new Error("the example is not sound");
    const table = tableOf(parsed.priceList, "2026-01-01T00:00Z", "2026-02-01T00:00Z");
    expect(table).toMatchObject({
      version: 7,
      effectiveFromS: 1_767_225_600,
      fromS: 1_767_225_600,
      toS: 1_769_904_000,
      scope: "all",
    });
    expect(table.periods).toEqual([
      [
        { startAtoms: 0n, priceP: 291_852_000n },
        { startAtoms: 150_000n, priceP: 349_690_000n },
      ],
      [{ startAtoms: 0n, priceP: 215_380_000n }],
      [{ startAtoms: 0n, priceP: 133_705_000n }],
    ]);
    expect(table.charges).toEqual([
      { due: 4, index: 0, priority: 0, while: 0b00_00_01, amountMicros: 383_570n },
    ]);
    expect(describeTariff([parsed.priceList])).toEqual([
      { periods: ["peak", "flat", "offpeak"], charges: ["standing"] },
    ]);
  });

  test.each([
    // 12.50 x 1.21 x 4 / 1 000, and a half to the even pico both ways.
    [{ window_minutes: 15, price: "12.50" }, 900, 60_500_000_000n],
    [{ window_minutes: 30, price: "12.50" }, 1_800, 30_250_000_000n],
    [{ window_minutes: 60, price: "0.00000000250" }, 3_600, 3n],
    [{ window_minutes: 30, price: "-12.50" }, 1_800, -30_250_000_000n],
  ])("R3 R38 holds the price of maximum demand in a window: %j", (demand, windowS, priceP) => {
    const taxes = [{ name: "VAT", rate: "0.21" }];
    const list = listWith({ demand, taxes, cycle: { every: "month" } });
    expect(tableOf(list, "2026-01-01T00:00Z", "2026-01-02T00:00Z").demand).toEqual({
      windowS,
      priceP,
    });
  });

  test("R3 R38 rounds the price of maximum demand once, half to even", () => {
    const priceOf = (price: string): bigint | undefined => {
      const list = listWith({
        demand: { window_minutes: 30, price },
        cycle: { every: "day" },
      });
      return tableOf(list, "2026-01-01T00:00Z", "2026-01-02T00:00Z").demand?.priceP;
    };
    // Twice a quarter of a pico an atom: a half; were it rounded before it is doubled, it would be 0, or 2.
    expect(priceOf("0.00000000025")).toBe(0n);
    expect(priceOf("0.00000000075")).toBe(2n);
    expect(priceOf("0.00000000125")).toBe(2n);
  });

  test("holds charges by priority, those of one priority as they are listed, each with its place and what becomes of it", () => {
    const of = (name: string, members: Record<string, unknown>): unknown => {
      return { name, every: "day", amount: "1", ...members };
    };
    const charges = [
      of("last", { priority: 9, while: { friendly: "debt" } }),
      of("second", { while: { disconnected: "collect", limited: "drop" } }),
      of("fourth", { priority: 2, every: "month" }),
      of("third", { priority: 0, while: { disconnected: "debt", limited: "debt" } }),
      of("fifth", { priority: 2 }),
    ];
    const table = tableOf(listWith({ charges }), "2026-01-01T00:00Z", "2026-01-02T00:00Z");
    expect(
      table.charges.map(({ due, index, priority, while: becomes }) => {
        return [index, due, priority, becomes];
      }),
    ).toEqual([
      [1, 4, 0, 0b00_01_00],
      [3, 4, 0, 0b00_10_10],
      [2, 16, 2, 0b00_00_01],
      [4, 4, 2, 0b00_00_01],
      [0, 4, 9, 0b10_00_01],
    ]);
  });

  const hourly = listWith({ charges: chargesEvery("hour") });
  test.each([
    ["an empty span", { fromS: 10, toS: 10 }],
    ["a span over 50 years", { fromS: 0, toS: TABLE_SPAN_MAX + 1 }],
    ["a span before 1970", { fromS: -1, toS: 10 }],
    ["a span after 2106", { fromS: 2 ** 32 - 10, toS: 2 ** 32 }],
    ["half a second", { fromS: 0.5, toS: 10 }],
    ["a version beyond u32", { version: 2 ** 32, fromS: 0, toS: 10 }],
  ])("of %s is refused", (_, span) => {
    const compile = (): Uint8Array =>
      compileTable(hourly, { version: 1, effectiveFromS: 0, ...span });
    expect(compile).toThrow(RangeError);
  });

  test("over MARKS_MAX is refused; an hourly charge for 50 years is not", () => {
    const span = { version: 1, effectiveFromS: 0, fromS: 0, toS: TABLE_SPAN_MAX };
    expect(compileTable(hourly, span).length).toBeLessThan(4_194_304);
    const switches = Array.from({ length: 48 }, (_, i) => [
      `${String(i >> 1).padStart(2, "0")}:${i % 2 === 0 ? "00" : "30"}`,
      i % 2 === 0 ? "a" : "b",
    ]);
    const busy = listWith({
      rates: ratesOf("a", "b"),
      schedule: [{ at: Object.fromEntries(switches) }],
    });
    expect(() => compileTable(busy, span)).toThrow(`${MARKS_MAX} marks`);
  });

  test("from the first second and to the last of u32 is covered", () => {
    for (const timezone of ["Pacific/Kiritimati", "Pacific/Honolulu", "Africa/Monrovia"]) {
      const list = listWith({ timezone, charges: chargesEvery("day") });
      const first = compileTable(list, { version: 1, effectiveFromS: 0, fromS: 0, toS: 864_000 });
      const last = compileTable(list, {
        version: 1,
        effectiveFromS: 0,
        fromS: 2 ** 32 - 864_001,
        toS: 2 ** 32 - 1,
      });
      for (const bytes of [first, last]) expect(bytes.length).toBeGreaterThan(64 + 8 * 10);
    }
  });
});
