/**
 * A ClickHouse of the bench's own with the product's schema, in a temporary folder that is gone afterwards.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import { openStore } from "../../api/store/client.ts";
import { migrateStore } from "../../api/store/migrate.ts";
import { startClickhouse } from "../../engine/host/clickhouse.ts";
import { asSkip } from "../harness/skip.ts";

/** Does the work with the store's client. Throws a SkipError where ClickHouse can't be had. */
export async function withStore<T>(work: (client: ClickHouseClient) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "drawdown-bench-"));
  const server = await asSkip(startClickhouse({ data: folder, port: 0 }));
  const client = openStore(server.url);
  try {
    await migrateStore(server.url);
    return await work(client);
  } finally {
    await client.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The rows that a question is answered with. */
export async function ask<Row>(client: ClickHouseClient, query: string): Promise<Row[]> {
  const result = await client.query({ query, format: "JSONEachRow" });
  return (await result.json()) as Row[];
}
