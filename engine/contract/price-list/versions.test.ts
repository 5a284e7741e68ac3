import { describe, expect, test } from "vitest";
import { VERSIONS_MAX } from "./limits.ts";
import { parsePriceListText } from "./parse.ts";
import { PURCHASE } from "./testing/bad-purchases.ts";
import { exampleWith } from "./testing/example.ts";
import { type PriceListsResult, parsePriceLists, parsePriceListsText } from "./versions.ts";

const at = (effective_from: unknown, changes: Record<string, unknown> = {}): unknown =>
  exampleWith({ "/effective_from": effective_from, ...changes });
const block = [{ from: "0", price: "1" }];
const reordered = { offpeak: block, flat: block, peak: block };
const renamed = { peak: block, flat: block, night: block };
const byNight = [{ at: { "00:00": "night", "08:00": "flat", "18:00": "peak" } }];
const pointersOf = (result: PriceListsResult): string[] =>
  result.ok ? [] : result.faults.map((fault) => fault.pointer);
const startsOf = (result: PriceListsResult): (string | undefined)[] =>
  result.ok
    ? result.versions.map((version) => new Date(version.effectiveFromS * 1_000).toISOString())
    : result.faults.map((fault) => `${fault.pointer} ${fault.message}`);

describe("versions of a price list", () => {
  test("a single list needs no time and is in force from the beginning", () => {
    const result = parsePriceLists(exampleWith());
    expect(result.ok && result.versions.map((version) => version.effectiveFromS)).toEqual([0]);
  });

  test.each([
    ["2026-01-01", "2025-12-31T23:00:00.000Z"],
    ["2026-07-01T06:30", "2026-07-01T04:30:00.000Z"],
    ["2026-07-01T06:30:00", "2026-07-01T04:30:00.000Z"],
    ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z"],
    ["2026-01-01T00:00:00-05:00", "2026-01-01T05:00:00.000Z"],
    // A local time in a gap begins right after it, one that comes twice the first time.
    ["2026-03-29T02:30", "2026-03-29T01:00:00.000Z"],
    ["2026-10-25T02:30", "2026-10-25T00:30:00.000Z"],
  ])("%s is %s in Madrid", (effectiveFrom, instant) => {
    expect(startsOf(parsePriceLists([at(effectiveFrom)]))).toEqual([instant]);
    expect(startsOf(parsePriceLists(at(effectiveFrom)))).toEqual([instant]);
  });

  test("the text of a version is the list alone", () => {
    const result = parsePriceListsText(JSON.stringify([at("2026-01-01"), at("2027-01-01")]));
    const versions = result.ok ? result.versions : [];
    expect(versions).toHaveLength(2);
    for (const { text, priceList } of versions) {
      expect(parsePriceListText(text)).toEqual({ ok: true, priceList });
    }
  });

  test.each<[string, unknown, string[]]>([
    ["a version without a time", [exampleWith()], ["/0/effective_from"]],
    [
      "a time that is none",
      [at("soon"), at(7), at("2026-02-30")],
      ["/0/effective_from", "/1/effective_from", "/2/effective_from"],
    ],
    ["a bad time of a single list", at("soon"), ["/effective_from"]],
    [
      "times that do not rise",
      [at("2026-01-01"), at("2026-01-01T00:00:00+01:00")],
      ["/1/effective_from"],
    ],
    [
      "another currency",
      [at("2026-01-01"), at("2027-01-01", { "/currency": "USD" })],
      ["/1/currency"],
    ],
    [
      "another zone",
      [at("2026-01-01"), at("2027-01-01", { "/timezone": "Europe/Paris" })],
      ["/1/timezone"],
    ],
    [
      "another service and unit",
      [at("2026-01-01"), at("2027-01-01", { "/service": "water", "/unit": "L" })],
      ["/1/unit", "/1/service"],
    ],
    [
      "another unit",
      [at("2026-01-01"), at("2027-01-01", { "/unit": "Wh", "/rates/peak/1": undefined })],
      ["/1/rates/peak/1", "/1/unit"],
    ],
    [
      "faults in several versions",
      [at("2026-01-01", { "/name": "" }), at("2027-01-01", { "/rates/flat/0/from": "1" }), 3],
      ["/0/name", "/1/rates/flat/0/from", "/2"],
    ],
    [
      "periods in another order while each counts for itself",
      [
        at("2026-01-01", { "/block_scope": "per_period" }),
        at("2027-01-01", { "/rates": reordered, "/block_scope": "per_period" }),
      ],
      ["/1/rates"],
    ],
    [
      "a period renamed on the way to counters of their own, also behind a version without it",
      [
        at("2026-01-01"),
        at("2027-01-01", { "/rates": renamed, "/schedule": byNight }),
        at("2028-01-01", { "/block_scope": "per_period" }),
      ],
      ["/1/rates"],
    ],
    [
      "another basis of accumulation",
      [at("2026-01-01", { "/accumulation_basis": "consumption" }), at("2027-01-01", PURCHASE)],
      ["/1/accumulation_basis"],
    ],
    [
      "a basis that the first version does not have, once",
      [at("2026-01-01", PURCHASE), at("2027-01-01")],
      ["/1/accumulation_basis"],
    ],
    ["no version", [], [""]],
    ["too many versions", Array.from({ length: VERSIONS_MAX + 1 }, () => 0), [""]],
  ])("are refused for %s", (_, value, pointers) => {
    expect(pointersOf(parsePriceLists(value))).toEqual(pointers);
  });

  test("may reorder periods that count together, and add some behind where each counts for itself", () => {
    const together = [at("2026-01-01"), at("2027-01-01", { "/rates": reordered })];
    expect(pointersOf(parsePriceLists(together))).toEqual([]);
    const more = {
      "/rates/night": block,
      "/schedule/2/at": { "00:00": "night", "06:00": "offpeak" },
    };
    const apart = [
      at("2026-01-01", { "/block_scope": "per_period" }),
      at("2027-01-01", { "/block_scope": "per_period", ...more }),
    ];
    expect(pointersOf(parsePriceLists(apart))).toEqual([]);
  });

  test("an unknown zone is the only fault of a local time in it", () => {
    expect(pointersOf(parsePriceLists([at("2026-01-01", { "/timezone": "X/Y" })]))).toEqual([
      "/0/timezone",
    ]);
  });

  test("a text that is no JSON is refused with its place", () => {
    expect(pointersOf(parsePriceListsText("[{]"))).toEqual([""]);
  });
});
