/**
 * Whether readings are metered and vends are taken: PostgreSQL, NATS and the engine answer. The store is told of, but
 * metering and vending go on without it.
 */
import type { NatsConnection } from "@nats-io/transport-node";
import { sql } from "drizzle-orm";
import type { Checks, Readiness } from "./context.ts";
import type { EngineClient } from "./engine/client.ts";
import type { Queryable } from "./registry/database.ts";
import { crossing } from "./registry/isolation/scope.ts";

/** An answer serves all who ask within this time. */
const READINESS_MS = 500;
/** Longest wait for one part. */
const PART_WAIT_MS = 2_500;

/** What is asked. `store` rejects when it does not answer; `set` tells whether the first set-up is done. */
export type ReadinessParts = {
  db: Queryable;
  nats: NatsConnection;
  engine: EngineClient;
  shards: readonly number[];
  store: (() => Promise<void>) | undefined;
  isSetUp: () => boolean;
};

/** Makes the checks. */
export function makeChecks(parts: ReadinessParts): Checks {
  let latest: { atMs: number; readiness: Promise<Readiness> } | undefined;
  return () => {
    const nowMs = Date.now();
    if (latest === undefined || nowMs - latest.atMs >= READINESS_MS) {
      latest = { atMs: nowMs, readiness: check(parts) };
    }
    return latest.readiness;
  };
}

async function check(parts: ReadinessParts): Promise<Readiness> {
  const { db, nats, engine, shards, store, isSetUp } = parts;
  const answers = await Promise.all([
    part("postgresql", true, () => crossing("readiness", async () => db.execute(sql`select 1`))),
    part("nats", true, () => nats.flush()),
    part("engine", true, async () => {
      const silent = await engine.silentShards(shards);
      if (silent.length === 0) return;
      const told = silent.find(({ reason }) => reason !== undefined)?.reason;
      if (told !== undefined) throw new Error(told);
      throw new Error(`${silent.length} of ${shards.length} shards do not answer`);
    }),
    part("set-up", true, async () => {
      if (!isSetUp()) throw new Error("the simulated field is being registered");
    }),
    ...(store === undefined ? [] : [part("clickhouse", false, store)]),
  ]);
  const byName = Object.fromEntries(answers);
  return { ready: answers.every(([, { ok, needed }]) => ok || !needed), parts: byName };
}

type Part = [string, Readiness["parts"][string]];

async function part(name: string, needed: boolean, ask: () => Promise<unknown>): Promise<Part> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("does not answer in time")), PART_WAIT_MS);
  });
  try {
    await Promise.race([ask(), late]);
    return [name, { ok: true, needed }];
  } catch (error) {
    return [name, { ok: false, needed, detail: error instanceof Error ? firstLine(error) : "" }];
  } finally {
    clearTimeout(timer);
  }
}

/** A failed query's own message holds the query; what the driver said is told instead. */
function firstLine(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  return (cause.message.split("\n")[0] ?? "").slice(0, 200);
}
