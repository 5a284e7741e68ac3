/**
 * Hands outputs to NATS, in order, again and again until the server has each of them; consumers know repeats by the id.
 * Bounded: while it is full, shards take no more input.
 */
import { RATED_HEADERS } from "../contract/rated.ts";
import { machineTime, pause, type Time } from "../contract/time.ts";

/** Most bytes that wait to be published. */
export const OUTBOX_BYTES_MAX = 268_435_456;
/** Most messages published at a time. */
export const PUBLISH_GROUP_MAX = 256;
/** Wait after a group that was not taken. */
const RETRY_MS = 500;

/** One message: the id is the same whenever it is made again. */
export type OutMessage = {
  subject: string;
  id: string;
  headers: Record<string, string>;
  payload: Uint8Array;
};
/** Publishes one message and settles when the stream has it. */
export type PublishMessage = (message: OutMessage) => Promise<void>;

type Entry = { sequence: number; messages: readonly OutMessage[]; bytes: number };
type Waiter = { sequence: number; done: () => void; failed: (error: Error) => void };

/** Outputs of batches, by journal sequence. */
export class Outbox {
  readonly #publish: PublishMessage;
  readonly #onTrouble: (error: unknown) => void;
  readonly #time: Time;
  #entries: Entry[] = [];
  #bytes = 0;
  #running = false;
  #stopped = false;
  /** Sequences that were begun and are not published yet, in rising order. */
  readonly #open = new Set<number>();
  #highest: number;
  #waiters: Waiter[] = [];
  #roomWaiters: (() => void)[] = [];

  constructor(
    published: number,
    publish: PublishMessage,
    onTrouble: (error: unknown) => void,
    time: Time = machineTime,
  ) {
    this.#time = time;
    this.#highest = published;
    this.#publish = publish;
    this.#onTrouble = onTrouble;
  }

  /** Every output of batches up to and with this sequence is in its stream. */
  get publishedThrough(): number {
    for (const sequence of this.#open) return sequence - 1;
    return this.#highest;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Says that a batch of this sequence is under way. Called in the order of the journal. */
  begin(sequence: number): void {
    this.#open.add(sequence);
    this.#highest = sequence;
  }

  /** Takes a batch's outputs, perhaps none. Shards finish in any order. */
  add(sequence: number, messages: readonly OutMessage[]): void {
    const bytes = messages.reduce((sum, { payload }) => sum + payload.length, 0);
    this.#entries.push({ sequence, messages, bytes });
    this.#bytes += bytes;
    if (!this.#running) void this.#run();
  }

  /** Settles when there is room for another batch. */
  async room(): Promise<void> {
    while (this.#bytes > OUTBOX_BYTES_MAX && !this.#stopped) {
      await new Promise<void>((done) => this.#roomWaiters.push(done));
    }
  }

  /** Settles when the outputs of all batches up to and with the sequence are published; rejects when it is stopped before. */
  async published(sequence: number): Promise<void> {
    if (this.publishedThrough >= sequence) return;
    if (this.#stopped) throw new Error("the outbox is stopped");
    await new Promise<void>((done, failed) => this.#waiters.push({ sequence, done, failed }));
  }

  /** Gives up on what is not published; a restart makes it again from the journal. */
  stop(): void {
    this.#stopped = true;
    for (const { failed } of this.#waiters.splice(0)) failed(new Error("the outbox is stopped"));
    for (const done of this.#roomWaiters.splice(0)) done();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#entries.length > 0 && !this.#stopped) {
      const group = this.#takeGroup();
      await this.#publishGroup(group.flatMap(({ messages }) => messages));
      if (this.#stopped) break;
      this.#settle(group);
    }
    this.#running = false;
  }

  #takeGroup(): Entry[] {
    let messages = 0;
    let count = 0;
    for (const entry of this.#entries) {
      if (count > 0 && messages + entry.messages.length > PUBLISH_GROUP_MAX) break;
      messages += entry.messages.length;
      count += 1;
    }
    return this.#entries.slice(0, count);
  }

  async #publishGroup(messages: readonly OutMessage[]): Promise<void> {
    for (let at = 0; at < messages.length && !this.#stopped; at += PUBLISH_GROUP_MAX) {
      let slice = messages.slice(at, at + PUBLISH_GROUP_MAX);
      while (!this.#stopped && !(await this.#try(slice))) {
        // What was not acknowledged may have been taken all the same.
        slice = slice.map(markedAgain);
        await pause(this.#time, RETRY_MS);
      }
    }
  }

  async #try(messages: readonly OutMessage[]): Promise<boolean> {
    try {
      await Promise.all(messages.map((message) => this.#publish(message)));
      return true;
    } catch (error) {
      this.#onTrouble(error);
      return false;
    }
  }

  #settle(group: readonly Entry[]): void {
    this.#entries.splice(0, group.length);
    for (const { sequence, bytes } of group) {
      this.#bytes -= bytes;
      this.#open.delete(sequence);
    }
    this.#waiters = this.#waiters.filter(({ sequence, done }) => {
      if (sequence > this.publishedThrough) return true;
      done();
      return false;
    });
    for (const done of this.#roomWaiters.splice(0)) done();
  }
}

/** The message, marked as one that may have been published before where it is a rated block. */
export function markedAgain(message: OutMessage): OutMessage {
  if (message.headers[RATED_HEADERS.token] === undefined) return message;
  return { ...message, headers: { ...message.headers, [RATED_HEADERS.again]: "1" } };
}
