/**
 * Questions to the engine: the present state of accounts. An engine is asked one question at a time, whichever of its shards
 * the accounts lie in: what is asked for in the meantime goes out together in the next one, so that messages grow with the
 * load and nothing waits while there is none. Accounts whose shard has a batch in flight are asked for again by themselves,
 * and that answer comes when the batch is on disk: a busy shard keeps nobody waiting but its own.
 */
import { accountNumber } from "../../engine/contract/ids.ts";
import type { AccountState } from "../../engine/contract/queries.ts";
import { stateIn } from "../../engine/contract/state-record.ts";
import {
  questionBytes,
  STATES_ASKED_MAX,
  StatesReader,
  TOLD,
} from "../../engine/contract/states-question.ts";
import { type Asking, askStates } from "./ask.ts";
import { EngineFault, EngineUnavailable } from "./engine-error.ts";

/** Most accounts that wait to be asked for. */
const ASKED_MAX = 100_000;
/** Most engines that are remembered. */
const ENGINES_MAX = 1_024;

/** Who wants to know the state of an account: told it once, or that it failed. Must not throw. */
export type Listener = {
  readonly shard: number;
  readonly slot: number;
  /** A record (state-record.ts), to be read in this turn; undefined when the engine has no such account yet. */
  told(record: { view: DataView; at: number } | undefined, asOfS: number): void;
  /** With an EngineUnavailable or EngineFault. */
  failed(error: unknown): void;
};
/** Has a state told. */
export type HearState = (listener: Listener) => void;

/** An account's state with the time (epoch seconds) that it stands for; null when the engine has no such account yet. */
type StateAt = { asOfS: number; state: AccountState | null };
/** Tells the state of one account. Throws EngineUnavailable or EngineFault. */
export type AskState = (at: { shard: number; slot: number }) => Promise<StateAt>;

/** Accounts that are asked for together: those of one engine's shards at rest, or of one shard, whose batches are waited for. */
type Told = ReturnType<StatesReader["next"]>;
type Lane = { waits: boolean; waiting: Listener[]; isAsking: boolean };

/** Makes the telling. */
export function makeHearState(nats: Asking): HearState {
  return new States(nats).hear;
}

/** States as promises. */
export function makeStates(hear: HearState): AskState {
  return ({ shard, slot }) =>
    new Promise((resolve, reject) =>
      hear({
        shard,
        slot,
        told: (record, asOfS) => {
          try {
            const state = record === undefined ? null : stateIn(record.view, record.at, slot);
            resolve({ asOfS, state });
          } catch (error) {
            reject(asFault(error));
          }
        },
        failed: reject,
      }),
    );
}

class States {
  readonly #nats: Asking;
  /** By the engine's own number, learnt from its answers. */
  readonly #engines = new Map<bigint, Lane>();
  /** The lane of the engine that answered last for a shard. */
  readonly #engineOf = new Map<number, Lane>();
  readonly #shards = new Map<number, Lane>();
  #asked = 0;

  constructor(nats: Asking) {
    this.#nats = nats;
  }

  readonly hear: HearState = (listener) => {
    if (this.#asked >= ASKED_MAX) {
      const reason = `more than ${ASKED_MAX} accounts are asked for at once`;
      listener.failed(new EngineUnavailable(reason));
      return;
    }
    this.#asked++;
    this.#ask(listener, this.#engineOf.get(listener.shard) ?? this.#shardLane(listener.shard));
  };

  #shardLane(shard: number): Lane {
    const lane = this.#shards.get(shard) ?? { waits: true, waiting: [], isAsking: false };
    this.#shards.set(shard, lane);
    return lane;
  }

  #ask(listener: Listener, lane: Lane): void {
    lane.waiting.push(listener);
    if (lane.isAsking) return;
    lane.isAsking = true;
    setImmediate(() => void this.#askOn(lane));
  }

  async #askOn(lane: Lane): Promise<void> {
    while (lane.waiting.length > 0) await this.#askSome(lane);
    lane.isAsking = false;
  }

  async #askSome(lane: Lane): Promise<void> {
    const some =
      lane.waiting.length <= STATES_ASKED_MAX
        ? lane.waiting
        : lane.waiting.splice(0, STATES_ASKED_MAX);
    if (some === lane.waiting) lane.waiting = [];
    const shard = some[0]?.shard ?? 0;
    let told = 0;
    try {
      const accounts = some.map((one) => accountNumber(one.shard, one.slot));
      const question = questionBytes({ waits: lane.waits, accounts });
      const reader = new StatesReader(await askStates(this.#nats, shard, question));
      this.#engineOf.set(shard, this.#engineLane(reader.engine));
      for (const listener of some) {
        const what = reader.next();
        told++;
        this.#take(what, reader, listener, lane);
      }
    } catch (error) {
      // An engine that does not answer may be another one soon.
      for (const one of some) this.#engineOf.delete(one.shard);
      const fault = error instanceof RangeError ? asFault(error) : error;
      this.#asked -= some.length - told;
      for (const one of some.slice(told)) one.failed(fault);
    }
  }

  #engineLane(engine: bigint): Lane {
    const known = this.#engines.get(engine);
    if (known !== undefined) return known;
    // Engines that are gone leave nothing behind: who they were is learnt again with the next answer.
    if (this.#engines.size >= ENGINES_MAX) this.#engines.clear();
    const lane = { waits: false, waiting: [], isAsking: false };
    this.#engines.set(engine, lane);
    return lane;
  }

  #take(
    what: Told,
    { view, record: at, asOfS }: StatesReader,
    listener: Listener,
    lane: Lane,
  ): void {
    if (what === TOLD.busy || (what === TOLD.elsewhere && !lane.waits)) {
      if (what === TOLD.elsewhere) this.#engineOf.delete(listener.shard);
      this.#ask(listener, this.#shardLane(listener.shard));
      return;
    }
    this.#asked--;
    if (what === TOLD.state) listener.told({ view, at }, asOfS);
    else if (what === TOLD.none) listener.told(undefined, asOfS);
    else {
      const reason = `shard ${listener.shard} is answered for by an engine that does not have it`;
      listener.failed(new EngineFault(reason));
    }
  }
}

function asFault(cause: unknown): EngineFault {
  return new EngineFault("the answer of states does not fit the contract", { cause });
}
