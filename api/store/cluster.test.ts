import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startNats } from "../../engine/host/nats.ts";
import type { Running } from "../../engine/host/running.ts";
import { temporaryFolder } from "../../engine/host/testing.ts";
import { openStore } from "./client.ts";
import { groupOf } from "./group.ts";
import { insertGroup } from "./insert.ts";
import { TABLES } from "./migrations.ts";
import { ALONE, settleGroup } from "./settle.ts";
import { PAIR, Pair } from "./testing/cluster.ts";
import { expectWorld } from "./testing/expect-world.ts";
import { Publisher } from "./testing/publish.ts";
import { chance, makeWorld } from "./testing/world.ts";
import { storedName } from "./topology.ts";
import { runStoreWriter } from "./writer-main.ts";

/** A store of two shards: each a real ClickHouse server, joined by `Distributed` tables. */

const data = temporaryFolder("cluster");
let pair: Pair;
let nats: Running;
let publisher: Publisher;

async function withClient<T>(url: string, work: (client: ClickHouseClient) => Promise<T>) {
  const client = openStore(url);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

async function one(url: string, query: string): Promise<string> {
  return withClient(url, async (client) => {
    const result = await client.query({ query, format: "TabSeparated" });
    return (await result.text()).trim();
  });
}

beforeAll(async () => {
  [pair, nats] = await Promise.all([
    Pair.start(data),
    startNats({ data, port: 0, access: "open" }),
  ]);
  publisher = await Publisher.open(nats.url);
});
beforeEach(async () => {
  for (const nth of [0, 1])
    await withClient(pair.urlOf(nth), async (client) => {
      for (const { name } of TABLES)
        await client.command({ query: `TRUNCATE TABLE ${storedName(name, PAIR)}` });
    });
});
afterAll(async () => {
  await publisher?.nats.close();
  await Promise.all([pair?.stop(), nats?.stop()]);
  rmSync(data, { recursive: true, force: true });
});

describe("a store of two shards", () => {
  it("shares rows out by account and reads as one", async () => {
    const world = makeWorld(51, 8, 200);
    await withClient(pair.url, async (client) => {
      for (const block of [...world.blocks, ...world.blocks.slice(0, 5)])
        await insertGroup(client, groupOf(block.table, [block]));
      await expectWorld(client, world);
    });
    const accounts = "SELECT count(DISTINCT account) FROM readings_local";
    const parts = [await one(pair.urlOf(0), accounts), await one(pair.urlOf(1), accounts)].map(
      Number,
    );
    expect(Math.min(...parts)).toBeGreaterThan(0);
    expect((parts[0] ?? 0) + (parts[1] ?? 0)).toBe(8);
  });

  it("is settled across both: rows and sums that one of them lost come back", async () => {
    const world = makeWorld(52, 6, 60);
    const groups = world.blocks.map((block) => groupOf(block.table, [block]));
    await withClient(pair.url, async (client) => {
      for (const group of groups) await insertGroup(client, group);
      await withClient(pair.urlOf(1), async (other) => {
        await other.command({ query: "TRUNCATE TABLE readings_local" });
        await other.command({ query: "TRUNCATE TABLE readings_by_day_local" });
      });
      await expect(expectWorld(client, world)).rejects.toThrow();
      for (const group of groups) await settleGroup(client, group, { ...ALONE, topology: PAIR });
      await expectWorld(client, world);
    });
  });

  it("loses and doubles nothing while its nodes are killed in turn under load", async () => {
    const world = makeWorld(53, 8, 600);
    const random = chance(53);
    const writer = await runStoreWriter(
      { natsUrl: nats.url, clickhouseUrl: pair.url, topology: PAIR },
      pino({ level: "silent" }),
    );
    const published = (async () => {
      for (const block of [...world.blocks, ...world.blocks.slice(0, 20)]) {
        await publisher.publish([block]);
        await sleep(40);
      }
    })();
    for (const killed of [[1], [0], [0, 1]]) {
      await sleep(150 + random(250));
      await Promise.all(killed.map((nth) => pair.killNode(nth)));
      await sleep(random(300));
      await Promise.all(killed.map((nth) => pair.startNode(nth)));
    }
    await published;
    await publisher.drained();
    await writer.close();
    await withClient(pair.url, (client) => expectWorld(client, world));
  });
});
