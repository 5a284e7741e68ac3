/**
 * For tests: a ClickHouse with an empty store of its own. It is the one that DRAWDOWN_TEST_CLICKHOUSE_URL names, in a database
 * that is dropped afterwards, or an embedded one.
 */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { startClickhouse } from "../../../engine/host/clickhouse.ts";
import { temporaryFolder } from "../../../engine/host/testing.ts";
import { databaseOf, openStore } from "../client.ts";
import { migrateStore } from "../migrate.ts";

/** The variable that names an external server: `http://user:password@host:port`. */
export const TEST_CLICKHOUSE = "DRAWDOWN_TEST_CLICKHOUSE_URL";

/** The store's address, and its end. */
export type TestStore = { url: string; stop(): Promise<void> };

/** Starts it, its tables made. */
export async function withTestStore(): Promise<TestStore> {
  const external = process.env[TEST_CLICKHOUSE] ?? "";
  const store = external === "" ? await embedded() : databaseIn(external);
  await migrateStore(store.url);
  return store;
}

async function embedded(): Promise<TestStore> {
  const data = temporaryFolder("store");
  const server = await startClickhouse({ data, port: 0 });
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(data, { recursive: true, force: true });
  };
  return { url: server.url, stop };
}

function databaseIn(external: string): TestStore {
  const url = new URL(external);
  url.pathname = `/drawdown_test_${randomUUID().replaceAll("-", "")}`;
  const stop = async (): Promise<void> => {
    const client = openStore(url.href, "default");
    await client.command({ query: `DROP DATABASE IF EXISTS ${databaseOf(url.href)} SYNC` });
    await client.close();
  };
  return { url: url.href, stop };
}
