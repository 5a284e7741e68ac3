/**
 * The store writer's durable consumer of RATED: opened again whenever it breaks, never more messages in hand than can
 * be held, and each message kept from coming again while it is in hand.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type ConsumerMessages,
  type JetStreamManager,
  type JsMsg,
  jetstream,
  jetstreamManager,
} from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { ACK_WAIT_S, ensureConsumer, ensureStreams } from "../../engine/contract/streams.ts";
import { STREAMS } from "../../engine/contract/subjects.ts";

/** The durable consumer's name. */
export const STORE_CONSUMER = "store-writer";
/** Most messages in hand; at most 1 MiB each. */
export const IN_HAND_MAX = 64;
const REOPEN_MS = 500;
const WORKING_MS = (ACK_WAIT_S * 1_000) / 3;

/** Consumes until `closing`; `take` gets each message and settles when it is done with it, acknowledged or not. */
export async function consumeRated(
  nats: NatsConnection,
  closing: AbortSignal,
  on: { take(message: JsMsg): Promise<void>; trouble(error: unknown): void },
): Promise<void> {
  const inHand = new Set<JsMsg>();
  const under = new Set<Promise<void>>();
  const keep = setInterval(() => {
    for (const message of inHand) message.working();
  }, WORKING_MS);
  const hold = (message: JsMsg): void => {
    inHand.add(message);
    const done = on.take(message).finally(() => {
      inHand.delete(message);
      under.delete(done);
    });
    under.add(done);
  };
  while (!closing.aborted && !nats.isClosed()) {
    try {
      const messages = await open(nats);
      const stop = (): void => void messages.close().catch(() => undefined);
      if (closing.aborted) stop();
      closing.addEventListener("abort", stop, { once: true });
      for await (const message of messages) hold(message);
      closing.removeEventListener("abort", stop);
    } catch (error) {
      on.trouble(error);
    }
    await sleep(REOPEN_MS, undefined, { signal: closing }).catch(() => undefined);
  }
  await Promise.all(under);
  clearInterval(keep);
}

async function open(nats: NatsConnection): Promise<ConsumerMessages> {
  const manager = await jetstreamManager(nats);
  await ensureStreams(manager);
  await ensureConsumer(manager, STREAMS.rated, STORE_CONSUMER, {
    pendingMax: IN_HAND_MAX,
  });
  const consumer = await jetstream(nats).consumers.get(STREAMS.rated, STORE_CONSUMER);
  return consumer.consume({ max_messages: IN_HAND_MAX });
}

/** Blocks of RATED that are not in the store yet, also those under way. Rejects when NATS does not tell. */
export async function ratedLag(manager: JetStreamManager): Promise<number> {
  const info = await manager.streams.info(STREAMS.rated);
  return info.state.messages;
}
