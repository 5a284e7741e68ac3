/**
 * What the parts need of the broker, no more: messages that may get lost, requests with an answer, and streams that keep
 * messages until they are acknowledged. In life it is NATS (nats-transport.ts).
 */

/** A message that came on a subject; `respond` answers who asked, if anybody did. */
export type Inquiry = {
  data: Uint8Array;
  respond(text: string): void;
  /** Answers in bytes, where the broker carries such answers. */
  respondBytes?(bytes: Uint8Array): void;
  /** A header of the message, where the broker has headers. */
  header?(name: string): string | undefined;
};

/** A message of a stream: not acknowledged in time, it comes again. */
export type Delivery = {
  subject: string;
  data: Uint8Array;
  ack(): void;
  /** When the stream took it (milliseconds since 1970), and how many more there are behind it, where the broker tells. */
  place?(): { storedMs: number; behind: number };
  /** A header of the message, where the broker has headers. */
  header?(name: string): string | undefined;
};

/** The messages of a consumer. The iteration ends when it is stopped or its stream or consumer is gone. */
export type Deliveries = AsyncIterable<Delivery> & { stop(): void };

/** A durable consumer of a work queue, which is made where it is missing, with all streams. */
export type ConsumerOptions = {
  stream: string;
  name: string;
  /** Subjects that it takes; all of the stream's where there is none. */
  filter?: string;
  /**
   * Consumers that took these subjects before. A work queue gives a subject to one consumer only, so those that are in the
   * way are deleted; what they had not acknowledged comes again.
   */
  replaces?: readonly string[];
  /** Most messages that are delivered and not acknowledged. */
  pendingMax: number;
  /** Most messages fetched ahead. */
  aheadMax: number;
  /** How long one pull waits; a stream that is gone is noticed after it at the latest. */
  pullMs: number;
};

/** How a message is put into a stream; one with an `id` that the stream knows already is taken and not stored again. */
export type StoreOptions = {
  waitMs: number;
  id?: string;
  headers?: Record<string, string>;
  /** Told where a message was put that the stream did not know: the stream's name, and the message's place in it. */
  onStored?: (stream: string, sequence: number) => void;
};

/** A connection to the broker. */
export type Transport = {
  /** Sends to whoever listens now; may get lost. */
  publish(subject: string, text: string): void;
  /** Listens on a subject; gives the way to stop. */
  subscribe(subject: string, take: (message: Inquiry) => void): () => void;
  /** Puts a message into the stream of its subject; rejects when the stream has not said in time that it has it. */
  store(subject: string, payload: Uint8Array, options: StoreOptions): Promise<void>;
  /**
   * Begins to take the messages of a consumer. Where `take` is given, the broker may hand them to it as they come, which is
   * cheaper; those that it does not come in the iteration, which ends in either case as it does without.
   */
  consume(options: ConsumerOptions, take?: (message: Delivery) => void): Promise<Deliveries>;
};
