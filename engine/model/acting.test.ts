import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { actingInstant, midnightOf, midnightsBetween } from "./acting.ts";
import { dateNumber, dateText } from "./dates.ts";
import { localSeconds } from "./reading-time.ts";
import { utc, utcText } from "./testing/lists.ts";

describe("R31 what is set for a local time acts", () => {
  it.each([
    // Madrid, 27 March 2016: 02:00 +1 → 03:00 +2 at 01:00Z
    ["Europe/Madrid", "2016-03-27T00:00", "2016-03-26T23:00:00Z"],
    ["Europe/Madrid", "2016-03-27T01:59", "2016-03-27T00:59:00Z"],
    ["Europe/Madrid", "2016-03-27T02:00", "2016-03-27T01:00:00Z"],
    ["Europe/Madrid", "2016-03-27T02:30", "2016-03-27T01:00:00Z"],
    ["Europe/Madrid", "2016-03-27T03:00", "2016-03-27T01:00:00Z"],
    ["Europe/Madrid", "2016-03-27T04:00", "2016-03-27T02:00:00Z"],
    // Madrid, 30 October 2016: 03:00 +2 → 02:00 +1 at 01:00Z
    ["Europe/Madrid", "2016-10-30T00:00", "2016-10-29T22:00:00Z"],
    ["Europe/Madrid", "2016-10-30T02:00", "2016-10-30T00:00:00Z"],
    ["Europe/Madrid", "2016-10-30T02:30", "2016-10-30T00:30:00Z"],
    ["Europe/Madrid", "2016-10-30T03:00", "2016-10-30T02:00:00Z"],
    // New York, 10 March and 3 November 2024
    ["America/New_York", "2024-03-10T00:00", "2024-03-10T05:00:00Z"],
    ["America/New_York", "2024-03-10T02:30", "2024-03-10T07:00:00Z"],
    ["America/New_York", "2024-03-10T04:00", "2024-03-10T08:00:00Z"],
    ["America/New_York", "2024-11-03T00:00", "2024-11-03T04:00:00Z"],
    ["America/New_York", "2024-11-03T01:30", "2024-11-03T05:30:00Z"],
    ["America/New_York", "2024-11-03T02:00", "2024-11-03T07:00:00Z"],
    // Lord Howe moves by half an hour: 02:00 +10:30 → 02:30 +11, and 02:00 +11 → 01:30 +10:30
    ["Australia/Lord_Howe", "2024-10-06T00:00", "2024-10-05T13:30:00Z"],
    ["Australia/Lord_Howe", "2024-10-06T02:00", "2024-10-05T15:30:00Z"],
    ["Australia/Lord_Howe", "2024-10-06T02:15", "2024-10-05T15:30:00Z"],
    ["Australia/Lord_Howe", "2024-10-06T02:30", "2024-10-05T15:30:00Z"],
    ["Australia/Lord_Howe", "2024-10-06T03:00", "2024-10-05T16:00:00Z"],
    ["Australia/Lord_Howe", "2024-04-07T00:00", "2024-04-06T13:00:00Z"],
    ["Australia/Lord_Howe", "2024-04-07T01:30", "2024-04-06T14:30:00Z"],
    ["Australia/Lord_Howe", "2024-04-07T01:45", "2024-04-06T14:45:00Z"],
    ["Australia/Lord_Howe", "2024-04-07T02:00", "2024-04-06T15:30:00Z"],
    // São Paulo, 4 November 2018: no midnight on the clock; 17 February 2018: 23:00 twice
    ["America/Sao_Paulo", "2018-11-04T00:00", "2018-11-04T03:00:00Z"],
    ["America/Sao_Paulo", "2018-11-04T00:30", "2018-11-04T03:00:00Z"],
    ["America/Sao_Paulo", "2018-11-04T02:00", "2018-11-04T04:00:00Z"],
    ["America/Sao_Paulo", "2018-02-17T23:30", "2018-02-18T01:30:00Z"],
    ["America/Sao_Paulo", "2018-02-18T00:00", "2018-02-18T03:00:00Z"],
    // Beirut and Cairo, 2024: no midnight in spring, 23:00 twice in autumn
    ["Asia/Beirut", "2024-03-31T00:00", "2024-03-30T22:00:00Z"],
    ["Asia/Beirut", "2024-03-31T00:59", "2024-03-30T22:00:00Z"],
    ["Asia/Beirut", "2024-03-31T02:00", "2024-03-30T23:00:00Z"],
    ["Asia/Beirut", "2024-10-26T23:00", "2024-10-26T20:00:00Z"],
    ["Asia/Beirut", "2024-10-27T00:00", "2024-10-26T22:00:00Z"],
    ["Africa/Cairo", "2024-04-26T00:00", "2024-04-25T22:00:00Z"],
    ["Africa/Cairo", "2024-10-31T23:30", "2024-10-31T20:30:00Z"],
    ["Africa/Cairo", "2024-11-01T00:00", "2024-10-31T22:00:00Z"],
    // Havana: midnight lies in the gap in spring, and comes twice in autumn
    ["America/Havana", "2024-03-10T00:00", "2024-03-10T05:00:00Z"],
    ["America/Havana", "2024-11-03T00:00", "2024-11-03T04:00:00Z"],
    ["America/Havana", "2024-11-03T00:30", "2024-11-03T04:30:00Z"],
    ["America/Havana", "2024-11-03T01:00", "2024-11-03T06:00:00Z"],
    // St John's fell back at 00:01 until 2010: the date began, and the clock returned to the date before
    ["America/St_Johns", "2010-11-07T00:00", "2010-11-07T02:30:00Z"],
    ["America/St_Johns", "2010-11-07T00:01", "2010-11-07T03:31:00Z"],
    // Apia left out 30 December 2011
    ["Pacific/Apia", "2011-12-29T00:00", "2011-12-29T10:00:00Z"],
    ["Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00:00Z"],
    ["Pacific/Apia", "2011-12-31T00:00", "2011-12-30T10:00:00Z"],
    ["Asia/Kolkata", "2024-03-10T00:00", "2024-03-09T18:30:00Z"],
  ])("R31 in %s, %s at %s", (zone, local, instant) => {
    expect(utcText(actingInstant(zone, localSeconds(local)))).toBe(instant);
  });

  it("R31 the first instant at which a clock shows that time or later, found by looking at each quarter", () => {
    const zones = [
      "Europe/Madrid",
      "Australia/Lord_Howe",
      "Asia/Beirut",
      "Pacific/Apia",
      "Asia/Kolkata",
    ];
    const quarter = fc.integer({
      min: 96 * dateNumber(2011, 1, 1),
      max: 96 * dateNumber(2025, 1, 1),
    });
    fc.assert(
      fc.property(fc.constantFrom(...zones), quarter, (zone, quarters) => {
        const localS = BigInt(quarters) * 900n;
        expect(actingInstant(zone, localS)).toBe(firstQuarterShowing(zone, localS));
      }),
      { numRuns: 100 },
    );
  });
});

/** By formatting alone: all moves of these zones are at a quarter of an hour. */
function firstQuarterShowing(zone: string, localS: bigint): bigint {
  const wanted = utcText(localS).slice(0, 16).replace("T", " ");
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "short",
  });
  let atS = localS - 16n * 3600n;
  while (format.format(Number(atS) * 1000) < wanted) atS += 900n;
  return atS;
}

describe("R31 midnights", () => {
  it.each([
    ["Europe/Madrid", "2016-03-27", 23],
    ["Europe/Madrid", "2016-03-28", 24],
    ["Europe/Madrid", "2016-10-30", 25],
    ["America/New_York", "2024-03-10", 23],
    ["America/New_York", "2024-11-03", 25],
    ["Australia/Lord_Howe", "2024-10-06", 23.5],
    ["Australia/Lord_Howe", "2024-04-07", 24.5],
    ["America/Sao_Paulo", "2018-11-03", 24],
    ["America/Sao_Paulo", "2018-11-04", 23],
    ["America/Sao_Paulo", "2018-02-17", 25],
    ["Asia/Beirut", "2024-03-31", 23],
    ["Asia/Beirut", "2024-10-26", 25],
    ["Africa/Cairo", "2024-04-26", 23],
    ["Africa/Cairo", "2024-10-31", 25],
    ["America/Havana", "2024-03-10", 23],
    ["America/Havana", "2024-11-03", 25],
    ["Pacific/Apia", "2011-12-29", 24],
    ["Asia/Kolkata", "2024-11-03", 24],
    ["Asia/Kolkata", "2024-02-29", 24],
  ])("R31 in %s, %s has %d hours", (zone, text, hours) => {
    const [year = 0, month = 0, day = 0] = text.split("-").map(Number);
    const date = dateNumber(year, month, day);
    const next = midnightOf(zone, date + 1) ?? midnightOf(zone, date + 2);
    expect(Number((next ?? 0n) - (midnightOf(zone, date) ?? 0n)) / 3600).toBe(hours);
  });

  it("R31 a date that a zone skipped has no midnight", () => {
    expect(midnightOf("Pacific/Apia", dateNumber(2011, 12, 30))).toBeUndefined();
    const found = midnightsBetween(
      "Pacific/Apia",
      utc("2011-12-29T00:00Z"),
      utc("2012-01-01T00:00Z"),
    );
    expect(found.map(({ atS, date }) => [utcText(atS), dateText(date)])).toEqual([
      ["2011-12-29T10:00:00Z", "2011-12-29"],
      ["2011-12-30T10:00:00Z", "2011-12-31"],
      ["2011-12-31T10:00:00Z", "2012-01-01"],
    ]);
  });

  it("R31 a midnight belongs to the interval that ends with it, not to the one that begins", () => {
    const midnight = utc("2016-03-26T23:00Z");
    expect(midnightsBetween("Europe/Madrid", midnight - 1n, midnight)).toHaveLength(1);
    expect(midnightsBetween("Europe/Madrid", midnight, midnight + 1n)).toHaveLength(0);
  });
});
