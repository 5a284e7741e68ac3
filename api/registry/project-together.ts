/**
 * A projection that takes events in groups, one transaction a group: of what arrives within a moment. For events that say the
 * same whatever is written with them; those whose order decides are read one at a time (projections.ts).
 */
import { type ConsumerMessages, type JsMsg, jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { type CloudEvent, cloudEvent } from "../../engine/contract/events.ts";
import { ensureConsumer, ensureStreams } from "../../engine/contract/streams.ts";
import { STREAMS } from "../../engine/contract/subjects.ts";
import type { Queryable } from "./database.ts";
import { crossing } from "./isolation/scope.ts";

/** Most events of one transaction. */
export const GROUP_EVENTS_MAX = 200;
/** How long one pull waits for events; a stream that is gone is noticed after it at the latest. */
const PULL_MS = 5_000;
const RETRY_MS = 1_000;
/**
 * How long an event waits for others, unless half a group is there. Nobody waits for what becomes of it, and a transaction for
 * each would be a third of the statements and syncs of the vend that it comes from.
 */
const COMPANY_MS = 100;

/** What takes a group: `project` writes all of its events, of any operators; the same event again changes nothing. */
export type Together = {
  durable: string;
  events: string;
  project: (tx: Queryable, events: readonly CloudEvent[]) => Promise<void>;
};

type Parts = {
  nats: NatsConnection;
  db: NodePgDatabase;
  signal: AbortSignal;
  onFault: (error: unknown) => void;
};
type Told = { message: JsMsg; event: CloudEvent };

/** Reads until it is stopped, or the stream is gone. */
export async function readTogether(parts: Parts, together: Together): Promise<void> {
  const { nats, signal } = parts;
  await ensureGroupConsumer(nats, together);
  const consumer = await jetstream(nats).consumers.get(STREAMS.events, together.durable);
  const arrived: JsMsg[] = [];
  let wake = (): void => {};
  const messages: ConsumerMessages = await consumer.consume({
    max_messages: GROUP_EVENTS_MAX,
    expires: PULL_MS,
    abort_on_missing_resource: true,
    callback: (message) => {
      arrived.push(message);
      wake();
    },
  });
  let isOver = false;
  /** Settles when so many have arrived, it is over, or the time is. */
  const arrival = (enough: number, waitMs?: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = waitMs === undefined ? undefined : setTimeout(resolve, waitMs);
      wake = () => {
        if (!isOver && arrived.length < enough) return;
        clearTimeout(timer);
        resolve();
      };
      wake();
    });
  const stop = (): void => {
    isOver = true;
    messages.stop();
    wake();
  };
  signal.addEventListener("abort", stop, { once: true });
  const closed = messages.closed().then(stop, stop);
  try {
    if (signal.aborted) stop();
    while (!isOver) {
      await arrival(1);
      await arrival(GROUP_EVENTS_MAX / 2, COMPANY_MS);
      // What is behind the group comes again with the next one: no more than a group is under way.
      const group = arrived.splice(0, GROUP_EVENTS_MAX);
      if (group.length > 0) await takeGroup(parts, together, group);
    }
  } finally {
    signal.removeEventListener("abort", stop);
    messages.stop();
  }
  await closed;
}

/** A consumer of an earlier version had one event under way. */
async function ensureGroupConsumer(nats: NatsConnection, { durable, events }: Together) {
  const manager = await jetstreamManager(nats);
  await ensureStreams(manager);
  const known = await manager.consumers.info(STREAMS.events, durable).catch(() => undefined);
  if (known === undefined) {
    const options = { filter: events, pendingMax: GROUP_EVENTS_MAX };
    await ensureConsumer(manager, STREAMS.events, durable, options);
  } else if (known.config.max_ack_pending !== GROUP_EVENTS_MAX) {
    const changed = { ...known.config, max_ack_pending: GROUP_EVENTS_MAX };
    await manager.consumers.update(STREAMS.events, durable, changed);
  }
}

/** One transaction for all of them; where that fails, one for each, so that none holds up the others. */
async function takeGroup(
  { db, onFault }: Pick<Parts, "db" | "onFault">,
  { project }: Pick<Together, "project">,
  group: readonly JsMsg[],
): Promise<void> {
  const told = group.flatMap((message) => toldBy(message, onFault));
  if (told.length === 0) return;
  const takeAll = (some: readonly Told[]): Promise<void> =>
    crossing("events", () =>
      db.transaction((tx) =>
        project(
          tx,
          some.map(({ event }) => event),
        ),
      ),
    );
  try {
    await takeAll(told);
    for (const { message } of told) message.ack();
    return;
  } catch (error) {
    if (told.length === 1) onFault(error);
  }
  for (const each of told) {
    try {
      await takeAll([each]);
      each.message.ack();
    } catch (error) {
      if (told.length > 1) onFault(error);
      each.message.nak(RETRY_MS);
    }
  }
}

function toldBy(message: JsMsg, onFault: Parts["onFault"]): Told[] {
  const event = cloudEvent.safeParse(jsonOf(message));
  if (event.success) return [{ message, event: event.data }];
  onFault(new Error(`what came on ${message.subject} is no event`, { cause: event.error }));
  message.term();
  return [];
}

function jsonOf(message: JsMsg): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}
