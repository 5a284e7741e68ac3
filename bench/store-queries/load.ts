/**
 * Brings a fleet's readings into the store, by the store writer's own inserts.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { GROUP_ROWS_MAX, groupOf } from "../../api/store/group.ts";
import { INSERTS_MAX } from "../../api/store/group-queue.ts";
import { insertGroup } from "../../api/store/insert.ts";
import type { RatedBlock } from "../../api/store/rated-block.ts";
import type { Fleet } from "./fleet.ts";

/** Rows, and seconds from the first insert to the last answer. */
export type Loaded = { rows: number; seconds: number };

/** Inserts all readings of `steps` half-hours, in the order in which they would come. */
export async function loadFleet(
  client: ClickHouseClient,
  fleet: Fleet,
  steps: number,
  say: (line: string) => void,
): Promise<Loaded> {
  const started = performance.now();
  const underWay = new Set<Promise<void>>();
  let group: RatedBlock[] = [];
  let waiting = 0;
  let rows = 0;
  const flush = async (): Promise<void> => {
    if (underWay.size >= INSERTS_MAX) await Promise.race(underWay);
    const insert = insertGroup(client, groupOf("readings", group)).finally(() =>
      underWay.delete(insert),
    );
    underWay.add(insert);
    group = [];
    waiting = 0;
  };
  for (let step = 0; step < steps; step++) {
    for (const block of fleet.step(step)) {
      if (waiting + block.rows > GROUP_ROWS_MAX) await flush();
      group.push({ ...block, table: "readings", token: `${step}-${rows}`, isAgain: false });
      waiting += block.rows;
      rows += block.rows;
    }
    if (step % 1_000 === 999) say(`loaded ${(rows / 1e6).toFixed(1)} M readings`);
  }
  if (waiting > 0) await flush();
  await Promise.all(underWay);
  return { rows, seconds: (performance.now() - started) / 1_000 };
}
