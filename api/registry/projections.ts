/**
 * Reads the engine's events from JetStream into the registry. Each is acknowledged after its transaction; one that fails
 * comes again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type ConsumerMessages, type JsMsg, jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { type CloudEvent, cloudEvent } from "../../engine/contract/events.ts";
import { ensureConsumer, ensureStreams } from "../../engine/contract/streams.ts";
import { STREAMS } from "../../engine/contract/subjects.ts";
import { takeEvents } from "../notifications/facts.ts";
import type { Queryable } from "./database.ts";
import { crossing, narrowToOwnerOf } from "./isolation/scope.ts";
import { projectModeEvent, projectReadingEvent } from "./move-projection.ts";
import { readTogether, type Together } from "./project-together.ts";
import { projectSupplyEvent } from "./supply-projection.ts";

/**
 * One projection: the durable consumer's name, which all api processes share, the events that it takes, and what becomes of
 * them. The same event again changes nothing.
 */
type Projection = {
  durable: string;
  events: string;
  project: (tx: Queryable, event: CloudEvent) => Promise<void>;
};

const PROJECTIONS: readonly Projection[] = [
  { durable: "registry-supply", events: "event.*.supply.>", project: projectSupplyEvent },
  { durable: "registry-readings", events: "event.*.reading.>", project: projectReadingEvent },
  { durable: "registry-modes", events: "event.*.mode.>", project: projectModeEvent },
];
/** An event is put down to be told; the order in which that is done says nothing. */
const NOTIFICATIONS: Together = {
  durable: "registry-notifications",
  events: "event.>",
  project: takeEvents,
};

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
  const parts = { nats, db, signal, onFault };
  const readAll = async (read: () => Promise<void>): Promise<void> => {
    while (!signal.aborted) {
      try {
        await read();
      } catch (error) {
        if (!signal.aborted) onFault(error);
      }
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  const done = [
    ...PROJECTIONS.map((projection) => readAll(() => readOn(parts, projection))),
    readAll(() => readTogether(parts, NOTIFICATIONS)),
  ];
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(done);
    },
  };
}

type Parts = {
  nats: NatsConnection;
  db: NodePgDatabase;
  signal: AbortSignal;
  onFault: (error: unknown) => void;
};

async function readOn(
  { nats, db, signal, onFault }: Parts,
  { durable, events, project }: Projection,
): Promise<void> {
  const manager = await jetstreamManager(nats);
  await ensureStreams(manager);
  await ensureConsumer(manager, STREAMS.events, durable, {
    filter: events,
    pendingMax: PENDING_MAX,
  });
  const consumer = await jetstream(nats).consumers.get(STREAMS.events, durable);
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
      await take(message, { db, onFault, project });
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
  { db, onFault, project }: Pick<Parts, "db" | "onFault"> & Pick<Projection, "project">,
): Promise<void> {
  const event = cloudEvent.safeParse(jsonOf(message));
  if (!event.success) {
    onFault(new Error(`what came on ${message.subject} is no event`, { cause: event.error }));
    message.term();
    return;
  }
  try {
    await crossing("events", () =>
      db.transaction(async (tx) => {
        // An event of an account that the registry does not know concerns nobody.
        if (!(await narrowToOwnerOf(tx, { accountId: event.data.data.account_id }))) return;
        await project(tx, event.data);
      }),
    );
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
