/**
 * The engine as the api sees it: commands delivered from the outbox, questions, and whether it is there.
 */
import type { AccountState } from "../../engine/contract/commands.ts";
import { askQuery } from "./ask.ts";
import { type Deliver, type DeliveryParts, makeDelivery } from "./delivery.ts";
import { EngineUnavailable } from "./engine-error.ts";
import { type AskState, makeStates } from "./states.ts";
import { type Swept, sweep } from "./sweeper.ts";

/** What the rest of the api asks of the engine. All but `silentShards` throw EngineUnavailable or EngineFault. */
export type EngineClient = {
  /** Delivers what is pending at a place up to a number; after that its answer is on record. */
  deliver: Deliver;
  /** The present state of one account. */
  state: AskState;
  /** The states of many, in their order; undefined where the engine did not answer. */
  states(
    at: readonly { shard: number; slot: number }[],
  ): Promise<(AccountState | null | undefined)[]>;
  /** Those of these shards that do not answer. */
  silentShards(shards: readonly number[]): Promise<number[]>;
  /** One round of the sweeper. */
  sweep(): Promise<Swept>;
};

/** Makes the client. `settlements` record what follows from an answer. */
export function makeEngineClient(parts: DeliveryParts): EngineClient {
  const deliver = makeDelivery(parts);
  const state = makeStates(parts.nats);
  return {
    deliver,
    state,
    states: async (at) => {
      const outcomes = await Promise.allSettled(at.map(state));
      return outcomes.map((each) => (each.status === "fulfilled" ? each.value.state : undefined));
    },
    silentShards: async (shards) => {
      const outcomes = await Promise.allSettled(
        shards.map(async (shard) => {
          const reply = await askQuery(parts.nats, shard, { slots: [] });
          if (reply.status !== "ok") throw new EngineUnavailable(reply.status);
        }),
      );
      return shards.filter((_, at) => outcomes[at]?.status === "rejected");
    },
    sweep: () => sweep(parts.db, deliver),
  };
}
