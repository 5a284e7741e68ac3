/**
 * The store writer's durable consumer of RATED: opened again whenever it breaks, never more in hand than can be held,
 * and each message kept from coming again while it is in hand.
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
import { ACK_WAIT_S, ensureConsumer } from "../../engine/contract/streams.ts";
import { STREAMS } from "../../engine/contract/subjects.ts";
import { Hand } from "./hand.ts";

/** The durable consumer's name. */
export const STORE_CONSUMER = "store-writer";
/** Most messages in hand. */
export const IN_HAND_MAX = 1_024;
/** Most bytes asked for ahead of what is in hand. */
const AHEAD_BYTES_MAX = 16 * 1_048_576;
const REOPEN_MS = 500;
/** How long one pull waits for blocks; a stream that is gone is noticed after it at the latest. */
const PULL_MS = 5_000;
const WORKING_MS = (ACK_WAIT_S * 1_000) / 3;

/** Makes the consumer where it is missing. */
export async function ensureStoreConsumer(manager: JetStreamManager): Promise<void> {
  const options = { pendingMax: IN_HAND_MAX, policy: "each" } as const;
  await ensureConsumer(manager, STREAMS.rated, STORE_CONSUMER, options);
}

/** Consumes until `closing`; `take` says of each message whether it can be acknowledged. */
export async function consumeRated(
  nats: NatsConnection,
  closing: AbortSignal,
  on: { take(message: JsMsg): Promise<boolean>; trouble(error: unknown): void },
): Promise<void> {
  const hand = new Hand();
  const keep = setInterval(() => hand.working(), WORKING_MS);
  while (!closing.aborted && !nats.isClosed()) {
    try {
      const messages = await open(nats);
      const stop = (): void => void messages.close().catch(() => undefined);
      closing.addEventListener("abort", stop, { once: true });
      if (closing.aborted) stop();
      for await (const message of messages) {
        await hand.room();
        hand.hold(message, on.take(message));
      }
      closing.removeEventListener("abort", stop);
    } catch (error) {
      on.trouble(error);
    }
    await sleep(REOPEN_MS, undefined, { signal: closing }).catch(() => undefined);
  }
  await hand.empty();
  clearInterval(keep);
}

async function open(nats: NatsConnection): Promise<ConsumerMessages> {
  await ensureStoreConsumer(await jetstreamManager(nats));
  const consumer = await jetstream(nats).consumers.get(STREAMS.rated, STORE_CONSUMER);
  return consumer.consume({
    max_bytes: AHEAD_BYTES_MAX,
    expires: PULL_MS,
    // A broker that lost its store ends the iteration; the next one makes the stream's consumer anew.
    abort_on_missing_resource: true,
  });
}

/** Blocks of RATED that are not in the store yet, also those under way. Rejects when NATS does not tell. */
export async function ratedLag(manager: JetStreamManager): Promise<number> {
  return (await manager.streams.info(STREAMS.rated)).state.messages;
}
