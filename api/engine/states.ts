/**
 * Questions to the engine: the present state of accounts. Those asked within one turn of the event loop go out together,
 * one message a shard, so that many small reads cost few messages.
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
  let waiters = new Map<number, Waiter[]>();
  let asked = 0;
  const flush = (): void => {
    const all = waiters;
    waiters = new Map();
    asked = 0;
    for (const [shard, list] of all) {
      for (let at = 0; at < list.length; at += SLOTS_ASKED_MAX) {
        void answer(nats, shard, list.slice(at, at + SLOTS_ASKED_MAX));
      }
    }
  };
  return ({ shard, slot }) =>
    new Promise((resolve, reject) => {
      if (asked >= ASKED_MAX) {
        reject(new EngineUnavailable(`more than ${ASKED_MAX} accounts are asked for at once`));
        return;
      }
      if (asked++ === 0) setImmediate(flush);
      const list = waiters.get(shard);
      if (list === undefined) waiters.set(shard, [{ slot, resolve, reject }]);
      else list.push({ slot, resolve, reject });
    });
}

async function answer(nats: Asking, shard: number, list: Waiter[]): Promise<void> {
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
