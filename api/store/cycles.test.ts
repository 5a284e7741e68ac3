import type { ClickHouseClient } from "@clickhouse/client";
import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parsePriceList } from "../../engine/contract/price-list/parse.ts";
import type { PriceList } from "../../engine/contract/price-list/price-list.ts";
import { exampleWith } from "../../engine/contract/price-list/testing/example.ts";
import { openStore } from "./client.ts";
import { cycleStarts, tellCycles, unsettledTariffs } from "./cycles.ts";
import { groupOf } from "./group.ts";
import { insertGroup } from "./insert.ts";
import { expectWorld } from "./testing/expect-world.ts";
import { type TestStore, withTestStore } from "./testing/server.ts";
import { chance, makeWorld, shuffle } from "./testing/world.ts";
import { StoreWriter } from "./writer.ts";
import { WriterFigures } from "./writer-figures.ts";

function listWith(cycle: unknown, timezone = "Europe/Madrid"): PriceList {
  const parsed = parsePriceList(exampleWith({ "/cycle": cycle, "/timezone": timezone }));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.priceList;
}

const atS = (text: string): number => Date.parse(text) / 1_000;

describe("the starts of cycles (R33)", () => {
  it.each([
    [
      "a month's, where the clock changes",
      listWith({ every: "month", start_day: 1 }),
      ["2026-02-28T23:00Z", "2026-03-31T22:00Z", "2026-04-30T22:00Z"],
    ],
    [
      "a month's on the 31st: the last day where it is shorter",
      listWith({ every: "month", start_day: 31 }),
      ["2026-02-27T23:00Z", "2026-03-30T22:00Z", "2026-04-29T22:00Z"],
    ],
    [
      "a month's in a zone at half hours",
      listWith({ every: "month", start_day: 15 }, "Asia/Kolkata"),
      ["2026-02-14T18:30Z", "2026-03-14T18:30Z", "2026-04-14T18:30Z"],
    ],
    ["a quarter's", listWith({ every: "quarter" }), ["2026-03-31T22:00Z"]],
    ["none", listWith({ every: "none" }), []],
  ])("%s", (_, list, starts) => {
    expect(cycleStarts(list, atS("2026-02-02T00:00Z"), atS("2026-05-02T00:00Z"))).toEqual(
      starts.map(atS),
    );
  });

  it("are the same however the time is cut", () => {
    const list = listWith({ every: "week" });
    const [fromS, toS] = [atS("2026-01-01T00:00Z"), atS("2026-12-31T00:00Z")];
    const all = cycleStarts(list, fromS, toS);
    expect(all).toHaveLength(52);
    fc.assert(
      fc.property(fc.integer({ min: fromS, max: toS }), (middleS) => {
        expect([...cycleStarts(list, fromS, middleS), ...cycleStarts(list, middleS, toS)]).toEqual(
          all,
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe("sums by cycle", () => {
  const first = listWith({ every: "week" }, "UTC");
  const second = listWith({ every: "day" }, "Asia/Kolkata");
  const versions = [
    { tariff: 1, list: first, fromS: atS("2026-01-01T00:00Z") },
    { tariff: 2, list: second, fromS: atS("2026-01-01T00:00Z") },
  ];
  const nowS = atS("2026-03-02T00:00Z");
  const world = makeWorld(61, 3, 260);
  const told = { ...world, cycles: {} as Record<string, readonly bigint[]> };
  let store: TestStore;
  let client: ClickHouseClient;
  let writer: StoreWriter;

  beforeAll(async () => {
    store = await withTestStore();
    client = openStore(store.url);
    writer = new StoreWriter({
      client,
      figures: new WriterFigures(),
      log: pino({ level: "silent" }),
      closing: new AbortController().signal,
    });
  });
  afterAll(async () => {
    await client?.close();
    await store?.stop();
  });

  it("stay right when cycles are told late, rows come out of order, and all comes twice", async () => {
    const groups = shuffle([...world.blocks], chance(3)).map((block) =>
      groupOf(block.table, [block]),
    );
    const half = groups.length >> 1;
    for (const group of groups.slice(0, half)) await insertGroup(client, group);
    expect(await tellCycles(client, versions, nowS)).toBe(2);
    for (const group of groups) await insertGroup(client, group);
    for (const { tariff, list, fromS } of versions)
      told.cycles[tariff] = cycleStarts(list, fromS - 400 * 86_400, nowS + 86_400).map(BigInt);
    await expect(expectWorld(client, told)).rejects.toThrow(/readings_by_cycle/);
    expect(await unsettledTariffs(client)).toEqual([1, 2]);
    expect(await writer.settleCycles()).toEqual([1, 2]);
    await expectWorld(client, told);
  });

  it("are left alone when nothing is wrong", async () => {
    expect(await writer.settleCycles()).toEqual([]);
    expect(await tellCycles(client, versions, nowS)).toBe(0);
    await client.command({ query: "OPTIMIZE TABLE readings_by_cycle FINAL" });
    await expectWorld(client, told);
  });

  it("are told on when their end comes near", async () => {
    expect(await tellCycles(client, versions, nowS + 300 * 86_400)).toBe(2);
    const result = await client.query({
      query: "SELECT count(), uniqExact(start) FROM cycle_starts WHERE tariff = 1",
      format: "JSONCompactEachRow",
    });
    const [row] = await result.json<[string, string]>();
    expect(row?.[0]).toBe(row?.[1]);
  });
});
