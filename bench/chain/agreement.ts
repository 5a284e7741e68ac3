/**
 * At the end of a run: the store must have what the readings must have cost, each reading once.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import type { JetStreamManager } from "@nats-io/jetstream";
import { balanceSumAt, FLEET_CREDIT_MICROS } from "../engine/fleet-frames.ts";
import { lagOf } from "./lag.ts";

const LOOK_MS = 100;
const DRAIN_MS = 120_000;

/** Waits until nothing is under way, then compares; `steps` counts the readings of each account. */
export async function storeMustAgree(
  client: ClickHouseClient,
  manager: JetStreamManager,
  { accounts, steps }: { accounts: number; steps: number },
): Promise<void> {
  const until = performance.now() + DRAIN_MS;
  for (;;) {
    const { frames, blocks } = await lagOf(manager);
    if (frames + blocks === 0) break;
    if (performance.now() > until)
      throw new Error(`${frames} frames and ${blocks} blocks are left after ${DRAIN_MS} ms`);
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
  const cost = BigInt(accounts) * FLEET_CREDIT_MICROS - balanceSumAt(accounts, steps - 1);
  const result = await client.query({
    query: "SELECT toString(sum(cost)) AS cost, toString(sum(last)) AS readings FROM readings",
    format: "JSONEachRow",
  });
  const [found] = await result.json<{ cost: string; readings: string }>();
  const wanted = `${cost} micros in ${accounts * steps} readings`;
  const told = `${found?.cost} micros in ${found?.readings} readings`;
  if (told !== wanted) throw new Error(`the store has ${told} in place of ${wanted}`);
}
