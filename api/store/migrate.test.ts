import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RATED_TABLES, type RatedTable } from "../../engine/contract/rated.ts";
import { type TestServers, withServers } from "../../engine/host/testing.ts";
import { databaseOf, openStore } from "./client.ts";
import { groupOf } from "./group.ts";
import { insertGroup } from "./insert.ts";
import { migrateStore, StoreTooNewError } from "./migrate.ts";
import { MIGRATIONS, type Migration } from "./migrations.ts";
import { expectWorld } from "./testing/expect-world.ts";
import { makeWorld } from "./testing/world.ts";

let servers: TestServers;
let url: string;

beforeAll(async () => {
  servers = await withServers({ clickhouse: true });
  // A database that is not there yet.
  url = servers.clickhouseUrl.replace(/\/drawdown$/, "/elsewhere");
});
afterAll(() => servers?.stop());

async function ask(query: string): Promise<string[]> {
  const client = openStore(url);
  try {
    const result = await client.query({ query, format: "TabSeparated" });
    return (await result.text()).split("\n").filter((line) => line !== "");
  } finally {
    await client.close();
  }
}

describe("migrations of the store", () => {
  it("make the database and the tables with exactly the columns of rated blocks", async () => {
    await migrateStore(url);
    for (const table of Object.keys(RATED_TABLES) as RatedTable[]) {
      const columns = await ask(
        `SELECT name, type FROM system.columns WHERE database = 'elsewhere' AND table = '${table}' ORDER BY position`,
      );
      expect(columns.map((line) => line.replaceAll("\\'", "'"))).toEqual(
        RATED_TABLES[table].map(({ name, type }) => `${name}\t${type}`),
      );
    }
  });

  it("take over a store of the first version with all that is in it", async () => {
    const old = servers.clickhouseUrl.replace(/\/drawdown$/, "/older");
    const world = makeWorld(71, 3, 200);
    await migrateStore(old, MIGRATIONS.slice(0, 1));
    const client = openStore(old);
    try {
      for (const block of world.blocks) await insertGroup(client, groupOf(block.table, [block]));
      await migrateStore(old);
      await expectWorld(client, world);
      const more = makeWorld(72, 3, 100);
      for (const block of more.blocks) {
        const token = `more-${block.token}`;
        await insertGroup(client, groupOf(block.table, [{ ...block, token }]));
      }
      await expectWorld(client, {
        readings: [...world.readings, ...more.readings],
        charges: [...world.charges, ...more.charges],
        blocks: [],
      });
    } finally {
      await client.close();
    }
  });

  it("are applied once, also by several at a time", async () => {
    const next: Migration = {
      number: MIGRATIONS.length + 1,
      name: "next",
      statements: () => [
        "CREATE TABLE IF NOT EXISTS counted (n UInt8) ENGINE = MergeTree ORDER BY n",
        "INSERT INTO counted VALUES (1)",
      ],
    };
    await migrateStore(url, [...MIGRATIONS, next]);
    await Promise.all(Array.from({ length: 3 }, () => migrateStore(url, [...MIGRATIONS, next])));
    expect(await ask("SELECT count() FROM counted")).toEqual(["1"]);
    const all = [...MIGRATIONS, next].map(({ number }) => String(number));
    expect(await ask("SELECT number FROM migrations FINAL ORDER BY number")).toEqual(all);
  });

  it("refuse a store that is newer than the program", async () => {
    await expect(migrateStore(url)).rejects.toThrow(StoreTooNewError);
  });
});

describe("the URL of the store", () => {
  it.each([
    ["http://user:word@host:8123/readings", "readings"],
    ["http://host:8123", "drawdown"],
    ["https://host/", "drawdown"],
  ])("%s means its database", (given, database) => {
    expect(databaseOf(given)).toBe(database);
  });

  it("may hold no other name than a plain one", () => {
    expect(() => databaseOf("http://host/a;b")).toThrow(/plain database name/);
  });
});
