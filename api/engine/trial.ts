/**
 * A payment that the engine only tries.
 */
import type { TrialOutcome } from "../../engine/contract/queries.ts";
import { type Asking, askQuery } from "./ask.ts";
import { EngineFault, EngineUnavailable } from "./engine-error.ts";

/** What a payment would come to now, and at which time (epoch seconds). */
export type Tried = { asOfS: number; outcome: TrialOutcome };
/** Tries a payment. Throws EngineUnavailable or EngineFault. */
export type TryPayment = (
  at: { shard: number; slot: number },
  amountMicros: bigint,
) => Promise<Tried>;

/** Makes the trying. */
export function makeTrial(nats: Asking): TryPayment {
  return async ({ shard, slot }, amountMicros) => {
    const trials = [{ slot, amount_micros: amountMicros.toString() }];
    const reply = await askQuery(nats, shard, { slots: [], trials });
    if (reply.status === "unavailable") throw new EngineUnavailable(reply.reason);
    const outcome = reply.status === "ok" ? reply.trials?.[0] : undefined;
    if (reply.status !== "ok" || outcome === undefined) {
      throw new EngineFault("the engine cannot try a payment");
    }
    return { asOfS: reply.as_of_s, outcome };
  };
}
