import { describe, expect, it } from "vitest";
import { dateNumber } from "./dates.ts";
import { readPriceList } from "./price-list.ts";
import type { PriceListJson } from "./price-list-json.ts";
import { dayClassOf, inSeason, periodAt, switchesOf, switchInstants } from "./schedule.ts";
import { dailyList, flatList, utc, utcText } from "./testing/lists.ts";

function onlyVersion(json: PriceListJson) {
  const [version] = readPriceList(json).versions;
  if (version === undefined) throw new Error("no version");
  return version;
}

/** Day and night by season, with a last line that matches every date, to show that the first match wins. */
const RESIDENTIAL = flatList({
  seasons: [
    { name: "winter", from: "11-01", to: "03-31" },
    { name: "summer", from: "04-01", to: "10-31" },
  ],
  special_days: [
    { date: "2026-12-25", as: "sun" },
    { date: "*-01-01", as: "sun" },
  ],
  schedule: [
    {
      season: "winter",
      days: ["mon", "tue", "wed", "thu", "fri"],
      at: { "00:00": "offpeak", "08:00": "flat", "18:00": "peak", "22:00": "flat" },
    },
    {
      season: "summer",
      days: ["mon", "tue", "wed", "thu", "fri"],
      at: { "15:00": "flat", "11:00": "peak", "08:00": "flat", "00:00": "offpeak" },
    },
    { days: ["sat", "sun"], at: { "00:00": "offpeak" } },
    { at: { "00:00": "peak" } },
  ],
  rates: {
    peak: [{ from: "0", price: "0.2412" }],
    flat: [{ from: "0", price: "0.1780" }],
    offpeak: [{ from: "0", price: "0.1105" }],
  },
});

describe("R31 the period in force", () => {
  it.each([
    // Tuesday 2026-03-31 is winter's last day, Wednesday 2026-04-01 summer's first; Madrid at +2
    ["2026-03-31T15:59:59Z", "flat"],
    ["2026-03-31T16:00:00Z", "peak"],
    ["2026-03-31T20:00:00Z", "flat"],
    ["2026-03-31T21:59:59Z", "flat"],
    ["2026-03-31T22:00:00Z", "offpeak"],
    ["2026-04-01T08:59:59Z", "flat"],
    ["2026-04-01T09:00:00Z", "peak"],
    ["2026-04-01T13:00:00Z", "flat"],
    ["2026-04-01T17:00:00Z", "flat"],
    // Saturday, Sunday
    ["2026-04-04T10:00:00Z", "offpeak"],
    ["2026-04-05T10:00:00Z", "offpeak"],
    // Friday 2026-12-25 is a Sunday by its special day, the day before and Friday 2027-12-24 are not
    ["2026-12-25T17:30:00Z", "offpeak"],
    ["2026-12-24T17:30:00Z", "peak"],
    ["2027-12-24T17:30:00Z", "peak"],
    // each first of January
    ["2026-01-01T17:30:00Z", "offpeak"],
    ["2027-01-01T17:30:00Z", "offpeak"],
    ["2026-01-02T17:30:00Z", "peak"],
  ])("R31 at %s it is %s", (instant, period) => {
    expect(periodAt(onlyVersion(RESIDENTIAL), utc(instant))).toBe(period);
  });

  it("R31 a special day keeps the season of its date", () => {
    const version = onlyVersion(
      dailyList(
        { "00:00": "c" },
        {
          seasons: [
            { name: "winter", from: "10-01", to: "03-31" },
            { name: "summer", from: "04-01", to: "09-30" },
          ],
          special_days: [{ date: "2024-08-15", as: "holiday" }],
          schedule: [
            { season: "winter", days: ["holiday"], at: { "00:00": "a" } },
            { season: "summer", days: ["holiday"], at: { "00:00": "b" } },
            { at: { "00:00": "c" } },
          ],
        },
      ),
    );
    expect(dayClassOf(version, dateNumber(2024, 8, 15))).toBe("holiday");
    expect(periodAt(version, utc("2024-08-15T12:00Z"))).toBe("b");
    expect(periodAt(version, utc("2024-08-16T12:00Z"))).toBe("c");
  });

  it.each([
    ["11-01", "03-31", [2024, 10, 31], false],
    ["11-01", "03-31", [2024, 11, 1], true],
    ["11-01", "03-31", [2024, 2, 29], true],
    ["11-01", "03-31", [2024, 3, 31], true],
    ["11-01", "03-31", [2024, 4, 1], false],
    ["12-01", "02-28", [2024, 2, 29], false],
    ["12-01", "02-29", [2023, 2, 28], true],
    ["06-01", "06-01", [2024, 6, 1], true],
    ["06-01", "06-01", [2024, 6, 2], false],
  ])("R31 a season from %s to %s at %j: %s", (from, to, ymd, inside) => {
    const [year = 0, month = 0, day = 0] = ymd;
    expect(inSeason({ name: "s", from, to }, dateNumber(year, month, day))).toBe(inside);
  });

  it("R31 one rate needs no schedule", () => {
    expect(periodAt(onlyVersion(flatList()), 0n)).toBe("all");
    expect(switchInstants(onlyVersion(flatList()), 0n, 10_000_000n)).toEqual([]);
  });
});

describe("R31 switches on days that are not 24 hours long", () => {
  const at = { "00:00": "a", "02:30": "b", "04:00": "c" };

  it.each([
    [
      "Europe/Madrid",
      [2016, 3, 27],
      ["2016-03-26T23:00:00Z", "2016-03-27T01:00:00Z", "2016-03-27T02:00:00Z"],
    ],
    [
      "Europe/Madrid",
      [2016, 10, 30],
      ["2016-10-29T22:00:00Z", "2016-10-30T00:30:00Z", "2016-10-30T03:00:00Z"],
    ],
    ["Pacific/Apia", [2011, 12, 30], []],
    [
      "Pacific/Apia",
      [2011, 12, 31],
      ["2011-12-30T10:00:00Z", "2011-12-30T12:30:00Z", "2011-12-30T14:00:00Z"],
    ],
  ])("R31 in %s on %j", (timezone, ymd, instants) => {
    const [year = 0, month = 0, day = 0] = ymd;
    const switches = switchesOf(
      onlyVersion(dailyList(at, { timezone })),
      dateNumber(year, month, day),
    );
    expect(switches.map(({ atS }) => utcText(atS))).toEqual(instants);
  });

  it("R31 of two switches in one gap the later one is in force after it", () => {
    const version = onlyVersion(dailyList({ "00:00": "a", "02:10": "b", "02:40": "c" }));
    expect(periodAt(version, utc("2016-03-27T00:59:59Z"))).toBe("a");
    expect(periodAt(version, utc("2016-03-27T01:00:00Z"))).toBe("c");
  });

  it("R31 in a repeated hour the first occurrence acts and holds", () => {
    const version = onlyVersion(dailyList({ "00:00": "a", "02:10": "b", "02:40": "c" }));
    const found = ["00:09", "00:10", "00:40", "01:10", "01:39"].map((time) =>
      periodAt(version, utc(`2016-10-30T${time}Z`)),
    );
    expect(found).toEqual(["a", "b", "c", "c", "c"]);
  });

  it("R31 a date that has begun holds while the clock returns to the date before", () => {
    // St John's: 2010-11-07 began at 02:30Z, a minute before the clock fell back to 23:01.
    const version = onlyVersion(
      dailyList({ "00:00": "a", "23:30": "b" }, { timezone: "America/St_Johns" }),
    );
    expect(periodAt(version, utc("2010-11-07T02:29Z"))).toBe("b");
    expect(periodAt(version, utc("2010-11-07T02:30Z"))).toBe("a");
    expect(periodAt(version, utc("2010-11-07T03:10Z"))).toBe("a");
  });

  it("R31 across a skipped date the last switch before it holds until the next date", () => {
    const version = onlyVersion(
      dailyList({ "00:00": "a", "20:00": "b" }, { timezone: "Pacific/Apia" }),
    );
    expect(periodAt(version, utc("2011-12-30T09:59Z"))).toBe("b");
    expect(periodAt(version, utc("2011-12-30T10:00Z"))).toBe("a");
  });

  it("R31 a schedule that leaves a date out is a fault", () => {
    const version = onlyVersion(
      dailyList({}, { schedule: [{ days: ["mon"], at: { "00:00": "a" } }] }),
    );
    expect(() => periodAt(version, utc("2024-01-03T12:00Z"))).toThrow("no schedule line matches");
  });
});
