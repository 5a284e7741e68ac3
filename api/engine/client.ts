/**
 * The engine as the api sees it: commands delivered from the outbox, questions, and whether it is there.
 */
import type { AccountState } from "../../engine/contract/queries.ts";
import { crossing } from "../registry/isolation/scope.ts";
import { type Asking, askQuery } from "./ask.ts";
import type { DeliverAll } from "./deliver-all.ts";
import { type Deliver, type DeliveryParts, makeDelivery } from "./delivery.ts";
import { type AskState, type HearState, makeHearState, makeStates } from "./states.ts";
import { type Swept, sweep } from "./sweeper.ts";
import { makeTrial, type TryPayment } from "./trial.ts";

/** A shard that does not answer, or answers with a reason that it can't take anything. */
export type SilentShard = { shard: number; reason: string | undefined };

/** What the rest of the api asks of the engine. All but `silentShards` throw EngineUnavailable or EngineFault. */
export type EngineClient = {
  /** Delivers what is pending at a place up to a number; after that its answer is on record. */
  deliver: Deliver;
  /** Delivers all that waits in a shard, many accounts at a time. */
  deliverAll: DeliverAll;
  /** The present state of one account. */
  state: AskState;
  /** The same, told as a record. */
  hearState: HearState;
  /** The states of many, in their order; undefined where the engine did not answer. */
  states(
    at: readonly { shard: number; slot: number }[],
  ): Promise<(AccountState | null | undefined)[]>;
  /** Those of these shards that take no commands, and why, where the engine says it. */
  silentShards(shards: readonly number[]): Promise<SilentShard[]>;
  /** What a payment would come to now; nothing is credited. */
  tryPayment: TryPayment;
  /** One round of the sweeper. */
  sweep(): Promise<Swept>;
};

/** Makes the client. `settlements` record what follows from an answer. */
export function makeEngineClient(parts: DeliveryParts): EngineClient {
  const any = makeDelivery(parts);
  const deliver: Deliver = (...what) => crossing("commands", () => any.deliver(...what));
  const deliverAll: DeliverAll = (shard) => crossing("commands", () => any.deliverAll(shard));
  const hearState = makeHearState(parts.nats);
  const state = makeStates(hearState);
  return {
    deliver,
    deliverAll,
    state,
    hearState,
    states: async (at) => {
      const outcomes = await Promise.allSettled(at.map(state));
      return outcomes.map((each) => (each.status === "fulfilled" ? each.value.state : undefined));
    },
    silentShards: async (shards) => {
      const outcomes = await Promise.all(shards.map((shard) => silence(parts.nats, shard)));
      return outcomes.filter((each) => each !== undefined);
    },
    tryPayment: makeTrial(parts.nats),
    sweep: () => crossing("commands", () => sweep(parts.db, { deliver, deliverAll })),
  };
}

async function silence(nats: Asking, shard: number): Promise<SilentShard | undefined> {
  try {
    const reply = await askQuery(nats, shard, { slots: [] });
    if (reply.status === "ok") return undefined;
    return { shard, reason: reply.status === "unavailable" ? reply.reason : reply.status };
  } catch {
    return { shard, reason: undefined };
  }
}
