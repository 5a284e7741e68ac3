/**
 * What tables take on the disk, and when ClickHouse has done with merging.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import { ask } from "./server.ts";

const POLL_MS = 500;
/** Longest wait for merges. */
const MERGES_MS_MAX = 300_000;
/** Times in a row that no merge must be seen. */
const QUIET_POLLS = 4;

/** A table's size. */
export type Size = { table: string; rows: number; parts: number; bytes: number };

/** The sizes of the tables of readings. */
export async function sizesOf(client: ClickHouseClient): Promise<Size[]> {
  const rows = await ask<Record<keyof Size, string>>(
    client,
    "SELECT table, toString(sum(rows)) AS rows, toString(count()) AS parts, toString(sum(bytes_on_disk)) AS bytes FROM system.parts " +
      "WHERE active AND database = currentDatabase() AND startsWith(table, 'readings') GROUP BY table ORDER BY table",
  );
  return rows.map(({ table, rows: many, parts, bytes }) => ({
    table,
    rows: Number(many),
    parts: Number(parts),
    bytes: Number(bytes),
  }));
}

/** Settles when no merge has been under way for a while, as it is on a quiet installation. */
export async function settled(client: ClickHouseClient): Promise<void> {
  const until = Date.now() + MERGES_MS_MAX;
  for (let quiet = 0; quiet < QUIET_POLLS && Date.now() < until; ) {
    await sleep(POLL_MS);
    const [row] = await ask<{ n: string }>(
      client,
      "SELECT toString(count()) AS n FROM system.merges",
    );
    quiet = row?.n === "0" ? quiet + 1 : 0;
  }
}
