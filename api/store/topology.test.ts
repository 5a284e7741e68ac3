import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "./client.ts";
import { MIGRATIONS, TABLES } from "./migrations.ts";
import { READINGS } from "./schema.ts";
import { type TestStore, withTestStore } from "./testing/server.ts";
import { clusterOf, createTable, SINGLE } from "./topology.ts";

const CLUSTER = clusterOf("metering");
const every = (topology = CLUSTER): string[] =>
  MIGRATIONS.flatMap(({ statements }) => statements(topology));

describe("the tables of a cluster", () => {
  it("are those of one server, replicated on each shard, behind a Distributed table of the plain name", () => {
    const [rows = "", spread = ""] = createTable(READINGS, CLUSTER);
    expect(rows).toMatch(/^CREATE TABLE IF NOT EXISTS readings_local ON CLUSTER 'metering' \(/);
    expect(rows).toContain(
      "ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}') " +
        "PARTITION BY toYYYYMM(`to`) ORDER BY (account, `to`, `from`) SETTINGS replicated_deduplication_window",
    );
    expect(spread).toBe(
      "CREATE TABLE IF NOT EXISTS readings ON CLUSTER 'metering' AS readings_local " +
        "ENGINE = Distributed('metering', currentDatabase(), 'readings_local', intHash64(account))",
    );
  });

  it("have the columns, order and partitions that one server's have", () => {
    const shape = (statement = ""): string =>
      statement
        .replace(/_local ON CLUSTER 'metering'/, "")
        .replace(/ENGINE = .*? PARTITION/, "ENGINE PARTITION")
        .replace(/(non_)?replicated_deduplication_window/, "window");
    for (const table of TABLES) {
      const [single] = createTable(table, SINGLE);
      const [local] = createTable(table, CLUSTER);
      expect(shape(local), table.name).toBe(shape(single));
    }
  });

  it("have a replicated and a Distributed one each, and views from local table to local table", () => {
    const statements = every();
    const having = (text: string): number =>
      statements.filter((statement) => statement.includes(text)).length;
    expect(having("ENGINE = Replicated")).toBe(TABLES.length);
    expect(having("ENGINE = Distributed")).toBe(TABLES.length);
    expect(statements.every((statement) => statement.includes("ON CLUSTER 'metering'"))).toBe(true);
    const views = statements.filter((statement) => statement.includes("MATERIALIZED VIEW"));
    expect(views.length).toBeGreaterThan(0);
    for (const view of views) expect(view).toMatch(/ TO \w+_local AS .* FROM \w+_local/);
  });

  it("of one server name no cluster", () => {
    for (const statement of every(SINGLE))
      expect(statement).not.toMatch(/ON CLUSTER|Distributed|Replicated|_local/);
  });
});

describe("ClickHouse", () => {
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

  it("reads every statement of a cluster", async () => {
    for (const query of every()) {
      const result = await client.query({
        query: "SELECT formatQuerySingleLine({query:String})",
        query_params: { query },
        format: "TabSeparated",
      });
      expect(await result.text()).toContain("ON CLUSTER metering");
    }
  });
});
