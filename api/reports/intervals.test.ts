import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INTERVALS, intervalEdges } from "./intervals.ts";

const at = (text: string): number => Date.parse(text) / 1_000;
const edges = (every: (typeof INTERVALS)[number], from: string, to: string, zone: string) =>
  intervalEdges(at(from), at(to), every, zone).map((s) => new Date(s * 1_000).toISOString());

describe("intervals of local time", () => {
  it("a day of 23 hours has 92 quarter hours, one of 25 has 50 half hours", () => {
    const short = edges(
      "quarter_hour",
      "2016-03-26T23:00:00Z",
      "2016-03-27T22:00:00Z",
      "Europe/Madrid",
    );
    expect(short).toHaveLength(93);
    const long = edges(
      "half_hour",
      "2016-10-29T22:00:00Z",
      "2016-10-30T23:00:00Z",
      "Europe/Madrid",
    );
    expect(long).toHaveLength(51);
  });

  it.each<[(typeof INTERVALS)[number], string[]]>([
    ["week", ["2016-03-20T23:00:00.000Z", "2016-03-27T22:00:00.000Z", "2016-04-03T22:00:00.000Z"]],
    ["month", ["2016-02-29T23:00:00.000Z", "2016-03-31T22:00:00.000Z"]],
    ["quarter", ["2015-12-31T23:00:00.000Z", "2016-03-31T22:00:00.000Z"]],
    ["year", ["2015-12-31T23:00:00.000Z", "2016-12-31T23:00:00.000Z"]],
    ["whole", ["2016-03-24T10:00:00.000Z", "2016-03-28T10:00:00.000Z"]],
  ])("%s begins at Madrid's midnights", (every, expected) => {
    expect(edges(every, "2016-03-24T10:00:00Z", "2016-03-28T10:00:00Z", "Europe/Madrid")).toEqual(
      expected,
    );
  });

  it("cover the time asked for without gap, and rise", () => {
    const zones = [
      "UTC",
      "Europe/Madrid",
      "Asia/Kathmandu",
      "America/St_Johns",
      "Australia/Lord_Howe",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...INTERVALS),
        fc.constantFrom(...zones),
        fc.integer({ min: 86_400 * 400, max: 1_900_000_000 }),
        fc.integer({ min: 1, max: 86_400 * 60 }),
        (every, zone, fromS, lengthS) => {
          const found = intervalEdges(fromS, fromS + lengthS, every, zone);
          expect(found[0]).toBeLessThanOrEqual(fromS);
          expect(found.at(-1)).toBeGreaterThanOrEqual(fromS + lengthS);
          expect(found[1]).toBeGreaterThan(fromS);
          expect(found.at(-2)).toBeLessThan(fromS + lengthS);
          expect(found.every((s, i) => i === 0 || s > (found[i - 1] ?? 0))).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("refuses too many, no time, and no zone", () => {
    expect(() => intervalEdges(0, 86_400 * 4_000, "quarter_hour", "UTC")).toThrow(/more than/);
    expect(() => intervalEdges(5, 5, "day", "UTC")).toThrow(/from must be before to/);
    expect(() => intervalEdges(0, 5, "day", "Nowhere/Land")).toThrow(/no time zone/);
  });
});
