import { describe, expect, it } from "vitest";
import { lastMark, type MarkEvery } from "./last-mark.ts";
import { utc, utcText } from "./testing/lists.ts";

describe("R51, R52, R74: the latest mark at or before an instant", () => {
  it.each<[string, MarkEvery, string, string]>([
    ["just at midnight", "day", "2026-01-05T23:00Z", "2026-01-05T23:00:00Z"],
    ["a second before midnight", "day", "2026-01-05T22:59:59Z", "2026-01-04T23:00:00Z"],
    ["a Wednesday's week", "week", "2026-01-07T12:00Z", "2026-01-04T23:00:00Z"],
    ["a Sunday's week, last second", "week", "2026-01-11T22:59:59Z", "2026-01-04T23:00:00Z"],
    ["a month", "month", "2026-07-31T21:59:59Z", "2026-06-30T22:00:00Z"],
    ["the longest day, 25 hours", "day", "2026-10-25T22:30Z", "2026-10-24T22:00:00Z"],
    ["the shortest day, 23 hours", "day", "2026-03-29T21:30Z", "2026-03-28T23:00:00Z"],
  ])("%s", (_, every, at, mark) => {
    expect(utcText(lastMark("Europe/Madrid", every, utc(at)))).toBe(mark);
  });

  it("is a midnight that came late: Beirut begins 2026-03-29 at 01:00", () => {
    const atS = utc("2026-03-29T12:00Z");
    expect(utcText(lastMark("Asia/Beirut", "day", atS))).toBe("2026-03-28T22:00:00Z");
  });
});
