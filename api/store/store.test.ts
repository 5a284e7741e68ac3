import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, it } from "vitest";
import { type TestServers, withServers } from "../../engine/host/testing.ts";
import { openStore } from "./client.ts";
import { groupOf } from "./group.ts";
import { insertGroup } from "./insert.ts";
import { migrateStore } from "./migrate.ts";
import { expectWorld } from "./testing/expect-world.ts";
import { chance, makeWorld, shuffle, type World } from "./testing/world.ts";

let servers: TestServers;
let client: ClickHouseClient;

beforeAll(async () => {
  servers = await withServers({ clickhouse: true });
  client = openStore(servers.clickhouseUrl);
  await migrateStore(servers.clickhouseUrl);
});
afterAll(async () => {
  await client?.close();
  await servers?.stop();
});

describe("blocks in the store", () => {
  const world: World = makeWorld(7, 5, 500);

  it("count once in tables and roll-ups when they come twice, out of order, by parallel writers", async () => {
    const random = chance(11);
    const queue = shuffle([...world.blocks, ...world.blocks], random);
    const writers = Array.from({ length: 4 }, async () => {
      for (let block = queue.pop(); block !== undefined; block = queue.pop())
        await insertGroup(client, groupOf(block.table, [block]));
    });
    await Promise.all(writers);
    await expectWorld(client, world);
  });

  it("count the same after merges", async () => {
    for (const table of ["readings", "readings_by_hour", "readings_by_day", "charges_by_day"])
      await client.command({ query: `OPTIMIZE TABLE ${table} FINAL` });
    await expectWorld(client, world);
  });

  it("are not counted again when all come a third time after a merge", async () => {
    for (const block of world.blocks.slice(0, 40))
      await insertGroup(client, groupOf(block.table, [block]));
    await expectWorld(client, world);
  });
});
