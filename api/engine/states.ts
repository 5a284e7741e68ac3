/**
 * Questions to the engine: the present state of accounts. A shard is asked one question at a time: what is asked for in
 * the meantime goes out together in the next one, so that messages grow with the load and nothing waits while there is none.
 */
import type { AccountState } from "../../engine/contract/queries.ts";
import { type Asking, askQuery } from "./ask.ts";
import { EngineFault, EngineUnavailable } from "./engine-error.ts";

/** Most slots in one question (the contract's bound). */
const SLOTS_ASKED_MAX = 1_000;
/** Most accounts that wait to be asked for. */
const ASKED_MAX = 100_000;

/** An account's state with the time (epoch seconds) that it stands for; null when the engine has no such account yet. */
type StateAt = { asOfS: number; state: AccountState | null };
/** Tells the state of one account. Throws EngineUnavailable or EngineFault. */
export type AskState = (at: { shard: number; slot: number }) => Promise<StateAt>;

type Waiter = {
  slot: number;
  resolve: (state: StateAt) => void;
  reject: (error: unknown) => void;
};

/** Makes the asking. */
export function makeStates(nats: Asking): AskState {
  const waiting = new Map<number, Waiter[]>();
  const asking = new Set<number>();
  let asked = 0;
  const askOn = async (shard: number): Promise<void> => {
    asking.add(shard);
    for (let list = next(shard); list.length > 0; list = next(shard)) {
      await answer(nats, shard, list);
      asked -= list.length;
    }
    asking.delete(shard);
  };
  const next = (shard: number): Waiter[] => waiting.get(shard)?.splice(0, SLOTS_ASKED_MAX) ?? [];
  return ({ shard, slot }) =>
    new Promise((resolve, reject) => {
      if (asked >= ASKED_MAX) {
        reject(new EngineUnavailable(`more than ${ASKED_MAX} accounts are asked for at once`));
        return;
      }
      asked++;
      const list = waiting.get(shard);
      if (list === undefined) waiting.set(shard, [{ slot, resolve, reject }]);
      else list.push({ slot, resolve, reject });
      if (asking.has(shard)) return;
      asking.add(shard);
      setImmediate(() => void askOn(shard));
    });
}

async function answer(nats: Asking, shard: number, list: readonly Waiter[]): Promise<void> {
  try {
    const reply = await askQuery(nats, shard, { slots: list.map(({ slot }) => slot) });
    if (reply.status === "unavailable") throw new EngineUnavailable(reply.reason);
    if (reply.status === "invalid") throw new EngineFault("the engine cannot read our question");
    for (const [at, { resolve }] of list.entries()) {
      resolve({ asOfS: reply.as_of_s, state: reply.accounts[at] ?? null });
    }
  } catch (error) {
    for (const { reject } of list) reject(error);
  }
}
