import { rmSync } from "node:fs";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startClickhouse } from "../../engine/host/clickhouse.ts";
import type { Running } from "../../engine/host/running.ts";
import { temporaryFolder } from "../../engine/host/testing.ts";
import { openStore } from "./client.ts";
import { groupOf, type RatedGroup } from "./group.ts";
import { insertGroup } from "./insert.ts";
import { migrateStore } from "./migrate.ts";
import { settleGroup } from "./settle.ts";
import { expectWorld } from "./testing/expect-world.ts";
import { chargeRow, ratedBlock, readingRow } from "./testing/rows.ts";
import { makeWorld, type World } from "./testing/world.ts";

const data = temporaryFolder("settle");
let server: Running;
let client: ClickHouseClient;
const world: World = makeWorld(3, 4, 300);

/** A block over the border of two months, with two equal rows. */
const last = [
  readingRow({ account: 2, from: 1_772_323_199, to: 1_772_323_200, quantity: 5, cost: 750 }),
  readingRow({ account: 2, from: 1_772_323_200, to: 1_772_323_201, quantity: 7, cost: 1_050 }),
  readingRow({ account: 3, verdict: 3 }),
  readingRow({ account: 3, verdict: 3 }),
];
const lastCharges = [chargeRow({ account: 2, at: 1_772_323_200, amount: 12, tariff: 1 })];
const readings: RatedGroup = groupOf("readings", [ratedBlock("readings", "last", last)]);
const charges: RatedGroup = groupOf("charges", [ratedBlock("charges", "last", lastCharges)]);
const all: World = {
  readings: [...world.readings, ...last],
  charges: [...world.charges, ...lastCharges],
  blocks: [],
};

async function start(port: number): Promise<void> {
  server = await startClickhouse({ data, port });
  client = openStore(server.url);
}

async function stop(): Promise<void> {
  await client?.close();
  await server?.stop();
}

beforeAll(async () => {
  await start(0);
  await migrateStore(server.url);
  for (const block of world.blocks) await insertGroup(client, groupOf(block.table, [block]));
});
afterAll(async () => {
  await stop();
  rmSync(data, { recursive: true, force: true });
});

/** Ends ClickHouse and takes away the parts that the insert of a block made, as if it had died before they were placed. */
async function loseParts(block: RatedGroup, tables: readonly string[]): Promise<void> {
  const parts = async (): Promise<string[]> => {
    const query = `SELECT path FROM system.parts WHERE active AND table IN ('${tables.join("','")}')`;
    const result = await client.query({ query, format: "TabSeparated" });
    return (await result.text()).split("\n").filter((line) => line !== "");
  };
  for (const table of tables) await client.command({ query: `SYSTEM STOP MERGES ${table}` });
  const before = new Set(await parts());
  await insertGroup(client, block);
  const made = (await parts()).filter((path) => !before.has(path));
  expect(made.length).toBeGreaterThan(0);
  const { port } = server;
  await stop();
  for (const path of made) rmSync(path, { recursive: true });
  await start(port);
}

describe("settling a block after ClickHouse was killed", () => {
  it("changes nothing where nothing is missing", async () => {
    for (const block of world.blocks.slice(0, 5))
      await settleGroup(client, groupOf(block.table, [block]));
    await expectWorld(client, world);
  });

  it("adds the rows whose token is known though they are not there", async () => {
    await loseParts(readings, ["readings"]);
    await insertGroup(client, readings);
    await expect(expectWorld(client, { ...all, charges: world.charges })).rejects.toThrow();
    await settleGroup(client, readings);
    await expectWorld(client, { ...all, charges: world.charges });
  });

  it("makes a roll-up whole that alone had lost its part", async () => {
    await loseParts(charges, ["charges_by_day"]);
    await insertGroup(client, charges);
    await settleGroup(client, charges);
    await expectWorld(client, all);
  });

  it("takes away what a roll-up has too much", async () => {
    await client.command({
      query: "INSERT INTO readings_by_hour SELECT * FROM readings_by_hour WHERE account = 2",
    });
    await settleGroup(client, readings);
    const result = await client.query({
      query:
        "SELECT sum(quantity) FROM readings_by_hour WHERE account = 2 AND hour BETWEEN toDateTime(1772319600, 'UTC') AND toDateTime(1772323200, 'UTC')",
      format: "TabSeparated",
    });
    const hours = all.readings.filter(
      ({ account, to }) =>
        account === 2n && (to ?? 0n) > 1_772_319_600n && (to ?? 0n) <= 1_772_326_800n,
    );
    const sum = hours.reduce((total, { quantity }) => total + (quantity ?? 0n), 0n);
    expect((await result.text()).trim()).toBe(String(sum));
  });

  it("takes a block at either end of time", async () => {
    const block = ratedBlock("readings", "ends", [
      readingRow({ account: 9, from: 0, to: 0, verdict: 5 }),
      readingRow({ account: 9, from: 0, to: 0xffff_ffff, verdict: 8 }),
    ]);
    const ends = groupOf("readings", [block]);
    await insertGroup(client, ends);
    await settleGroup(client, ends);
    const rows = await client.query({
      query: "SELECT count(), sum(last) FROM readings WHERE account = 9",
      format: "TabSeparated",
    });
    expect((await rows.text()).trim()).toBe("2\t2");
    const hours = await client.query({
      query:
        "SELECT toUInt32(hour), sum(readings) FROM readings_by_hour WHERE account = 9 GROUP BY hour ORDER BY hour",
      format: "TabSeparated",
    });
    expect((await hours.text()).trim()).toBe("0\t1\n4294965600\t1");
  });
});
