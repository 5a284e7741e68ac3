import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUCKETS_MAX, bucketEdges, STORE_S_MAX } from "./buckets.ts";

const at = (text: string): number => Date.parse(text) / 1000;
const texts = (edges: readonly number[]): string[] =>
  edges.map((edge) => new Date(edge * 1000).toISOString().slice(0, 16));

describe("edges of buckets", () => {
  it.each([
    {
      name: "hours of UTC, widened to whole ones",
      from: "2026-03-01T10:20Z",
      to: "2026-03-01T12:01Z",
      every: "hour" as const,
      zone: "UTC",
      edges: ["2026-03-01T10:00", "2026-03-01T11:00", "2026-03-01T12:00", "2026-03-01T13:00"],
    },
    {
      name: "a day of 23 hours",
      from: "2026-03-28T23:00Z",
      to: "2026-03-29T22:00Z",
      every: "day" as const,
      zone: "Europe/Madrid",
      edges: ["2026-03-28T23:00", "2026-03-29T22:00"],
    },
    {
      name: "a day of 25 hours",
      from: "2026-10-25T12:00Z",
      to: "2026-10-25T13:00Z",
      every: "day" as const,
      zone: "Europe/Madrid",
      edges: ["2026-10-24T22:00", "2026-10-25T23:00"],
    },
    {
      name: "days of a zone at 45 minutes",
      from: "2026-01-01T00:00Z",
      to: "2026-01-02T00:00Z",
      every: "day" as const,
      zone: "Asia/Kathmandu",
      edges: ["2025-12-31T18:15", "2026-01-01T18:15", "2026-01-02T18:15"],
    },
    {
      name: "hours of a zone at 30 minutes",
      from: "2026-01-01T00:00Z",
      to: "2026-01-01T01:00Z",
      every: "hour" as const,
      zone: "Asia/Kolkata",
      edges: ["2025-12-31T23:30", "2026-01-01T00:30", "2026-01-01T01:30"],
    },
    {
      name: "hours cut where the clock goes back by half an hour",
      from: "2026-04-04T14:00Z",
      to: "2026-04-04T16:00Z",
      every: "hour" as const,
      zone: "Australia/Lord_Howe",
      edges: ["2026-04-04T14:00", "2026-04-04T15:00", "2026-04-04T15:30", "2026-04-04T16:30"],
    },
    {
      name: "a day that begins at 01:00, since its midnight does not exist",
      from: "2026-04-24T10:00Z",
      to: "2026-04-24T11:00Z",
      every: "day" as const,
      zone: "Africa/Cairo",
      edges: ["2026-04-23T22:00", "2026-04-24T21:00"],
    },
    {
      name: "no bucket for a date that the zone skipped",
      from: "2011-12-29T12:00Z",
      to: "2011-12-31T00:00Z",
      every: "day" as const,
      zone: "Pacific/Apia",
      edges: ["2011-12-29T10:00", "2011-12-30T10:00", "2011-12-31T10:00"],
    },
  ])("give $name", ({ from, to, every, zone, edges }) => {
    expect(texts(bucketEdges(at(from), at(to), every, zone))).toEqual(edges);
  });

  it("rise, hold the stretch asked for, and begin and end with a bucket that has a part in it", () => {
    const zones = fc.constantFrom(
      "UTC",
      "Europe/Madrid",
      "Asia/Kolkata",
      "Asia/Kathmandu",
      "Australia/Lord_Howe",
      "America/St_Johns",
      "Africa/Cairo",
      "Pacific/Apia",
    );
    fc.assert(
      fc.property(
        zones,
        fc.constantFrom("hour" as const, "day" as const),
        fc.integer({ min: 1_262_304_000, max: 1_893_456_000 }),
        fc.integer({ min: 1, max: 40 * 86_400 }),
        (zone, every, fromS, lengthS) => {
          const edges = bucketEdges(fromS, fromS + lengthS, every, zone);
          for (const [i, edge] of edges.slice(1).entries()) {
            expect(edge).toBeGreaterThan(edges[i] ?? Number.NaN);
          }
          expect(edges[0]).toBeLessThanOrEqual(fromS);
          expect(edges[1]).toBeGreaterThan(fromS);
          expect(edges.at(-1)).toBeGreaterThanOrEqual(fromS + lengthS);
          expect(edges.at(-2)).toBeLessThan(fromS + lengthS);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    { name: "nothing", from: 10, to: 10, zone: "UTC", says: /from must be before to/ },
    { name: "parts of a second", from: 10.5, to: 20, zone: "UTC", says: /epoch seconds/ },
    { name: "times before 1970", from: -1, to: 20, zone: "UTC", says: /epoch seconds/ },
    {
      name: "times that the store cannot hold",
      from: 0,
      to: STORE_S_MAX + 1,
      zone: "UTC",
      says: /epoch seconds/,
    },
    {
      name: "too many",
      from: 0,
      to: BUCKETS_MAX * 3_600,
      zone: "UTC",
      says: /fewer than 9000 hours/,
    },
    {
      name: "a zone that is none",
      from: 0,
      to: 10,
      zone: "Mars/Olympus",
      says: /no time zone Mars\/Olympus/,
    },
  ])("are refused for $name", ({ from, to, zone, says }) => {
    expect(() => bucketEdges(from, to, "hour", zone)).toThrow(says);
  });
});
