import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, it } from "vitest";
import { openStore } from "./client.ts";
import { groupOf } from "./group.ts";
import { insertGroup } from "./insert.ts";
import { ROLLUPS } from "./rollups.ts";
import { expectWorld } from "./testing/expect-world.ts";
import { type TestStore, withTestStore } from "./testing/server.ts";
import { chance, makeWorld, shuffle, type World } from "./testing/world.ts";

let store: TestStore;
let client: ClickHouseClient;

beforeAll(async () => {
  store = await withTestStore();
  client = openStore(store.url);
});
afterAll(async () => {
  await client?.close();
  await store?.stop();
});

describe("blocks in the store", () => {
  const world: World = makeWorld(7, 4, 300);

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
    for (const table of ["readings", "charges", ...ROLLUPS.map(({ table }) => table)])
      await client.command({ query: `OPTIMIZE TABLE ${table} FINAL` });
    await expectWorld(client, world);
  });

  it("are not counted again when all come a third time after a merge", async () => {
    for (const block of world.blocks.slice(0, 12))
      await insertGroup(client, groupOf(block.table, [block]));
    await expectWorld(client, world);
  });
});
