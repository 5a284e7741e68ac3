import { describe, expect, it } from "vitest";
import { readPriceList } from "./price-list.ts";
import type { PriceListJson } from "./price-list-json.ts";
import { rateInterval, type Tally } from "./rate.ts";
import { dailyList, flatList, utc } from "./testing/lists.ts";

const FRESH: Tally = { counters: {}, carryP: 0n };

/** Rates one interval; the pieces as [period, block, atoms, micros]. */
function rate(
  json: PriceListJson | PriceListJson[],
  [from, to]: readonly [string, string],
  deltaAtoms: bigint,
  tally: Tally = FRESH,
) {
  const interval = { fromS: utc(from), toS: utc(to), deltaAtoms };
  const after = rateInterval({ index: 0, list: readPriceList(json) }, interval, tally);
  const pieces = after.rated.map((piece) => [
    piece.period,
    piece.block,
    piece.quantityAtoms,
    piece.costMicros,
  ]);
  return { pieces, ...after };
}

describe("R32 an interval is split at the switches of long and short days", () => {
  // One kWh an hour, at 100, 200 and 400 micros a Wh.
  const at = { "00:00": "a", "02:15": "b", "04:00": "c" };

  it.each([
    // Madrid spring: a until 02:00 = 03:00, b one hour, c until 05:00
    ["Europe/Madrid", "2016-03-26T23:00Z", "2016-03-27T03:00Z", [2_000n, 1_000n, 1_000n]],
    // Madrid autumn: a 2 h 15, b from the first 02:15 to 04:00 = 2 h 45, c until 05:00
    ["Europe/Madrid", "2016-10-29T22:00Z", "2016-10-30T04:00Z", [2_250n, 2_750n, 1_000n]],
    ["America/New_York", "2024-03-10T05:00Z", "2024-03-10T09:00Z", [2_000n, 1_000n, 1_000n]],
    // New York autumn: 01:00 comes twice, so a has 3 h 15
    ["America/New_York", "2024-11-03T04:00Z", "2024-11-03T10:00Z", [3_250n, 1_750n, 1_000n]],
    // Lord Howe spring: 02:15 lies in the half hour left out, b from 02:30 to 04:00
    ["Australia/Lord_Howe", "2024-10-05T13:30Z", "2024-10-05T18:00Z", [2_000n, 1_500n, 1_000n]],
    // Lord Howe autumn: 01:30 comes twice, a has 2 h 45
    ["Australia/Lord_Howe", "2024-04-06T13:00Z", "2024-04-06T18:30Z", [2_750n, 1_750n, 1_000n]],
    // midnights that no clock showed: the date begins at 01:00, a has 1 h 15
    ["America/Sao_Paulo", "2018-11-04T03:00Z", "2018-11-04T07:00Z", [1_250n, 1_750n, 1_000n]],
    ["Asia/Beirut", "2024-03-30T22:00Z", "2024-03-31T02:00Z", [1_250n, 1_750n, 1_000n]],
    ["Africa/Cairo", "2024-04-25T22:00Z", "2024-04-26T02:00Z", [1_250n, 1_750n, 1_000n]],
    ["Pacific/Apia", "2011-12-30T10:00Z", "2011-12-30T15:00Z", [2_250n, 1_750n, 1_000n]],
    ["Asia/Kolkata", "2024-02-28T18:30Z", "2024-02-28T23:30Z", [2_250n, 1_750n, 1_000n]],
  ])("R32 in %s from %s to %s", (timezone, from, to, [a = 0n, b = 0n, c = 0n]) => {
    const { pieces } = rate(dailyList(at, { timezone }), [from, to], a + b + c);
    expect(pieces).toEqual([
      ["a", 0, a, a * 100n],
      ["b", 0, b, b * 200n],
      ["c", 0, c, c * 400n],
    ]);
  });

  it("R32 a switch is in force from its instant on: an interval that ends with it is before it", () => {
    const list = dailyList({ "00:00": "a", "12:00": "b" }, { timezone: "UTC" });
    expect(rate(list, ["2024-01-01T11:00Z", "2024-01-01T12:00Z"], 5n).pieces).toEqual([
      ["a", 0, 5n, 500n],
    ]);
    expect(rate(list, ["2024-01-01T12:00Z", "2024-01-01T13:00Z"], 5n).pieces).toEqual([
      ["b", 0, 5n, 1_000n],
    ]);
  });

  it("R32 quantities are floored on the way and none is lost", () => {
    // 10 Wh from 11:00 to 14:00: floor(10 × 1/3) = 3 before noon, 7 after
    const list = dailyList({ "00:00": "a", "12:00": "b" }, { timezone: "UTC" });
    expect(rate(list, ["2024-01-01T11:00Z", "2024-01-01T14:00Z"], 10n).pieces).toEqual([
      ["a", 0, 3n, 300n],
      ["b", 0, 7n, 1_400n],
    ]);
  });

  it("R32 over several days each period's turn is a piece of its own", () => {
    const list = dailyList({ "00:00": "a", "12:00": "b" }, { timezone: "UTC" });
    const { pieces } = rate(list, ["2024-02-28T18:00Z", "2024-03-01T06:00Z"], 36n);
    expect(pieces).toEqual([
      ["b", 0, 6n, 1_200n],
      ["a", 0, 12n, 1_200n],
      ["b", 0, 12n, 2_400n],
      ["a", 0, 6n, 600n],
    ]);
  });
});

describe("R33 blocks and cycles within an interval", () => {
  const blocks = [
    { from: "0", price: "0.10" },
    { from: "5", price: "0.20" },
  ];
  const monthly = flatList({
    timezone: "UTC",
    cycle: { every: "month", start_day: 1 },
    rates: { all: blocks },
  });

  it("R33 an edge splits exactly, and a cycle start within the interval sets the counters to 0", () => {
    // 4 000 used; 2 000 until midnight: 1 000 and 1 000; then 2 000 from 0 again
    const { pieces, tally } = rate(monthly, ["2024-01-31T22:00Z", "2024-02-01T02:00Z"], 4_000n, {
      counters: { all: 4_000n },
      carryP: 0n,
    });
    expect(pieces).toEqual([
      ["all", 0, 1_000n, 100_000n],
      ["all", 1, 1_000n, 200_000n],
      ["all", 0, 2_000n, 200_000n],
    ]);
    expect(tally.counters).toEqual({ all: 2_000n });
  });

  it("R33 an interval that ends with the cycle leaves the counters at 0", () => {
    const { pieces, tally } = rate(monthly, ["2024-02-29T22:00Z", "2024-03-01T00:00Z"], 6_000n);
    expect(pieces).toEqual([
      ["all", 0, 5_000n, 500_000n],
      ["all", 1, 1_000n, 200_000n],
    ]);
    expect(tally.counters).toEqual({});
  });

  it("R33 start_day 31 starts on 29 February, at local midnight", () => {
    const list = flatList({ cycle: { every: "month", start_day: 31 }, rates: { all: blocks } });
    const before = { counters: { all: 5_000n }, carryP: 0n };
    // midnight of 29 February in Madrid is 2024-02-28T23:00Z
    const { pieces } = rate(list, ["2024-02-28T22:00Z", "2024-02-29T00:00Z"], 200n, before);
    expect(pieces).toEqual([
      ["all", 1, 100n, 20_000n],
      ["all", 0, 100n, 10_000n],
    ]);
  });

  const scoped = (block_scope: "all" | "per_period"): PriceListJson =>
    dailyList(
      { "00:00": "a", "12:00": "b" },
      { timezone: "UTC", block_scope, rates: { a: blocks, b: blocks } },
    );
  const noon = ["2024-01-01T08:00Z", "2024-01-01T16:00Z"] as const;

  it("R33 all periods fill one counter", () => {
    expect(rate(scoped("all"), noon, 8_000n).pieces).toEqual([
      ["a", 0, 4_000n, 400_000n],
      ["b", 0, 1_000n, 100_000n],
      ["b", 1, 3_000n, 600_000n],
    ]);
  });

  it("R33 each period fills its own", () => {
    expect(rate(scoped("per_period"), noon, 8_000n).pieces).toEqual([
      ["a", 0, 4_000n, 400_000n],
      ["b", 0, 4_000n, 400_000n],
    ]);
  });
});

describe("R30 versions within an interval", () => {
  const versions = [
    flatList({ effective_from: "2023-06-01", rates: { all: [{ from: "0", price: "0.10" }] } }),
    flatList({
      effective_from: "2024-01-01",
      rates: {
        all: [
          { from: "0", price: "0.20" },
          { from: "2", price: "0.50" },
        ],
      },
    }),
  ];

  it("R30, R32 each part is rated by the version at its start", () => {
    // Madrid's midnight is 23:00Z: one hour of three before it, floor(10 ÷ 3) = 3
    const { rated } = rate(versions, ["2023-12-31T22:00Z", "2024-01-01T01:00Z"], 10n);
    expect(rated).toEqual([
      { list: 0, version: 0, period: "all", block: 0, quantityAtoms: 3n, costMicros: 300n },
      { list: 0, version: 1, period: "all", block: 0, quantityAtoms: 7n, costMicros: 1_400n },
    ]);
  });

  it("R33 a version does not reset the counters", () => {
    const { pieces } = rate(versions, ["2023-12-31T22:00Z", "2024-01-01T00:00Z"], 4_000n);
    expect(pieces).toEqual([
      ["all", 0, 2_000n, 200_000n],
      ["all", 1, 2_000n, 1_000_000n],
    ]);
  });

  it("R2 the carry goes on over periods, versions and cycles", () => {
    // 0.0000015 a kWh is 1 500 picos a Wh: 1 000 Wh are 1 micro and 500 000 picos over
    const cheap = [
      flatList({
        timezone: "UTC",
        effective_from: "2023-06-01",
        rates: { all: [{ from: "0", price: "0.0000015" }] },
      }),
      flatList({
        timezone: "UTC",
        effective_from: "2024-01-01",
        cycle: { every: "day" },
        rates: { other: [{ from: "0", price: "0.0000025" }] },
      }),
    ];
    const { pieces, tally } = rate(cheap, ["2023-12-31T23:00Z", "2024-01-01T01:00Z"], 2_000n);
    // 1 500 000 → 1, rest 500 000; 2 500 000 + 500 000 → 3, rest 0
    expect(pieces).toEqual([
      ["all", 0, 1_000n, 1n],
      ["other", 0, 1_000n, 3n],
    ]);
    expect(tally.carryP).toBe(0n);
  });
});

describe("R35, R81 what each part of an interval costs", () => {
  it("R81 parts end where something begins or falls due; only midnights end a day", () => {
    // A day of 23 hours in Madrid, from 23:00 to 22:00 UTC; one kWh an hour at 0.10 and, from 08:00, 0.20.
    const list = dailyList({ "00:00": "a", "08:00": "b" });
    const { costs } = rate(list, ["2016-03-26T22:00Z", "2016-03-27T23:00Z"], 25_000n);
    expect(costs).toEqual([
      { toS: utc("2016-03-26T23:00Z"), costMicros: 200_000n, endsDay: true, endsCycle: false },
      { toS: utc("2016-03-27T06:00Z"), costMicros: 700_000n, endsDay: false, endsCycle: false },
      { toS: utc("2016-03-27T22:00Z"), costMicros: 3_200_000n, endsDay: true, endsCycle: false },
      { toS: utc("2016-03-27T23:00Z"), costMicros: 100_000n, endsDay: false, endsCycle: false },
    ]);
  });

  it("R2 the parts of an interval add up to its pieces, whatever the carry", () => {
    const list = flatList({
      rates: { all: [{ from: "0", price: "0.0003337" }] },
      charges: [{ name: "hourly", every: "hour", amount: "1" }],
    });
    const { costs, rated } = rate(list, ["2016-10-28T21:17Z", "2016-10-31T22:43Z"], 12_345n);
    expect(costs).toHaveLength(74);
    const sum = (of: readonly { costMicros: bigint }[]) =>
      of.reduce((total, { costMicros }) => total + costMicros, 0n);
    expect(sum(costs)).toBe(sum(rated));
  });
});
