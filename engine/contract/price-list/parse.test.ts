import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PriceListFault } from "./fault.ts";
import { FAULTS_MAX } from "./limits.ts";
import { type PriceListResult, parsePriceList, parsePriceListText } from "./parse.ts";
import type { PriceList } from "./price-list.ts";
import { BAD_LISTS } from "./testing/bad-lists.ts";
import { BAD_PURCHASES, PURCHASE } from "./testing/bad-purchases.ts";
import { EXAMPLE_TEXT, exampleWith } from "./testing/example.ts";

const ONE = 10n ** 18n;
function faultsOf(result: PriceListResult): PriceListFault[] {
  return result.ok ? [] : result.faults;
}

function listOf(result: PriceListResult): PriceList {
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.priceList;
}

describe("a sound price list", () => {
  test("is read with exact prices, atoms and indexes", () => {
    const list = listOf(parsePriceListText(EXAMPLE_TEXT));
    expect(list.periods.map((period) => period.name)).toEqual(["peak", "flat", "offpeak"]);
    expect(list.periods[0]?.blocks).toEqual([
      { startAtoms: 0n, price: (2412n * ONE) / 10_000n },
      { startAtoms: 150_000n, price: (2890n * ONE) / 10_000n },
    ]);
    expect(list.schedule[0]?.switches).toEqual([
      { minute: 0, period: 2 },
      { minute: 480, period: 1 },
      { minute: 1_080, period: 0 },
      { minute: 1_320, period: 1 },
    ]);
    expect(list.schedule[2]).toMatchObject({ season: undefined, days: [5, 6] });
    expect(list.specialDays).toContainEqual({ year: undefined, month: 1, day: 1, as: 6 });
    expect(list.cycle).toEqual({ every: "month", startDay: 1 });
  });

  test("with one rate may leave out all that is optional", () => {
    const list = listOf(
      parsePriceList({
        name: "Water",
        service: "water",
        unit: "m³",
        currency: "EUR",
        timezone: "Europe/Madrid",
        rates: { any: [{ from: "0", price: "1.25" }] },
      }),
    );
    expect(list).toMatchObject({
      cycle: { every: "none", startDay: 1 },
      blockScope: "all",
      accumulationBasis: "consumption",
    });
    expect(list.schedule).toEqual([
      { season: undefined, days: undefined, switches: [{ minute: 0, period: 0 }] },
    ]);
    expect([list.seasons, list.specialDays, list.charges, list.taxes]).toEqual([[], [], [], []]);
  });

  test("says of each charge when it comes, and what becomes of it in which state", () => {
    const states = { limited: "drop", friendly: "debt" };
    const charge = { name: "rent", every: "week", amount: "2", priority: 9, while: states };
    const list = listOf(parsePriceList(exampleWith({ "/charges/-": charge })));
    expect(list.charges).toEqual([
      {
        name: "standing",
        every: "day",
        amount: (317n * ONE) / 1_000n,
        priority: 0,
        while: { disconnected: "drop", limited: "collect", friendly: "collect" },
      },
      { ...charge, amount: 2n * ONE, while: { disconnected: "drop", ...states } },
    ]);
  });

  const sound: [string, Record<string, unknown>][] = [
    ["a line without days", { "/schedule/2/days": undefined }],
    ["a season that wraps the year", { "/seasons/0/from": "12-31", "/seasons/1/to": "12-30" }],
    ["29 February as a season's edge", { "/seasons/0/to": "02-29", "/seasons/1/from": "03-01" }],
    ["29 February in a leap year", { "/special_days/0/date": "2028-02-29" }],
    ["a date with its year beside the same each year", { "/special_days/1/date": "*-12-25" }],
    ["maximum demand", { "/demand": { window_minutes: 30, price: "12.50" } }],
    ["demand at the edge", { "/taxes": [], "/demand": { window_minutes: 15, price: "-2500" } }],
    ["accumulation by consumption", { "/accumulation_basis": "consumption" }],
    ["accumulation by purchase", PURCHASE],
    [
      "purchase with seasons, charges and a free block at the front",
      { ...PURCHASE, "/rates/all/0/price": "0", "/cycle": { every: "year" } },
    ],
    [
      "purchase at the edges of the range",
      { ...PURCHASE, "/rates/all/0/price": "0.001", "/rates/all/1/price": "1000" },
    ],
    ["switches written out of order", { "/schedule/2/at": { "08:00": "flat", "00:00": "peak" } }],
    ["a negative price", { "/rates/flat/0/price": "-0.01" }],
    ["a price at the edge of the range", { "/taxes": [], "/rates/flat/0/price": "10000" }],
    ["the least block that an atom allows", { "/rates/peak/1/from": "0.001" }],
    ["start_day 1 beside a cycle without it", { "/cycle": { every: "week", start_day: 1 } }],
    [
      "a period named like an array's place",
      { "/rates/7": [{ from: "0", price: "1" }], "/schedule/2/at/09:00": "7" },
    ],
  ];
  test.each(sound)("takes %s", (_, changes) => {
    expect(faultsOf(parsePriceList(exampleWith(changes)))).toEqual([]);
  });
});

describe("a bad price list", () => {
  test.each([...BAD_LISTS, ...BAD_PURCHASES])(
    "is refused for %s",
    (_, changes, pointers, message) => {
      const faults = faultsOf(parsePriceList(exampleWith(changes)));
      expect(faults.map((fault) => fault.pointer)).toEqual(pointers);
      expect(faults[0]?.message).toMatch(message);
      for (const fault of faults) expect(fault.message).not.toMatch(/\n/);
    },
  );

  test("with five faults reports all five", () => {
    const list = exampleWith({
      "/schedule/0/at": { "07:00": "flat", "18:00": "peak" },
      "/schedule/1/at/11:00": "shoulder",
      "/rates/peak/1/from": "0",
      "/seasons/1/from": "03-15",
      "/timezone": "Mars/Olympus",
    });
    expect(
      faultsOf(parsePriceList(list))
        .map((fault) => fault.pointer)
        .sort(),
    ).toEqual([
      "/rates/peak/1/from",
      "/schedule/0/at",
      "/schedule/1/at/11:00",
      "/seasons/1",
      "/timezone",
    ]);
  });

  test("reports faults of shape and of meaning together, also in the same part", () => {
    const list = exampleWith({
      "/name": 7,
      "/rates/peak/0/from": "5",
      "/rates/peak/0/prise": "1",
      "/taxes/0/rate": 0.21,
      "/special_days/0/date": "2026-13-01",
      "/schedule/2/days": ["sat"],
      "/schedule/0/season": 4,
    });
    // Line 0 may match any season and day once its season is no text: only summer surely lacks nothing.
    expect(faultsOf(parsePriceList(list)).map((fault) => fault.pointer)).toEqual([
      "/name",
      "/special_days/0/date",
      "/schedule/0/season",
      "/rates/peak/0/prise",
      "/taxes/0/rate",
      "/rates/peak/0/from",
    ]);
  });

  test("with more faults than FAULTS_MAX says so in the last", () => {
    const keys = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`/x${i}`, 0]));
    const faults = faultsOf(parsePriceList(exampleWith(keys)));
    expect(faults).toHaveLength(FAULTS_MAX);
    expect(faults.at(-1)?.message).toMatch(/more faults/);
  });

  test.each([[null], [[]], ["{}"], [7], [undefined]])(
    "that is %j is refused as no list",
    (value) => {
      expect(faultsOf(parsePriceList(value)).map((fault) => fault.pointer)).toEqual([""]);
    },
  );

  test("of any JSON gives faults with pointers and never throws", () => {
    const paths = [
      "/name",
      "/unit",
      "/cycle",
      "/seasons",
      "/seasons/0",
      "/special_days/0/date",
      "/schedule",
      "/schedule/0",
      "/schedule/0/at",
      "/schedule/0/days",
      "/rates",
      "/rates/peak",
      "/rates/peak/0",
      "/rates/peak/0/from",
      "/charges/0",
      "/taxes",
    ];
    const change = fc.tuple(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(change, ([pointer, value]) => {
        const result = parsePriceList(exampleWith({ [pointer]: value }));
        for (const fault of faultsOf(result)) expect(fault.pointer).toMatch(/^(\/|$)/);
        return result.ok || result.faults.length > 0;
      }),
    );
  });
});
