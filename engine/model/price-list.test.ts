import { describe, expect, it } from "vitest";
import { cancelVersion, readPriceList, versionAt } from "./price-list.ts";
import { dailyList, flatList, utc, utcText } from "./testing/lists.ts";

describe("R30 versions", () => {
  it("R30 one list is in force for all time", () => {
    const list = readPriceList(flatList());
    expect(versionAt(list, -(10n ** 12n))?.index).toBe(0);
    expect(versionAt(list, 10n ** 12n)?.index).toBe(0);
  });

  it("R30 a version is in force from its own instant on, none before the first", () => {
    const list = readPriceList([
      flatList({ effective_from: "2024-06-01T00:00:00+02:00" }),
      flatList({ effective_from: "2024-01-01" }),
    ]);
    const at = (text: string) => versionAt(list, utc(text))?.index;
    expect(at("2023-12-31T22:59:59Z")).toBeUndefined();
    expect(at("2023-12-31T23:00:00Z")).toBe(0);
    expect(at("2024-05-31T21:59:59Z")).toBe(0);
    expect(at("2024-05-31T22:00:00Z")).toBe(1);
  });

  it.each([
    ["Europe/Madrid", "2024-01-01", "2023-12-31T23:00:00Z"],
    ["Europe/Madrid", "2024-07-01T12:30", "2024-07-01T10:30:00Z"],
    ["Europe/Madrid", "2024-07-01T12:30:00Z", "2024-07-01T12:30:00Z"],
    // in a gap: its end; in a repeated hour: the first time
    ["Europe/Madrid", "2016-03-27T02:30", "2016-03-27T01:00:00Z"],
    ["Europe/Madrid", "2016-10-30T02:30", "2016-10-30T00:30:00Z"],
    ["America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"],
    ["Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"],
    ["Asia/Kolkata", "2024-02-29", "2024-02-28T18:30:00Z"],
  ])("R30, R31 in %s, effective from %s", (timezone, effective_from, instant) => {
    const [version] = readPriceList([flatList({ timezone, effective_from })]).versions;
    expect(utcText(version?.fromS ?? 0n)).toBe(instant);
  });
});

describe("R30 a future version can be cancelled before it starts", () => {
  const list = readPriceList([
    flatList({ effective_from: "2024-01-01" }),
    flatList({ effective_from: "2024-06-01" }),
  ]);
  const JANUARY = utc("2023-12-31T23:00:00Z");
  const JUNE = utc("2024-05-31T22:00:00Z");

  it("R30 the last one goes, and what was before it is in force again", () => {
    const cancelled = cancelVersion(list, JUNE, JUNE - 1n);
    if (cancelled === "price_list_order") throw new Error(cancelled);
    expect(versionAt(cancelled, JUNE)?.index).toBe(0);
    expect(list.versions).toHaveLength(2);
    expect(cancelVersion(cancelled, JANUARY, 0n)).toBe("price_list_order");
  });

  it.each([
    ["one that has begun", JUNE, JUNE],
    ["one that is not the last", JANUARY, 0n],
    ["one that is not there", JUNE + 1n, 0n],
  ])("R30 not %s", (_name, fromS, nowS) => {
    expect(cancelVersion(list, fromS, nowS)).toBe("price_list_order");
  });
});

describe("a list ready to rate with", () => {
  it("R3, R33 prices with tax, block starts in atoms, charges in micros", () => {
    const [version] = readPriceList(
      flatList({
        rates: {
          all: [
            { from: "0", price: "0.2412" },
            { from: "150", price: "0.2890" },
          ],
        },
        charges: [{ name: "standing", every: "day", amount: "0.3170" }],
        taxes: [{ name: "VAT", rate: "0.21" }],
      }),
    ).versions;
    expect(version?.blocksOf.get("all")).toEqual([
      { startAtoms: 0n, priceP: 291_852_000n },
      // 0.2890 × 1.21 = 0.34969
      { startAtoms: 150_000n, priceP: 349_690_000n },
    ]);
    expect(version?.charges).toEqual([
      {
        index: 0,
        name: "standing",
        priority: 0,
        every: "day",
        amountMicros: 383_570n,
        whileState: {},
      },
    ]);
  });

  it("what a list leaves out: no cycle, blocks over all periods", () => {
    const [version] = readPriceList(flatList()).versions;
    expect(version?.cycle).toEqual({ every: "none", startDay: 1 });
    expect(version?.blockScope).toBe("all");
  });
});

describe("lists that are not valid", () => {
  it.each([
    ["no version", [], "at least one version"],
    ["a version without effective_from", [flatList()], "says effective_from"],
    [
      "two versions at one instant",
      [
        flatList({ effective_from: "2024-01-01" }),
        flatList({ effective_from: "2023-12-31T23:00:00Z" }),
      ],
      "start at one instant",
    ],
    [
      "two currencies",
      [
        flatList({ effective_from: "2024-01-01" }),
        flatList({ effective_from: "2024-02-01", currency: "USD" }),
      ],
      "share their currency",
    ],
    ["two rates without schedule", dailyList({}, { schedule: [] }), "only a list with one rate"],
    ["blocks not from 0", flatList({ rates: { all: [{ from: "1", price: "1" }] } }), "rise from 0"],
    [
      "blocks that do not rise",
      flatList({
        rates: {
          all: [
            { from: "0", price: "1" },
            { from: "0", price: "2" },
          ],
        },
      }),
      "blocks rise",
    ],
  ])("%s", (_name, json, message) => {
    expect(() => readPriceList(json)).toThrow(message);
  });
});
