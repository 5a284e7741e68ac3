import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { zone } from "./testing/zones.ts";
import {
  epochToLocalS,
  type LocalRule,
  localToEpochS,
  offsetAtS,
  openZone,
  transitions,
} from "./zone.ts";

/** "2026-03-29T02:30" as local seconds; a `Z` at the end makes it an instant. */
const seconds = (text: string): number =>
  Date.parse(text.endsWith("Z") ? text : `${text}Z`) / 1_000;
const iso = (epochS: number): string =>
  new Date(epochS * 1_000).toISOString().replace(":00.000Z", "Z");

describe("a zone", () => {
  test.each(["Europe/Madird", "", "+01:00", "-03", "UTC+1", "Europe/Madrid\u0000", "x".repeat(65)])(
    "is not opened by %j",
    (name) => {
      expect(openZone(name)).toBeUndefined();
    },
  );

  test.each([
    ["UTC", "2026-07-01T00:00Z", 0],
    ["Asia/Kolkata", "2026-01-01T00:00Z", 19_800],
    ["Asia/Kathmandu", "2026-01-01T00:00Z", 20_700],
    ["Asia/Kathmandu", "1985-01-01T00:00Z", 19_800],
    ["America/New_York", "2026-01-01T00:00Z", -18_000],
    ["Australia/Lord_Howe", "2026-01-01T00:00Z", 39_600],
    ["Australia/Lord_Howe", "2026-07-01T00:00Z", 37_800],
    ["Africa/Monrovia", "1970-01-01T00:00Z", -2_670],
    ["Pacific/Apia", "2012-01-01T00:00Z", 50_400],
    ["Pacific/Apia", "2011-12-30T09:59Z", -36_000],
    // A week of summer time, the shortest offset of all since 1970.
    ["America/Recife", "2000-10-10T00:00Z", -7_200],
    ["America/Recife", "2000-10-16T00:00Z", -10_800],
  ])("%s has at %s the offset %d", (name, instant, offsetS) => {
    expect(offsetAtS(zone(name), seconds(instant))).toBe(offsetS);
  });

  test("lists its changes of offset between two instants", () => {
    const found = transitions(
      zone("Europe/Madrid"),
      seconds("2025-01-01T00:00Z"),
      seconds("2027-01-01T00:00Z"),
    );
    expect(found.map((change) => [iso(change.atS), change.beforeS, change.afterS])).toEqual([
      ["2025-03-30T01:00Z", 3_600, 7_200],
      ["2025-10-26T01:00Z", 7_200, 3_600],
      ["2026-03-29T01:00Z", 3_600, 7_200],
      ["2026-10-25T01:00Z", 7_200, 3_600],
    ]);
  });

  test("lists changes inside the span only", () => {
    const at = seconds("2026-03-29T01:00Z");
    const found = (from: number, to: number): number =>
      transitions(zone("Europe/Madrid"), from, to).length;
    expect([found(at, at + 1), found(at - 1, at), found(at - 1, at + 1)]).toEqual([0, 0, 1]);
  });
});

describe("local time (R31)", () => {
  test.each<[string, string, LocalRule, string]>([
    ["Europe/Madrid", "2026-03-29T02:30", "switch", "2026-03-29T01:00Z"],
    ["Europe/Madrid", "2026-03-29T02:30", "reading", "2026-03-29T01:30Z"],
    ["Europe/Madrid", "2026-03-29T02:00", "reading", "2026-03-29T01:00Z"],
    ["Europe/Madrid", "2026-03-29T03:00", "switch", "2026-03-29T01:00Z"],
    ["Europe/Madrid", "2026-10-25T02:30", "switch", "2026-10-25T00:30Z"],
    ["Europe/Madrid", "2026-10-25T02:30", "reading", "2026-10-25T00:30Z"],
    ["Europe/Madrid", "2026-10-25T03:00", "switch", "2026-10-25T02:00Z"],
    ["America/New_York", "2026-03-08T02:15", "switch", "2026-03-08T07:00Z"],
    ["America/New_York", "2026-11-01T01:15", "reading", "2026-11-01T05:15Z"],
    ["Australia/Lord_Howe", "2026-10-04T02:15", "switch", "2026-10-03T15:30Z"],
    ["Australia/Lord_Howe", "2026-10-04T02:15", "reading", "2026-10-03T15:45Z"],
    ["Australia/Lord_Howe", "2026-04-05T01:45", "reading", "2026-04-04T14:45Z"],
    ["America/Sao_Paulo", "2018-11-04T00:00", "switch", "2018-11-04T03:00Z"],
    ["America/Sao_Paulo", "2018-11-04T00:30", "reading", "2018-11-04T03:30Z"],
    ["America/Sao_Paulo", "2018-02-17T23:30", "switch", "2018-02-18T01:30Z"],
    ["Africa/Cairo", "2024-04-26T00:00", "switch", "2024-04-25T22:00Z"],
    ["Asia/Beirut", "2022-03-27T00:00", "switch", "2022-03-26T22:00Z"],
    ["America/Havana", "2026-11-01T00:00", "switch", "2026-11-01T04:00Z"],
    ["Pacific/Apia", "2011-12-30T08:00", "switch", "2011-12-30T10:00Z"],
    ["Pacific/Apia", "2011-12-30T08:00", "reading", "2011-12-30T18:00Z"],
    ["Pacific/Apia", "2011-12-29T23:00", "switch", "2011-12-30T09:00Z"],
    ["Asia/Kathmandu", "2026-01-01T00:00", "switch", "2025-12-31T18:15Z"],
  ])("in %s %s by the rule of a %s is %s", (name, local, rule, instant) => {
    expect(iso(localToEpochS(zone(name), seconds(local), rule))).toBe(instant);
  });

  const names = [
    "Europe/Madrid",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/Recife",
    "Antarctica/Troll",
  ];
  const anyZone = fc.constantFrom(...names).map(zone);
  const anyS = fc.integer({ min: 0, max: seconds("2060-01-01T00:00Z") });

  test("is what the runtime's own clock shows at the instant", () => {
    fc.assert(
      fc.property(anyZone, anyS, (at, epochS) => {
        const shown = new Date(epochS * 1_000).toLocaleString("sv", { timeZone: at.name });
        expect(iso(epochToLocalS(at, epochS))).toBe(iso(seconds(shown.replace(" ", "T"))));
      }),
    );
  });

  test("the switch rule gives the first instant at which the clock has come that far", () => {
    fc.assert(
      fc.property(anyZone, anyS, (at, localS) => {
        const epochS = localToEpochS(at, localS, "switch");
        expect(epochToLocalS(at, epochS)).toBeGreaterThanOrEqual(localS);
        for (const beforeS of [1, 60, 1_800, 3_600, 7_200, 86_400]) {
          expect(epochToLocalS(at, epochS - beforeS)).toBeLessThan(localS);
        }
      }),
    );
  });

  test("both rules agree except in a gap, where a reading moves on by the gap's length", () => {
    fc.assert(
      fc.property(anyZone, anyS, fc.integer({ min: -7_200, max: 7_200 }), (at, nearS, offS) => {
        const change = transitions(at, nearS, nearS + 86_400 * 400)[0];
        const localS = change === undefined ? nearS : change.atS + change.beforeS + offS;
        const switchS = localToEpochS(at, localS, "switch");
        const readingS = localToEpochS(at, localS, "reading");
        if (epochToLocalS(at, switchS) === localS) expect(readingS).toBe(switchS);
        else {
          const gapS = offsetAtS(at, switchS) - offsetAtS(at, switchS - 1);
          expect(epochToLocalS(at, readingS)).toBe(localS + gapS);
        }
      }),
    );
  });
});
