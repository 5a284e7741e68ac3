/**
 * The broker's own speed: nats.js takes the same frames from a JetStream file stream and does nothing with them.
 *
 * Why it is fair: a server that may use all cores, one connection, thousands of messages asked for ahead, a callback in
 * place of an iterator, and the consumer's state in memory. With acknowledgements it owes the broker what our side owes it: a
 * work queue, each message acknowledged by itself. Without, it only reads a stream, as fast as nats.js can; nothing built on
 * it can be faster.
 */
import { AckPolicy, type JsMsg, jetstream, RetentionPolicy, StorageType } from "@nats-io/jetstream";
import type { FrameSet } from "../engine/fleet-frames.ts";
import { type Sample, timed } from "../harness/rounds.ts";
import type { Broker } from "../pipeline/broker.ts";

/** With acknowledgements, or without. */
export type RawMode = "acked" | "unacked";

const STREAMS: Record<RawMode, string> = { acked: "BENCH_ACKED", unacked: "BENCH_UNACKED" };
const RETENTION = { acked: RetentionPolicy.Workqueue, unacked: RetentionPolicy.Limits };
const ACKS = { acked: AckPolicy.Explicit, unacked: AckPolicy.None };
const AHEAD = 10_000;
const PENDING_MAX = 2 * AHEAD;

/** Makes the streams and their consumers. */
export async function openRaw(broker: Broker): Promise<void> {
  for (const mode of ["acked", "unacked"] as const) {
    await broker.manager.streams.add({
      name: STREAMS[mode],
      subjects: [`${mode}.>`],
      storage: StorageType.File,
      retention: RETENTION[mode],
    });
    await broker.manager.consumers.add(STREAMS[mode], {
      durable_name: "bench",
      ack_policy: ACKS[mode],
      mem_storage: true,
      ...(mode === "acked" ? { max_ack_pending: PENDING_MAX } : {}),
    });
  }
}

/** Takes frames once. */
export async function runRaw(broker: Broker, set: FrameSet, mode: RawMode): Promise<Sample> {
  await broker.manager.streams.purge(STREAMS[mode]);
  const messages = set.frames.map(({ shard, bytes }) => ({ subject: `${mode}.${shard}`, bytes }));
  await broker.fill(STREAMS[mode], messages);
  return timed(
    async (begin) => {
      await take(broker, mode, { wanted: messages.length, begin });
      return set.readings;
    },
    [broker.server.pid],
  );
}

async function take(
  broker: Broker,
  mode: RawMode,
  { wanted, begin }: { wanted: number; begin: () => void },
): Promise<void> {
  const consumer = await jetstream(broker.nats).consumers.get(STREAMS[mode], "bench");
  let seen = 0;
  let isAll: () => void = () => {};
  const all = new Promise<void>((done) => {
    isAll = done;
  });
  const isAcked = mode === "acked";
  const callback = (message: JsMsg): void => {
    if (isAcked) message.ack();
    seen += 1;
    if (seen === wanted) isAll();
  };
  begin();
  const messages = await consumer.consume({ max_messages: AHEAD, callback });
  await all;
  messages.stop();
}
