/**
 * Brings events from EVENTS into the store. The same event again is the same row, of which one is kept; so what is not
 * acknowledged is simply inserted again, also by another writer.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import { type JetStreamManager, type JsMsg, jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { ensureConsumer } from "../../engine/contract/streams.ts";
import { STREAMS } from "../../engine/contract/subjects.ts";
import { EVENT_COLUMNS, type EventRow, parseEvent } from "./event-rows.ts";
import { RETRY_MS_MAX } from "./group-writer.ts";
import type { Refusal } from "./refusal.ts";
import { EVENTS } from "./schema.ts";

/** The durable consumer's name. */
export const EVENTS_CONSUMER = "store-events";
/** Most events of one insert. */
export const EVENTS_AT_ONCE_MAX = 4_096;
/** How long events wait for others. */
const COMPANY_MS = 1_000;
const RETRY_MS_FIRST = 200;

/** What the consumer works with. `trouble` is told of what fails again when it is tried once more. */
export type EventParts = {
  client: ClickHouseClient;
  closing: AbortSignal;
  inserted(events: number): void;
  refuse(refusal: Refusal): Promise<boolean>;
  trouble(error: unknown): void;
};

/** Consumes until `closing`. */
export async function consumeEvents(nats: NatsConnection, parts: EventParts): Promise<void> {
  const { closing, trouble } = parts;
  let failures = 0;
  while (!closing.aborted && !nats.isClosed()) {
    try {
      await takeSome(nats, parts, () => {
        failures = 0;
      });
    } catch (error) {
      failures += 1;
      // A busy machine misses the server's heartbeats now and then, which the next attempt mends.
      if (failures > 1) trouble(error);
      const waitMs = Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** (failures - 1));
      await sleep(waitMs, undefined, { signal: closing }).catch(() => undefined);
    }
  }
}

/** Events that are not in the store yet. Rejects when NATS does not tell. */
export async function eventsLag(manager: JetStreamManager): Promise<number> {
  const info = await manager.consumers.info(STREAMS.events, EVENTS_CONSUMER);
  return info.num_pending + info.num_ack_pending;
}

/** Takes events until `closing`; `fetched` is told each time that the server has answered and what came is in the store. */
async function takeSome(
  nats: NatsConnection,
  parts: EventParts,
  fetched: () => void,
): Promise<void> {
  const manager = await jetstreamManager(nats);
  await ensureConsumer(manager, STREAMS.events, EVENTS_CONSUMER, {
    pendingMax: 2 * EVENTS_AT_ONCE_MAX,
  });
  const consumer = await jetstream(nats).consumers.get(STREAMS.events, EVENTS_CONSUMER);
  while (!parts.closing.aborted) {
    const messages = await consumer.fetch({
      max_messages: EVENTS_AT_ONCE_MAX,
      expires: COMPANY_MS,
    });
    const stop = (): void => messages.stop();
    parts.closing.addEventListener("abort", stop, { once: true });
    const taken: JsMsg[] = [];
    for await (const message of messages) taken.push(message);
    parts.closing.removeEventListener("abort", stop);
    if (taken.length > 0) await store(taken, parts);
    fetched();
  }
}

async function store(messages: readonly JsMsg[], parts: EventParts): Promise<void> {
  const rows: EventRow[] = [];
  const done: JsMsg[] = [];
  for (const message of messages) {
    const parsed = parseEvent(message.string());
    if (parsed.ok) rows.push(parsed.row);
    const { subject, seq, data } = message;
    const refusal = { subject, seq, table: EVENTS.name, token: String(seq), data };
    if (parsed.ok || (await parts.refuse({ ...refusal, reason: parsed.reason })))
      done.push(message);
  }
  if (rows.length > 0) await insertEvents(parts.client, rows);
  for (const message of done) message.ack();
  parts.inserted(rows.length);
}

/** Inserts rows of events; once more does no harm. */
export async function insertEvents(
  client: ClickHouseClient,
  rows: readonly EventRow[],
): Promise<void> {
  await client.insert({
    table: EVENTS.name,
    columns: EVENT_COLUMNS as [string, ...string[]],
    values: rows,
    format: "JSONCompactEachRow",
    // A repeat must reach the tables: the insert before it may have got only to the first of them.
    clickhouse_settings: {
      async_insert: 0,
      insert_deduplicate: 0,
      distributed_foreground_insert: 1,
      max_partitions_per_insert_block: "0",
    },
  });
}
