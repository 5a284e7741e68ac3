/**
 * Keeps a writer that is no more from writing: an insert of it may still be on its way when its successor has looked at what
 * is in the store. So each writer puts its name into `writers` first, and each insert says whose it is: ClickHouse refuses
 * it when a later name is there. ClickHouse lists an insert among its processes before it looks at the names; so whoever has
 * put down a name and then seen no insert under way knows that none of an earlier writer can follow.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import type { Topology } from "./topology.ts";
import { WRITERS } from "./writer-tables.ts";

/** What the query ids of the writers' inserts begin with. */
export const INSERT_MARK = "drawdown-store-";

const ENDED_POLL_MS = 100;
const ENDED_POLLS_MAX = 300;
/** ClickHouse's code for a condition that a statement itself has set. */
const THROWN = "395";
const FENCED = "another store writer has taken over";

/** What a writer's inserts are guarded by. `OPEN` guards nothing. */
export type Fence = {
  isOpen: boolean;
  /** A selection that is refused when its writer is no longer the newest. */
  guard(select: string): string;
};

/** No guard: for whoever writes without a rival. */
export const OPEN: Fence = { isOpen: true, guard: (select) => select };

/** Another writer has taken over: this one has to end. */
export class FencedError extends Error {
  readonly code = "store_writer_fenced";
}

/** Takes over from all earlier writers: none of their inserts begins any more. Rejects when ClickHouse does not answer. */
export async function takeOver(client: ClickHouseClient): Promise<Fence> {
  const writer = randomUUID();
  await client.command({
    query:
      `INSERT INTO ${WRITERS.name} (epoch, writer) SELECT max(epoch) + 1, {writer:String} ` +
      `FROM ${WRITERS.name}`,
    query_params: { writer },
    clickhouse_settings: {
      async_insert: 0,
      insert_deduplicate: 0,
      distributed_foreground_insert: 1,
    },
  });
  // Names are made here and have no character that would need quoting.
  const newest = `(SELECT argMax(writer, (epoch, writer)) FROM ${WRITERS.name})`;
  return {
    isOpen: false,
    guard: (select) =>
      `SELECT * FROM (${select}) WHERE NOT throwIf(${newest} != '${writer}', '${FENCED}')`,
  };
}

/** Whether an error of ClickHouse says that the writer is no longer the newest. */
export function isFenced(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as NodeJS.ErrnoException).code === THROWN && error.message.includes(FENCED);
}

/** Settles when no writer's insert is under way: ClickHouse may be at one whose sender is gone or gave up waiting. */
export async function insertsEnded(client: ClickHouseClient, { cluster }: Topology): Promise<void> {
  const processes =
    cluster === "" ? "system.processes" : `clusterAllReplicas('${cluster}', system.processes)`;
  for (let polls = 0; polls < ENDED_POLLS_MAX; polls++) {
    const result = await client.query({
      query: `SELECT count() FROM ${processes} WHERE startsWith(initial_query_id, {mark:String})`,
      query_params: { mark: INSERT_MARK },
      format: "JSONCompactEachRow",
    });
    const [row] = await result.json<[string]>();
    if (Number(row?.[0] ?? 0) === 0) return;
    await sleep(ENDED_POLL_MS);
  }
  throw new Error("an earlier insert into ClickHouse does not end: look at system.processes");
}
