/**
 * A stream of the simulated broker, with its consumers, as far as JetStream's promises go.
 */
import type { Owner } from "./scheduler.ts";

/** A message in a stream. */
export type Stored = {
  sequence: number;
  subject: string;
  payload: Uint8Array;
  id: string | undefined;
};

/** Who takes a consumer's messages now. `take` is called on the broker's side; the network comes behind it. */
export type Puller = { owner: Owner; aheadMax: number; take(message: Stored): void; gone(): void };

/** A durable consumer. */
export type Consumer = {
  /** Undefined takes all. */
  filter: string | undefined;
  pendingMax: number;
  next: number;
  /** Delivered and not acknowledged: by sequence, how often it was delivered. */
  pending: Map<number, number>;
  puller: Puller | undefined;
};

/** What a stream is made like. */
export type StreamKind = { isWorkQueue: boolean; bytesMax: number };

/** How long a stream knows a message by its id. */
const KNOWN_MS = 120_000;

/** One stream. */
export class Stream {
  readonly messages = new Map<number, Stored>();
  readonly consumers = new Map<string, Consumer>();
  readonly #kind: StreamKind;
  readonly #known = new Map<string, number>();
  #last = 0;
  #bytes = 0;

  constructor(kind: StreamKind) {
    this.#kind = kind;
  }

  /** Stores a message; undefined when the stream is full. A known id is taken and not stored. */
  store(message: Omit<Stored, "sequence">, nowMs: number): "stored" | "known" | "full" {
    const { id, payload } = message;
    if (id !== undefined && (this.#known.get(id) ?? Number.NEGATIVE_INFINITY) > nowMs - KNOWN_MS)
      return "known";
    if (this.#bytes + payload.length > this.#kind.bytesMax) return "full";
    const sequence = ++this.#last;
    this.messages.set(sequence, { ...message, sequence });
    this.#bytes += payload.length;
    if (id !== undefined) this.#known.set(id, nowMs);
    return "stored";
  }

  /** A consumer has settled a message. */
  acknowledge(consumer: Consumer, sequence: number): void {
    consumer.pending.delete(sequence);
    if (this.#kind.isWorkQueue) this.#remove(sequence);
  }

  /** The next message for a consumer, if one waits and it may have more. */
  nextFor(consumer: Consumer): Stored | undefined {
    const { pending, pendingMax, puller, filter } = consumer;
    if (puller === undefined || !puller.owner.alive) return undefined;
    if (pending.size >= Math.min(pendingMax, puller.aheadMax)) return undefined;
    for (; consumer.next <= this.#last; consumer.next++) {
      const message = this.messages.get(consumer.next);
      if (message === undefined || !matches(filter ?? ">", message.subject)) continue;
      consumer.next++;
      return message;
    }
    return undefined;
  }

  /** Forgets the newest messages, as a server that had not synced them; gives those that were lost. */
  loseNewest(many: number): Stored[] {
    const lost: Stored[] = [];
    const first = Math.max(1, this.#last - many + 1);
    for (let sequence = first; sequence <= this.#last; sequence++) {
      const message = this.messages.get(sequence);
      if (message === undefined) continue;
      if (message.id !== undefined) this.#known.delete(message.id);
      this.#remove(sequence);
      lost.push(message);
    }
    this.#last = first - 1;
    for (const consumer of this.consumers.values()) {
      consumer.next = Math.min(consumer.next, this.#last + 1);
      for (const sequence of [...consumer.pending.keys()])
        if (sequence > this.#last) consumer.pending.delete(sequence);
    }
    return lost;
  }

  #remove(sequence: number): void {
    const message = this.messages.get(sequence);
    if (message === undefined) return;
    this.messages.delete(sequence);
    this.#bytes -= message.payload.length;
  }
}

/** Whether a subject fits a filter with `*` and `>`. */
export function matches(filter: string, subject: string): boolean {
  const [wanted, given] = [filter.split("."), subject.split(".")];
  for (const [at, token] of wanted.entries()) {
    if (token === ">") return given.length > at;
    if (given[at] === undefined || (token !== "*" && token !== given[at])) return false;
  }
  return wanted.length === given.length;
}
