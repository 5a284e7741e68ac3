/**
 * How long a killed part takes until it does its work again: from its end to the first thing that only it can have done.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { openStore } from "../../api/store/client.ts";
import type { Installation, PartName } from "./installation.ts";
import { readStatus } from "./load/plan.ts";

/** A recovery that takes longer is not waited for, and counts as this long. */
export const RECOVERY_MS_MAX = 60_000;
const LOOK_MS = 25;

/** Recovery times by part. */
export type Recoveries = Map<string, number[]>;
/** What is told of one part's. */
export type RecoverySummary = { count: number; p50: number; p99: number; max: number };

/** Measures from now until the part works again. */
export async function timeRecovery(
  part: PartName | "worker",
  installation: Installation,
): Promise<number> {
  const startMs = Date.now();
  const isBack = await backSince(part, installation, startMs);
  while (Date.now() - startMs < RECOVERY_MS_MAX) {
    if (await isBack().catch(() => false)) break;
    await sleep(LOOK_MS);
  }
  return Math.min(RECOVERY_MS_MAX, Date.now() - startMs);
}

/** A summary of the times; percentiles by nearest rank. */
export function summaryOf(times: readonly number[]): RecoverySummary {
  const sorted = times.toSorted((a, b) => a - b);
  const rank = (share: number): number =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { count: sorted.length, p50: rank(0.5), p99: rank(0.99), max: rank(1) };
}

async function backSince(
  part: PartName | "worker",
  installation: Installation,
  startMs: number,
): Promise<() => Promise<boolean>> {
  const { direct, load } = installation;
  switch (part) {
    case "engine":
    case "worker":
    case "nats":
    case "gateway":
      // A durable acknowledgement needs all four.
      return async () => (readStatus(load)?.lastAckMs ?? 0) > startMs;
    case "api":
    case "postgres":
      return () => answers(`${direct.api}/v1/accounts?limit=1`, installation.vendorKey());
    case "store-writer":
    case "clickhouse": {
      const before = await writtenBlocks(direct.clickhouse).catch(() => undefined);
      if (before !== undefined)
        return async () => (await writtenBlocks(direct.clickhouse)) > before;
      return grows(() => writtenBlocks(direct.clickhouse));
    }
  }
}

/** Whether a count has grown since it could first be had. */
function grows(count: () => Promise<number>): () => Promise<boolean> {
  let first: number | undefined;
  return async () => {
    const now = await count();
    first ??= now;
    return now > first;
  };
}

async function answers(url: string, key: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(1_000) });
  await response.text();
  return response.status === 200;
}

async function writtenBlocks(url: string): Promise<number> {
  const client = openStore(url);
  try {
    const result = await client.query({
      query: "SELECT count() FROM written_blocks",
      format: "JSONCompactEachRow",
      abort_signal: AbortSignal.timeout(1_000),
    });
    const [row] = await result.json<[string]>();
    return Number(row?.[0] ?? 0);
  } finally {
    await client.close();
  }
}
