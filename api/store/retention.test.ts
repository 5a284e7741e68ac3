import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startClickhouse } from "../../engine/host/clickhouse.ts";
import type { Running } from "../../engine/host/running.ts";
import { temporaryFolder } from "../../engine/host/testing.ts";
import { openStore } from "./client.ts";
import { OPEN } from "./fence.ts";
import { groupOf } from "./group.ts";
import { insertGroup } from "./insert.ts";
import { migrateStore } from "./migrate.ts";
import { applyRetention, KEEP_ALL, retentionOf } from "./retention.ts";
import { settleGroup } from "./settle.ts";
import { ratedBlock, readingRow } from "./testing/rows.ts";
import { SINGLE } from "./topology.ts";

describe("what the settings say of keeping", () => {
  it("is nothing at all unless somebody said so", () => {
    for (const { ttl, policy } of retentionOf(KEEP_ALL)) expect([ttl, policy]).toEqual(["", ""]);
  });

  it("is a time for readings, one for sums, one for events", () => {
    const all = retentionOf({
      ...KEEP_ALL,
      keepDays: 400,
      rollupKeepDays: 3_650,
      eventsKeepDays: 90,
    });
    const of = (name: string) => all.find(({ table }) => table === name)?.ttl;
    expect(of("readings")).toBe("to + toIntervalDay(400)");
    expect(of("charges")).toBe("at + toIntervalDay(400)");
    expect(of("readings_by_cycle")).toBe("cycle + toIntervalDay(3650)");
    expect(of("vends")).toBe("at + toIntervalDay(90)");
  });

  it("is refused where rows are to move and nobody said where", () => {
    expect(() => retentionOf({ ...KEEP_ALL, coldDays: 30 })).toThrow(/DRAWDOWN_STORE_POLICY/);
  });
});

describe("a store that keeps rows for some time", () => {
  const data = temporaryFolder("retention");
  let server: Running;
  let client: ClickHouseClient;
  const nowS = Math.floor(Date.now() / 1_000);
  const reading = (ageDays: number, token: string) => {
    const to = nowS - ageDays * 86_400;
    const row = readingRow({ account: 1, from: to - 900, to, quantity: 5, cost: 700 });
    return groupOf("readings", [ratedBlock("readings", token, [row])]);
  };
  const ask = async (query: string): Promise<string> => {
    const result = await client.query({ query, format: "TabSeparated" });
    return (await result.text()).trim();
  };

  beforeAll(async () => {
    const folder = join(data, "clickhouse");
    mkdirSync(join(folder, "config.d"), { recursive: true });
    const cold = join(folder, "cold/");
    writeFileSync(
      join(folder, "config.d", "storage.xml"),
      `<clickhouse><storage_configuration><disks><slow><path>${cold}</path></slow></disks><policies><tiered><volumes>` +
        "<default><disk>default</disk></default><cold><disk>slow</disk></cold></volumes></tiered></policies></storage_configuration></clickhouse>\n",
    );
    server = await startClickhouse({ data, port: 0 });
    client = openStore(server.url);
    await migrateStore(server.url);
  });
  afterAll(async () => {
    await client?.close();
    await server?.stop();
    rmSync(data, { recursive: true, force: true });
  });

  it("is told once, and told again only when the settings change", async () => {
    const retention = { ...KEEP_ALL, keepDays: 100, coldDays: 50, policy: "tiered" };
    expect(await applyRetention(client, retention, SINGLE)).not.toEqual([]);
    expect(await applyRetention(client, retention, SINGLE)).toEqual([]);
    const changed = { ...retention, keepDays: 200, eventsKeepDays: 30 };
    expect((await applyRetention(client, changed, SINGLE)).length).toBeGreaterThan(2);
    expect(await applyRetention(client, changed, SINGLE)).toEqual([]);
  });

  it("drops what is too old, moves what is old, and keeps its sums", async () => {
    const groups = [reading(300, "gone"), reading(120, "cold"), reading(1, "hot")];
    for (const group of groups) await insertGroup(client, group);
    await client.command({ query: "OPTIMIZE TABLE readings FINAL" });
    await expect
      .poll(
        () =>
          ask(
            "SELECT disk_name, sum(rows) FROM system.parts WHERE table = 'readings' AND active GROUP BY disk_name ORDER BY disk_name",
          ),
        { timeout: 10_000 },
      )
      .toBe("default\t1\nslow\t1");
    expect(await ask("SELECT sum(quantity) FROM readings_by_day")).toBe("15");
  });

  it("takes no sum away when a block is settled whose neighbours are gone", async () => {
    const side = { fence: OPEN, topology: SINGLE, keepDays: 200 };
    await settleGroup(client, reading(300, "late"), side);
    expect(await ask("SELECT sum(quantity) FROM readings_by_day")).toBe("20");
    await settleGroup(client, reading(1, "hot"), side);
    expect(await ask("SELECT sum(quantity) FROM readings_by_day")).toBe("20");
  });

  it("keeps all again when nothing is said any more", async () => {
    await applyRetention(client, { ...KEEP_ALL, policy: "tiered" }, SINGLE);
    expect(await ask("SELECT engine_full FROM system.tables WHERE name = 'readings'")).not.toMatch(
      /TTL/,
    );
    expect(await applyRetention(client, { ...KEEP_ALL, policy: "tiered" }, SINGLE)).toEqual([]);
  });
});
