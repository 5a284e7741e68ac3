/**
 * Brings the store up to date.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { databaseOf, openStore } from "./client.ts";
import { MIGRATIONS, type Migration } from "./migrations.ts";
import { onCluster, SINGLE, type Topology } from "./topology.ts";

/** Each server keeps its own: on a cluster the tables are made on all at once, or each server is told by itself. */
const applied = (topology: Topology): string =>
  `CREATE TABLE IF NOT EXISTS migrations${onCluster(topology)} (number UInt32, name String, ` +
  "at DateTime('UTC') DEFAULT now()) ENGINE = ReplacingMergeTree ORDER BY number";

/** A store whose schema is newer than this program knows. */
export class StoreTooNewError extends Error {
  readonly code = "store_too_new";
}

/** Makes the database where it is missing and applies what was not applied yet. Rejects when ClickHouse does not answer. */
export async function migrateStore(
  url: string,
  migrations: readonly Migration[] = MIGRATIONS,
  topology: Topology = SINGLE,
): Promise<void> {
  await makeDatabase(url, topology);
  const client = openStore(url);
  try {
    await client.command({ query: applied(topology) });
    const done = await appliedNumbers(client);
    const newest = migrations.at(-1)?.number ?? 0;
    const ahead = Math.max(0, ...done);
    if (ahead > newest) {
      throw new StoreTooNewError(
        `the store has migration ${ahead}, this program knows ${newest}: run the version that made it, or a later one`,
      );
    }
    for (const migration of migrations) {
      if (!done.has(migration.number)) await apply(client, migration, topology);
    }
  } finally {
    await client.close();
  }
}

/** Asks first, so that a user without the right to make databases can use one that is there. */
async function makeDatabase(url: string, topology: Topology): Promise<void> {
  const client = openStore(url, "default");
  const name = databaseOf(url);
  try {
    const found = await client.query({
      query: "SELECT name FROM system.databases WHERE name = {name:String}",
      query_params: { name },
      format: "JSONEachRow",
    });
    if ((await found.json()).length === 0)
      await client.command({
        query: `CREATE DATABASE IF NOT EXISTS ${name}${onCluster(topology)}`,
      });
  } finally {
    await client.close();
  }
}

async function appliedNumbers(client: ClickHouseClient): Promise<Set<number>> {
  const result = await client.query({
    query: "SELECT DISTINCT number FROM migrations",
    format: "JSONEachRow",
  });
  const rows = await result.json<{ number: number }>();
  return new Set(rows.map(({ number }) => number));
}

async function apply(
  client: ClickHouseClient,
  { number, name, statements }: Migration,
  topology: Topology,
): Promise<void> {
  for (const query of statements(topology)) await client.command({ query });
  await client.insert({ table: "migrations", values: [{ number, name }], format: "JSONEachRow" });
}
