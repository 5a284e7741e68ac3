/**
 * For tests: what the engine itself says that it credited, or took back, account by account, by its `vend.applied` and
 * `vend.reversed` events.
 */
import { DeliverPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { STREAMS } from "../../engine/contract/subjects.ts";

/** Longest wait for events that the engine has yet to publish. */
const WAIT_MS = 10_000;

/** Credits of an account: how many, and their sum in micros. */
export type Credits = { count: number; micros: bigint };

type Told = { id: string; data: { account_id: string; amount_micros: string } };

/**
 * All credits ever, by account, when there are so many at least, or after a while. An event that came more than once counts
 * once.
 */
export async function creditsByEvents(
  nats: NatsConnection,
  atLeast = 0,
  kind: "applied" | "reversed" = "applied",
): Promise<Map<string, Credits>> {
  const events = `event.*.vend.${kind}`;
  const until = performance.now() + WAIT_MS;
  let pending = await eventsIn(nats, events);
  while (pending < atLeast && performance.now() < until) {
    await new Promise((done) => setTimeout(done, 50));
    pending = await eventsIn(nats, events);
  }
  const credits = new Map<string, Credits>();
  if (pending === 0) return credits;
  const consumer = await jetstream(nats).consumers.get(STREAMS.events, {
    filter_subjects: events,
    deliver_policy: DeliverPolicy.All,
  });
  const seen = new Set<string>();
  const messages = await consumer.consume();
  const timer = setTimeout(() => messages.stop(), WAIT_MS);
  let left = pending;
  for await (const message of messages) {
    const { id, data } = message.json<Told>();
    if (!seen.has(id)) {
      seen.add(id);
      const { count, micros } = credits.get(data.account_id) ?? { count: 0, micros: 0n };
      credits.set(data.account_id, {
        count: count + 1,
        micros: micros + BigInt(data.amount_micros),
      });
    }
    left -= 1;
    if (left <= 0) break;
  }
  clearTimeout(timer);
  return credits;
}

async function eventsIn(nats: NatsConnection, events: string): Promise<number> {
  const manager = await jetstreamManager(nats);
  const { state } = await manager.streams.info(STREAMS.events, { subjects_filter: events });
  return Object.values(state.subjects ?? {}).reduce((sum, each) => sum + each, 0);
}
