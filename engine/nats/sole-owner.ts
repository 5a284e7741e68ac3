/**
 * A shard has one engine. Two that own the same would each take a part of its frames, and both balances would be wrong: so
 * an engine asks, before it takes anything, whether another one answers for a shard of its own.
 */
import { errors, type NatsConnection } from "@nats-io/transport-node";
import { engineQuery } from "../contract/subjects.ts";

/** How long another engine has to answer; where none listens the broker says so at once. */
const ANSWER_MS = 2_000;
/** A question for nothing, which every engine answers. */
const QUESTION = JSON.stringify({ slots: [] });

/** Throws, with the shards, where another engine answers for one of them. */
export async function checkSoleOwner(
  nats: NatsConnection,
  owned: readonly number[],
): Promise<void> {
  const answered = await Promise.all(owned.map((shard) => isAnswered(nats, shard)));
  const taken = owned.filter((_, i) => answered[i]);
  if (taken.length === 0) return;
  throw new Error(
    `another engine answers for shards ${taken.slice(0, 8).join(", ")}${taken.length > 8 ? ", …" : ""}: stop it, or give each engine shards of its own with DRAWDOWN_ENGINE_SHARDS`,
  );
}

async function isAnswered(nats: NatsConnection, shard: number): Promise<boolean> {
  try {
    await nats.request(engineQuery(shard), QUESTION, { timeout: ANSWER_MS });
    return true;
  } catch (error) {
    // Who listens and does not answer is stopping, stuck or cut off: it takes nothing either.
    const isNobody =
      error instanceof errors.TimeoutError ||
      (error instanceof errors.RequestError && error.isNoResponders());
    if (isNobody) return false;
    throw error;
  }
}
