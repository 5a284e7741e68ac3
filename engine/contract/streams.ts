/**
 * Makes the JetStream streams where they are missing. Any role may come first.
 */
import {
  AckPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
} from "@nats-io/jetstream";
import { STREAMS } from "./subjects.ts";

/** Most bytes that a stream keeps; beyond it publishers are refused, never anything dropped. */
export const STREAM_BYTES_MAX = 8 * 1024 ** 3;
/** How long EVENTS keeps events for readers that resume: seven days. */
export const EVENTS_AGE_S_MAX = 604_800;
const NANOS = 1_000_000_000;

const SUBJECTS: Record<keyof typeof STREAMS, string> = {
  frames: "frame.>",
  commands: "cmd.>",
  events: "event.>",
  rated: "rated.>",
};

/** Makes all streams; settles at once where they are there. */
export async function ensureStreams(manager: JetStreamManager): Promise<void> {
  for (const [key, name] of Object.entries(STREAMS) as [keyof typeof STREAMS, string][]) {
    const keeps = key === "events";
    await manager.streams.add({
      name,
      subjects: [SUBJECTS[key]],
      storage: StorageType.File,
      retention: keeps ? RetentionPolicy.Limits : RetentionPolicy.Workqueue,
      discard: DiscardPolicy.New,
      max_bytes: STREAM_BYTES_MAX,
      max_age: keeps ? EVENTS_AGE_S_MAX * NANOS : 0,
    });
  }
}

/** How long a consumer's message may wait for its acknowledgement before it comes again. */
export const ACK_WAIT_S = 30;

/** JetStream's codes for a consumer whose subjects another one of the work queue takes: without filters, and with them. */
const OVERLAPS: readonly number[] = [10099, 10100];

/** What a consumer takes and how much of it; `replaces` names those that took its subjects before, and are deleted then. */
export type ConsumerShape = { filter?: string; pendingMax: number; replaces?: readonly string[] };

/** Makes a durable pull consumer of a work queue where it is missing. */
export async function ensureConsumer(
  manager: JetStreamManager,
  stream: string,
  name: string,
  options: ConsumerShape,
): Promise<void> {
  try {
    await addConsumer(manager, stream, name, options);
  } catch (error) {
    const { replaces = [] } = options;
    if (replaces.length === 0 || !isApiError(error, OVERLAPS)) throw error;
    for (const other of replaces) await dropConsumer(manager, stream, other);
    await addConsumer(manager, stream, name, options);
  }
}

async function addConsumer(
  manager: JetStreamManager,
  stream: string,
  name: string,
  options: ConsumerShape,
): Promise<void> {
  await manager.consumers.add(stream, {
    durable_name: name,
    // Work queues take no other policy.
    ack_policy: AckPolicy.Explicit,
    ack_wait: ACK_WAIT_S * NANOS,
    max_ack_pending: options.pendingMax,
    ...(options.filter === undefined ? {} : { filter_subject: options.filter }),
  });
}

async function dropConsumer(
  manager: JetStreamManager,
  stream: string,
  name: string,
): Promise<void> {
  try {
    await manager.consumers.delete(stream, name);
  } catch (error) {
    if (!isApiError(error, [JetStreamApiCodes.ConsumerNotFound])) throw error;
  }
}

const isApiError = (error: unknown, codes: readonly number[]): boolean =>
  error instanceof JetStreamApiError && codes.includes(error.code);
