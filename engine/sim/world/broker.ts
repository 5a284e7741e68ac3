/**
 * The simulated broker: NATS with JetStream, as far as the parts rely on it. It may restart, forget what it had
 * acknowledged, and come back empty; what it was made to forget is on record, since nobody else can have it.
 */
import { STREAMS } from "../../contract/subjects.ts";
import type { Inquiry } from "../../contract/transport.ts";
import type { Faults } from "./faults.ts";
import type { Life } from "./life.ts";
import type { Network } from "./network.ts";
import type { Owner, Scheduler } from "./scheduler.ts";
import { type Consumer, matches, type Puller, type Stored, Stream } from "./stream.ts";

const ACK_WAIT_US = 30_000_000;
/** Work queues are small here, so that they fill. */
const QUEUE_BYTES_MAX = 60_000;
const SUBJECTS: Record<string, string> = {
  [STREAMS.frames]: "frame.>",
  [STREAMS.commands]: "cmd.>",
  [STREAMS.events]: "event.>",
  [STREAMS.rated]: "rated.>",
};

/** Someone who listens on a subject. */
type Listener = { life: Life; subject: string; take(message: Inquiry): void };

/** What the broker tells the checkers. */
export type BrokerNews = {
  /** An output came for a stream. */
  stored(message: Omit<Stored, "sequence">): void;
  /** A stored message is gone, and no consumer has settled it. */
  lost(message: Stored): void;
};

/** The one broker of a world. */
export class Broker {
  readonly #scheduler: Scheduler;
  readonly #network: Network;
  readonly #faults: Faults;
  readonly #news: BrokerNews;
  #streams = new Map<string, Stream>();
  #listeners: Listener[] = [];
  #up: { alive: boolean } = { alive: true };

  constructor(parts: {
    scheduler: Scheduler;
    network: Network;
    faults: Faults;
    news: BrokerNews;
  }) {
    this.#scheduler = parts.scheduler;
    this.#network = parts.network;
    this.#faults = parts.faults;
    this.#news = parts.news;
  }

  /** The broker's present run: what is sent to it arrives only while it is up. */
  get owner(): Owner {
    return this.#up;
  }

  /** Makes the streams that are missing. */
  ensureStreams(): void {
    for (const name of Object.keys(SUBJECTS)) {
      const isWorkQueue = name !== STREAMS.events;
      const bytesMax = isWorkQueue ? QUEUE_BYTES_MAX : Number.POSITIVE_INFINITY;
      if (!this.#streams.has(name)) this.#streams.set(name, new Stream({ isWorkQueue, bytesMax }));
    }
  }

  /** Begins to listen; gives the way to stop. */
  listen(life: Life, subject: string, take: (message: Inquiry) => void): () => void {
    const listener = { life, subject, take };
    this.#listeners = this.#listeners.filter((each) => each.life.alive);
    this.#listeners.push(listener);
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== listener);
    };
  }

  /** Hands a message to all who listen; false when nobody does. `respond` is on the listener's side. */
  spread(subject: string, data: Uint8Array, respond: (from: Life, text: string) => void): boolean {
    const listening = this.#listeners.filter(
      (each) => each.life.alive && matches(each.subject, subject),
    );
    for (const { life, take } of listening)
      this.#network.carry(life.name, "down", life, () =>
        take({ data, respond: (text) => respond(life, text) }),
      );
    return listening.length > 0;
  }

  /** Puts a message into the stream of its subject; gives an error's text, or undefined when the stream has it. */
  store(message: Omit<Stored, "sequence">): string | undefined {
    const stream = this.#streamOf(message.subject);
    if (stream === undefined) return "no stream takes this subject";
    this.#news.stored(message);
    const fate = stream.store(message, this.#scheduler.nowMs);
    if (fate === "full") return "maximum bytes exceeded";
    this.#pushAll(stream);
    return undefined;
  }

  /** Makes a consumer where it is missing, and gives its messages to this puller from now on. */
  pull(
    stream: string,
    name: string,
    made: { filter: string | undefined; pendingMax: number },
    puller: Puller,
  ): void {
    this.ensureStreams();
    const at = this.#streams.get(stream);
    if (at === undefined) throw new Error(`no stream ${stream}`);
    const known = at.consumers.get(name);
    const consumer: Consumer = known ?? { ...made, next: 1, pending: new Map(), puller };
    consumer.puller = puller;
    at.consumers.set(name, consumer);
    this.#pushAll(at);
  }

  /** A consumer's message is settled. */
  acknowledge(stream: string, name: string, message: Stored): void {
    const at = this.#streams.get(stream);
    const consumer = at?.consumers.get(name);
    // A stream that came back counts from the start again: what an older one gave out means nothing to it.
    if (at?.messages.get(message.sequence) !== message || consumer === undefined) return;
    at.acknowledge(consumer, message.sequence);
    this.#pushAll(at);
  }

  /** Messages that wait in work queues. */
  waiting(): number {
    let waiting = 0;
    for (const [name, stream] of this.#streams)
      if (name !== STREAMS.events) waiting += stream.messages.size;
      else
        for (const { next, pending } of stream.consumers.values())
          waiting += pending.size + Math.max(0, ...stream.messages.keys()) + 1 - next;
    return waiting;
  }

  /** Goes down for so long; comes back with all, without its newest messages, or empty. */
  restart(forUs: number, forgets: { newest: number } | "all" | "nothing"): void {
    this.#up.alive = false;
    this.#faults.count("broker_restart");
    if (forgets === "all") {
      this.#faults.count("broker_restarts_empty");
      for (const stream of this.#streams.values()) this.#empty(stream);
      this.#streams = new Map();
    } else if (forgets !== "nothing") {
      for (const stream of this.#streams.values()) {
        const lost = stream.loseNewest(forgets.newest);
        this.#faults.count("broker_loses_acknowledged", lost.length);
        for (const message of lost) this.#news.lost(message);
      }
    }
    const up = { alive: true };
    this.#scheduler.after(forUs, { alive: true }, () => {
      this.#up = up;
      for (const stream of this.#streams.values()) {
        for (const consumer of stream.consumers.values())
          for (const sequence of [...consumer.pending.keys()])
            this.#again(stream, consumer, sequence);
        this.#pushAll(stream);
      }
    });
  }

  #empty(stream: Stream): void {
    for (const message of stream.messages.values()) this.#news.lost(message);
    for (const { puller } of stream.consumers.values()) puller?.gone();
  }

  #streamOf(subject: string): Stream | undefined {
    for (const [name, filter] of Object.entries(SUBJECTS))
      if (matches(filter, subject)) return this.#streams.get(name);
    return undefined;
  }

  #pushAll(stream: Stream): void {
    if (!this.#up.alive) return;
    for (const consumer of stream.consumers.values())
      for (let next = stream.nextFor(consumer); next !== undefined; next = stream.nextFor(consumer))
        this.#push(stream, consumer, next);
  }

  #push(stream: Stream, consumer: Consumer, message: Stored): void {
    const times = (consumer.pending.get(message.sequence) ?? 0) + 1;
    consumer.pending.set(message.sequence, times);
    consumer.puller?.take(message);
    this.#scheduler.after(ACK_WAIT_US, this.#up, () => {
      if (consumer.pending.get(message.sequence) === times)
        this.#again(stream, consumer, message.sequence);
    });
  }

  /** What was not acknowledged in time goes out again, or waits where nobody takes it. */
  #again(stream: Stream, consumer: Consumer, sequence: number): void {
    const message = stream.messages.get(sequence);
    if (message === undefined) consumer.pending.delete(sequence);
    else if (consumer.puller?.owner.alive === true) this.#push(stream, consumer, message);
    else {
      consumer.pending.delete(sequence);
      consumer.next = Math.min(consumer.next, sequence);
    }
  }
}
