import { describe, expect, it } from "vitest";
import { midnightOf } from "./acting.ts";
import { dateNumber } from "./dates.ts";
import { dueBetween, dueInstants } from "./due.ts";
import { readPriceList } from "./price-list.ts";
import type { ChargeEvery } from "./price-list-json.ts";
import { flatList, utc, utcText } from "./testing/lists.ts";

describe("R35 when a charge falls due", () => {
  it.each<[string, ChargeEvery, string, string, string[]]>([
    [
      "Europe/Madrid",
      "day",
      "2016-03-26T12:00Z",
      "2016-03-28T12:00Z",
      ["2016-03-26T23:00:00Z", "2016-03-27T22:00:00Z"],
    ],
    [
      "Europe/Madrid",
      "week",
      "2016-10-20T00:00Z",
      "2016-11-01T00:00Z",
      ["2016-10-23T22:00:00Z", "2016-10-30T23:00:00Z"],
    ],
    [
      "Europe/Madrid",
      "month",
      "2016-02-01T00:00Z",
      "2016-04-15T00:00Z",
      ["2016-02-29T23:00:00Z", "2016-03-31T22:00:00Z"],
    ],
    [
      "America/Sao_Paulo",
      "day",
      "2018-11-03T12:00Z",
      "2018-11-05T12:00Z",
      ["2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"],
    ],
    [
      "Pacific/Apia",
      "day",
      "2011-12-29T00:00Z",
      "2011-12-31T12:00Z",
      ["2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"],
    ],
    [
      "Asia/Kolkata",
      "hour",
      "2024-01-01T00:00Z",
      "2024-01-01T02:00Z",
      ["2024-01-01T00:30:00Z", "2024-01-01T01:30:00Z"],
    ],
    // 01:00, then 02:00 → 02:30, so the next full hour on the clock is 03:00
    [
      "Australia/Lord_Howe",
      "hour",
      "2024-10-05T14:00Z",
      "2024-10-05T17:00Z",
      ["2024-10-05T14:30:00Z", "2024-10-05T16:00:00Z", "2024-10-05T17:00:00Z"],
    ],
    // 01:00, 01:30, then 02:00 → 01:30, and 02:00 half an hour later
    [
      "Australia/Lord_Howe",
      "hour",
      "2024-04-06T13:30Z",
      "2024-04-06T16:00Z",
      ["2024-04-06T14:00:00Z", "2024-04-06T15:30:00Z"],
    ],
  ])("R35 in %s, each %s", (zone, every, from, to, instants) => {
    expect(dueInstants(zone, every, utc(from), utc(to)).map(utcText)).toEqual(instants);
  });

  it.each([
    ["Europe/Madrid", [2016, 3, 27], 23],
    ["Europe/Madrid", [2016, 10, 30], 25],
    ["Europe/Madrid", [2016, 2, 29], 24],
    ["America/New_York", [2024, 3, 10], 23],
    ["America/New_York", [2024, 11, 3], 25],
    ["America/Sao_Paulo", [2018, 11, 4], 23],
    ["America/Sao_Paulo", [2018, 2, 17], 25],
    ["Asia/Beirut", [2024, 3, 31], 23],
    ["Africa/Cairo", [2024, 10, 31], 25],
    ["Australia/Lord_Howe", [2024, 10, 6], 23],
    ["Australia/Lord_Howe", [2024, 4, 7], 24],
    ["Asia/Kolkata", [2024, 3, 10], 24],
  ])("R35 in %s, %j has %d full hours, its midnight counted", (zone, ymd, hours) => {
    const [year = 0, month = 0, day = 0] = ymd;
    const date = dateNumber(year, month, day);
    const from = (midnightOf(zone, date) ?? 0n) - 1n;
    const to = (midnightOf(zone, date + 1) ?? 0n) - 1n;
    expect(dueInstants(zone, "hour", from, to)).toHaveLength(hours);
  });

  it.each<ChargeEvery>(["hour", "day", "month"])(
    "R35 each %s: what falls due at an instant belongs to the interval that ends with it",
    (every) => {
      const first = utc("2024-06-30T22:00Z"); // 1 July 00:00 in Madrid
      expect(dueInstants("Europe/Madrid", every, first - 1n, first)).toEqual([first]);
      expect(dueInstants("Europe/Madrid", every, first, first + 1n)).toEqual([]);
    },
  );

  it("R35 at one instant in the order of the list, and by the version in force just then", () => {
    const charges = [
      { name: "weekly", every: "week", amount: "7" },
      { name: "hourly", every: "hour", amount: "0.01" },
      { name: "daily", every: "day", amount: "1" },
    ] as const;
    // Monday 2024-01-01 00:00 in Madrid is 2023-12-31T23:00Z, where the second version begins.
    const list = readPriceList([
      flatList({ effective_from: "2023-01-01", charges: [...charges] }),
      flatList({ effective_from: "2024-01-01", charges: [...charges].reverse() }),
    ]);
    const due = dueBetween(list, utc("2023-12-31T21:30Z"), utc("2023-12-31T23:59Z"));
    const entries = due.flatMap(({ atS, version, charges }) =>
      charges.map(({ name }) => [utcText(atS), version.index, name]),
    );
    expect(entries).toEqual([
      ["2023-12-31T22:00:00Z", 0, "hourly"],
      ["2023-12-31T23:00:00Z", 1, "daily"],
      ["2023-12-31T23:00:00Z", 1, "hourly"],
      ["2023-12-31T23:00:00Z", 1, "weekly"],
    ]);
  });

  it("R35 before the first version nothing falls due", () => {
    const list = readPriceList([
      flatList({
        effective_from: "2024-01-03",
        charges: [{ name: "daily", every: "day", amount: "1" }],
      }),
    ]);
    const due = dueBetween(list, utc("2023-12-25T00:00Z"), utc("2024-01-04T12:00Z"));
    expect(due.map(({ atS }) => utcText(atS))).toEqual([
      "2024-01-02T23:00:00Z",
      "2024-01-03T23:00:00Z",
    ]);
  });
});
