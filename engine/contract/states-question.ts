/**
 * The question for the states of many accounts on `engine.<shard>.query`, and its answer, in bytes (little-endian). The
 * accounts may lie in several shards: one question goes to an engine at a time, whichever shards are asked for. What
 * begins with STATES_MARK is such a message; other questions are JSON.
 */
import { SLOTS_MAX } from "./ids.ts";
import { RECORD, RECORD_BYTES_MAX, recordBytes } from "./state-record.ts";

/** First byte of question and answer. */
export const STATES_MARK = 1;
/** Most accounts in one question. */
export const STATES_ASKED_MAX = 1_000;

const QUESTION_HEAD_BYTES = 4;
const PLACE_BYTES = 4;
const ANSWER_HEAD_BYTES = 16;
/** Longest answer, in bytes. */
export const STATES_BYTES_MAX = ANSWER_HEAD_BYTES + STATES_ASKED_MAX * (1 + RECORD_BYTES_MAX);

/** A question: the accounts, each as its shard × SLOTS_MAX + slot. `waits`: the answer waits for batches in flight. */
export type StatesQuestion = { waits: boolean; accounts: readonly number[] };

/**
 * What is told of one account: its state, that the engine has no such account, that a batch of its shard is in flight (ask
 * with `waits`), or that its shard is not this engine's (ask there).
 */
export const TOLD = { state: 1, none: 2, busy: 3, elsewhere: 4 } as const;

/** The question as bytes. */
export function questionBytes({ waits, accounts }: StatesQuestion): Uint8Array {
  const bytes = new Uint8Array(QUESTION_HEAD_BYTES + accounts.length * PLACE_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, STATES_MARK);
  view.setUint8(1, waits ? 1 : 0);
  view.setUint16(2, accounts.length, true);
  let at = QUESTION_HEAD_BYTES;
  for (const account of accounts) {
    view.setUint32(at, account, true);
    at += PLACE_BYTES;
  }
  return bytes;
}

/** The question in bytes that begin with STATES_MARK; undefined where they are none. */
export function questionIn(bytes: Uint8Array): StatesQuestion | undefined {
  if (bytes.length < QUESTION_HEAD_BYTES || bytes[0] !== STATES_MARK) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const many = view.getUint16(2, true);
  if (many > STATES_ASKED_MAX) return undefined;
  if (bytes.length !== QUESTION_HEAD_BYTES + many * PLACE_BYTES) return undefined;
  const accounts = new Array<number>(many);
  for (let i = 0; i < many; i++)
    accounts[i] = view.getUint32(QUESTION_HEAD_BYTES + i * PLACE_BYTES, true);
  return { waits: view.getUint8(1) !== 0, accounts };
}

/** The shard of an account in a question. */
export function shardIn(account: number): number {
  return Math.floor(account / SLOTS_MAX);
}
/** The slot of an account in a question. */
export function slotIn(account: number): number {
  return account % SLOTS_MAX;
}

/**
 * Writes answers, one after another, into memory of its own. `engine` is a number that no other engine has at the time: by
 * it the api knows which shards are asked together.
 */
export class StatesAnswer {
  readonly view = new DataView(new ArrayBuffer(STATES_BYTES_MAX));
  /** Where the next account is told. */
  at = ANSWER_HEAD_BYTES;

  constructor(engine: bigint) {
    this.view.setUint8(0, STATES_MARK);
    this.view.setBigUint64(8, engine, true);
  }

  /** Begins anew: states at this time (epoch seconds). */
  begin(asOfS: number): void {
    this.view.setUint32(4, asOfS, true);
    this.at = ANSWER_HEAD_BYTES;
  }

  /** Tells of an account that is not followed by its state. */
  tell(told: (typeof TOLD)["none" | "busy" | "elsewhere"]): void {
    this.view.setUint8(this.at++, told);
  }

  /** Tells a state: `write` puts its record at a place, and gives its length, 0 where there is no such account. */
  tellState(write: (view: DataView, at: number) => number): void {
    const bytes = write(this.view, this.at + 1);
    this.view.setUint8(this.at, bytes === 0 ? TOLD.none : TOLD.state);
    this.at += 1 + bytes;
  }

  /** The answer; a copy. */
  bytes(): Uint8Array {
    return new Uint8Array(this.view.buffer.slice(0, this.at));
  }
}

/** Reads an answer account by account; throws a RangeError on bytes that are none. */
export class StatesReader {
  readonly view: DataView;
  readonly asOfS: number;
  readonly engine: bigint;
  /** Where the record of the account that was read last begins. */
  record = 0;
  #at = ANSWER_HEAD_BYTES;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < ANSWER_HEAD_BYTES || bytes[0] !== STATES_MARK)
      throw new RangeError("this is no answer of states");
    this.asOfS = this.view.getUint32(4, true);
    this.engine = this.view.getBigUint64(8, true);
  }

  /** What is told of the next account; its record is whole. */
  next(): (typeof TOLD)[keyof typeof TOLD] {
    const told = this.view.getUint8(this.#at++);
    if (told === TOLD.none || told === TOLD.busy || told === TOLD.elsewhere) return told;
    if (told !== TOLD.state) throw new RangeError("the answer tells what is not known");
    this.record = this.#at;
    if (this.#at + RECORD.potFirst > this.view.byteLength) throw new RangeError("it ends early");
    this.#at += recordBytes(this.view, this.#at);
    if (this.#at > this.view.byteLength) throw new RangeError("it ends early");
    return told;
  }
}
