import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EPOCH_S_MAX, parseInstant, parseReadAt } from "./date-time.ts";
import { zone } from "./testing/zones.ts";

const madrid = zone("Europe/Madrid");
const iso = (epochS: number | undefined): string | undefined =>
  epochS === undefined ? undefined : new Date(epochS * 1_000).toISOString();

describe("a time of reading", () => {
  test.each([
    ["2026-07-01T12:00", "2026-07-01T10:00:00.000Z"],
    ["2026-07-01 12:00", "2026-07-01T10:00:00.000Z"],
    ["2026-07-01T12:00:30", "2026-07-01T10:00:30.000Z"],
    ["2026-07-01T12:00:30.000", "2026-07-01T10:00:30.000Z"],
    ["2026-07-01T12:00:30.0Z", "2026-07-01T12:00:30.000Z"],
    ["2026-07-01T12:00Z", "2026-07-01T12:00:00.000Z"],
    ["2026-07-01T12:00:00+05:45", "2026-07-01T06:15:00.000Z"],
    ["2026-07-01 12:00:00-03:30", "2026-07-01T15:30:00.000Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
    ["1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"],
    ["2106-02-07T06:28:15Z", "2106-02-07T06:28:15.000Z"],
    // Twice on the clock: the earlier. Never: moved on by the gap.
    ["2026-10-25T02:30:00", "2026-10-25T00:30:00.000Z"],
    ["2026-03-29T02:30:00", "2026-03-29T01:30:00.000Z"],
  ])("%s is %s in Madrid", (text, instant) => {
    expect(iso(parseReadAt(text, madrid))).toBe(instant);
  });

  test.each([
    "",
    "2026-07-01",
    "2026-07-01T12",
    "2026-07-01T12:0",
    "2026-7-01T12:00",
    "2026-07-01t12:00",
    "2026-07-01  12:00",
    "2026-07-01T12:00:30.5",
    "2026-07-01T12:00:30.",
    "2026-07-01T12:00:30.001Z",
    "2026-07-01T12:00:60",
    "2026-07-01T24:00",
    "2026-07-01T12:60",
    "2026-02-29T00:00",
    "2026-04-31T00:00",
    "2026-13-01T00:00",
    "2026-00-01T00:00",
    "2026-01-00T00:00",
    "2026-07-01T12:00z",
    "2026-07-01T12:00ZZ",
    "2026-07-01T12:00+0100",
    "2026-07-01T12:00+01",
    "2026-07-01T12:00+24:00",
    "2026-07-01T12:00+01:60",
    "2026-07-01T12:00 Z",
    "2026-07-01T12:00:00 ",
    " 2026-07-01T12:00:00",
    "2026/07/01T12:00",
    "+2026-07-01T12:00",
    "1969-12-31T23:59:59Z",
    "2106-02-07T06:28:16Z",
    `2026-07-01T12:00:00.${"0".repeat(30)}`,
    "2026-07-01T12:00:3a",
  ])("%j is refused", (text) => {
    expect(parseReadAt(text, madrid)).toBeUndefined();
  });

  test("with its offset is the same as the runtime reads", () => {
    const time = fc.integer({ min: 86_400, max: EPOCH_S_MAX - 86_400 });
    const offset = fc.integer({ min: -839, max: 839 });
    fc.assert(
      fc.property(time, offset, (epochS, minutes) => {
        const size = Math.abs(minutes);
        const pad = (value: number): string => String(Math.floor(value)).padStart(2, "0");
        const local = new Date((epochS + minutes * 60) * 1_000).toISOString().slice(0, 19);
        const text = `${local}${minutes < 0 ? "-" : "+"}${pad(size / 60)}:${pad(size % 60)}`;
        expect(Date.parse(text)).toBe(epochS * 1_000);
        expect(parseReadAt(text, madrid)).toBe(epochS);
      }),
    );
  });

  test("of any text is an instant or refused, never a crash", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.nat(20), (put, place) => {
        const text = "2026-07-01T12:00:00Z";
        const found = parseReadAt(
          text.slice(0, place) + put + text.slice(place + put.length),
          madrid,
        );
        return (
          found === undefined || (Number.isInteger(found) && found >= 0 && found <= EPOCH_S_MAX)
        );
      }),
    );
  });
});

test("an instant of a version in a gap is the first after it", () => {
  expect(iso(parseInstant("2026-03-29T02:30:00", madrid, "switch"))).toBe(
    "2026-03-29T01:00:00.000Z",
  );
});
