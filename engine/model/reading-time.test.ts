import { describe, expect, it } from "vitest";
import { localToEpoch, timeToEpoch } from "./reading-time.ts";
import { utcText } from "./testing/lists.ts";

describe("R31 the time of a reading without offset", () => {
  it.each([
    ["Europe/Madrid", "2016-03-01T00:12:37", "2016-02-29T23:12:37Z"],
    // missing: moved on by the gap's hour, 02:30 → 03:30
    ["Europe/Madrid", "2016-03-27T02:00:00", "2016-03-27T01:00:00Z"],
    ["Europe/Madrid", "2016-03-27T02:30", "2016-03-27T01:30:00Z"],
    ["Europe/Madrid", "2016-03-27T02:59:59", "2016-03-27T01:59:59Z"],
    ["Europe/Madrid", "2016-03-27 03:30", "2016-03-27T01:30:00Z"],
    // ambiguous: the earlier instant
    ["Europe/Madrid", "2016-10-30T02:08:19", "2016-10-30T00:08:19Z"],
    ["Europe/Madrid", "2016-10-30T03:00", "2016-10-30T02:00:00Z"],
    ["America/New_York", "2024-03-10T02:30", "2024-03-10T07:30:00Z"],
    ["America/New_York", "2024-11-03T01:30", "2024-11-03T05:30:00Z"],
    // by half an hour: 02:10 → 02:40 at +11
    ["Australia/Lord_Howe", "2024-10-06T02:10", "2024-10-05T15:40:00Z"],
    ["Australia/Lord_Howe", "2024-04-07T01:45", "2024-04-06T14:45:00Z"],
    ["America/Sao_Paulo", "2018-11-04T00:15", "2018-11-04T03:15:00Z"],
    ["America/Sao_Paulo", "2018-02-17T23:15", "2018-02-18T01:15:00Z"],
    ["Asia/Beirut", "2024-03-31T00:30", "2024-03-30T22:30:00Z"],
    ["Africa/Cairo", "2024-10-31T23:30", "2024-10-31T20:30:00Z"],
    // a missing day: moved on by 24 hours, to noon of the 31st at +14
    ["Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00:00Z"],
    ["Pacific/Apia", "2011-12-31T12:00", "2011-12-30T22:00:00Z"],
    ["Asia/Kolkata", "2024-02-29T05:30", "2024-02-29T00:00:00Z"],
    ["UTC", "1970-01-01T00:00", "1970-01-01T00:00:00Z"],
  ])("R31 in %s, %s is %s", (zone, text, instant) => {
    expect(utcText(localToEpoch(text, zone))).toBe(instant);
  });

  it.each([
    ["2016-10-30T02:30:00+02:00", "2016-10-30T00:30:00Z"],
    ["2016-10-30T02:30:00+01:00", "2016-10-30T01:30:00Z"],
    ["2016-10-30T02:30:00Z", "2016-10-30T02:30:00Z"],
    ["2016-10-30T02:30:00.500-03:30", "2016-10-30T06:00:00Z"],
    ["2016-10-30T02:30:00", "2016-10-30T00:30:00Z"],
  ])("R31 %s keeps its own offset where it has one", (text, instant) => {
    expect(utcText(timeToEpoch(text, "Europe/Madrid"))).toBe(instant);
  });

  it.each(["yesterday", "2016-02-30T00:00", "2016-13-01T00:00", "2016-01-01T24:00", "2016-1-1"])(
    "%s is refused",
    (text) => {
      expect(() => localToEpoch(text, "Europe/Madrid")).toThrow();
    },
  );
});
