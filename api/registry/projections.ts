/**
 * Reads the engine's events from JetStream into the registry. Each is acknowledged after its transaction; one that fails
 * comes again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type ConsumerMessages, type JsMsg, jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { cloudEvent } from "../../engine/contract/events.ts";
import { ensureConsumer, ensureStreams } from "../../engine/contract/streams.ts";
import { STREAMS } from "../../engine/contract/subjects.ts";
import { projectSupplyEvent } from "./supply-projection.ts";

/** The durable consumer's name: all api processes share it. */
const PROJECTION = "registry-supply";
const SUPPLY_EVENTS = "event.*.supply.>";
/** Most events that are under way to this process. One at a time, so that those of an account keep their order. */
const PENDING_MAX = 1;
const RETRY_MS = 1_000;
/** How long one pull waits for events; a stream that is gone is noticed after it at the latest. */
const PULL_MS = 5_000;

/** The running projections. */
export type Projections = { stop(): Promise<void> };

/** Starts reading. `onFault` is told of whatever keeps an event from being taken. */
export function startProjections(
  nats: NatsConnection,
  db: NodePgDatabase,
  onFault: (error: unknown) => void,
): Projections {
  const stopping = new AbortController();
  const { signal } = stopping;
  const done = (async () => {
    while (!signal.aborted) {
      try {
        await readOn(nats, db, signal, onFault);
      } catch (error) {
        if (!signal.aborted) onFault(error);
      }
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}

async function readOn(
  nats: NatsConnection,
  db: NodePgDatabase,
  signal: AbortSignal,
  onFault: (error: unknown) => void,
): Promise<void> {
  const manager = await jetstreamManager(nats);
  await ensureStreams(manager);
  await ensureConsumer(manager, STREAMS.events, PROJECTION, {
    filter: SUPPLY_EVENTS,
    pendingMax: PENDING_MAX,
  });
  const consumer = await jetstream(nats).consumers.get(STREAMS.events, PROJECTION);
  const messages: ConsumerMessages = await consumer.consume({
    max_messages: PENDING_MAX,
    expires: PULL_MS,
    // A broker that lost its store ends the iteration; the next one makes the stream's consumer anew.
    abort_on_missing_resource: true,
  });
  const stop = (): void => messages.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (signal.aborted) return;
    for await (const message of messages) {
      await take(message, db, onFault);
      if (signal.aborted) return;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    // Not close(): that waits for an iteration to end, which has never begun when the signal came first.
    messages.stop();
  }
}

async function take(
  message: JsMsg,
  db: NodePgDatabase,
  onFault: (error: unknown) => void,
): Promise<void> {
  const event = cloudEvent.safeParse(jsonOf(message));
  if (!event.success) {
    onFault(new Error(`what came on ${message.subject} is no event`, { cause: event.error }));
    message.term();
    return;
  }
  try {
    await db.transaction((tx) => projectSupplyEvent(tx, event.data));
    message.ack();
  } catch (error) {
    onFault(error);
    message.nak(RETRY_MS);
  }
}

function jsonOf(message: JsMsg): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}
