import { describe, expect, it } from "vitest";
import { type ClockTime, meterClockS } from "./clock.ts";
import { recordsIn } from "./testing/telegrams.ts";

/** 2026-07-01 12:34, type F. */
const SUMMER = "04 6D 22 0C 41 37";
/** 2026-07-01 12:34:56, type I. */
const SECONDS = "06 6D 38 22 0C 41 37 00";
const UTC_S = Date.UTC(2026, 6, 1, 12, 34) / 1_000;

function clockOf(hex: string, time: ClockTime | undefined = "utc", atS = 0) {
  return meterClockS(recordsIn(hex), time, atS);
}

describe("a meter's clock", () => {
  it.each([
    ["a date and time", SUMMER, UTC_S],
    ["seconds too", SECONDS, UTC_S + 56],
    ["the record of now among stored ones", `44 6D 00 00 41 37 ${SUMMER}`, UTC_S],
  ])("is told by %s", (_what, hex, clockS) => {
    expect(clockOf(hex)).toBe(clockS);
  });

  it.each([
    ["a date alone", "02 6C 41 37"],
    ["a stored time", "44 6D 22 0C 41 37"],
    ["the time of a maximum", "14 6D 22 0C 41 37"],
    ["a time that the meter calls invalid", "04 6D A2 0C 41 37"],
    ["day 0", "04 6D 22 0C 40 37"],
    ["month 13", "04 6D 22 0C 41 3D"],
    ["no record at all", "01 03 05"],
  ])("is not told by %s", (_what, hex) => {
    expect(clockOf(hex)).toBeUndefined();
  });

  it.each([
    [SUMMER, -100, 0],
    [SUMMER, 17, 17],
    [SUMMER, 100, 59],
    [SECONDS, 17, 56],
  ])("%s at %d s of its minute is taken at %d s", (hex, ownS, tookS) => {
    expect(clockOf(hex, "utc", UTC_S + ownS)).toBe(UTC_S + tookS);
  });

  it("is not told where nobody knows of which zone it is", () => {
    expect(meterClockS(recordsIn(SUMMER), undefined, 0)).toBeUndefined();
  });

  it("in a zone with summer time is another moment by winter time than by local time", () => {
    const zone = process.env["TZ"];
    try {
      process.env["TZ"] = "Europe/Berlin";
      expect(clockOf(SUMMER, "standard_time")).toBe(UTC_S - 3_600);
      expect(clockOf(SUMMER, "local_time")).toBe(UTC_S - 7_200);
    } finally {
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
  });
});
