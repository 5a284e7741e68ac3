/**
 * Reads frames from JetStream for one shard or several, and acknowledges to it what the shards have settled.
 */
import { STREAMS, shardFrames, shardOfFrame } from "../contract/subjects.ts";
import { pause, type Time } from "../contract/time.ts";
import { TRACE_HEADER } from "../contract/trace/tracer.ts";
import type { ConsumerOptions, Deliveries, Delivery, Transport } from "../contract/transport.ts";
import { type Pump, QUEUE_MAX } from "../core/pump.ts";
import { type FrameInHand, FramesInHand, type ShardLag } from "./frames-in-hand.ts";

/** Most frames fetched ahead of a shard; below QUEUE_MAX, so that a shard's queue has always room for them. */
const AHEAD_MAX = 256;
/** Shards for which a consumer fetches ahead and keeps frames unacknowledged; those of more share. */
const SHARDS_AHEAD_MAX = 8;
/** How long one pull waits for frames; a stream that is gone is noticed after it at the latest. */
const PULL_MS = 5_000;
/** Wait before a consumer that broke is opened again. */
const REOPEN_MS = 1_000;
/** Wait before a shard whose queue is full is offered the frame again. */
const FULL_MS = 50;

/** Which frames a consumer takes, and for which shards. */
export type FrameSource = { consumer: ConsumerOptions; pumps: ReadonlyMap<number, Pump> };

/**
 * Where an engine has its frames from. One that owns every shard takes the whole stream by one consumer, so that it can
 * acknowledge in the stream's order (frames-in-hand.ts); else each shard has a consumer of its own. Each names the others, so
 * that an installation may be divided and put together again.
 */
export function frameSources(pumps: ReadonlyMap<number, Pump>, shards: number): FrameSource[] {
  const ofShard = (shard: number): string => `engine-${shard}`;
  const all = Array.from({ length: shards }, (_, shard) => ofShard(shard));
  if (pumps.size === shards)
    return [{ consumer: { ...bounds(shards), name: WHOLE, replaces: all }, pumps }];
  return [...pumps].map(([shard, pump]) => ({
    consumer: {
      ...bounds(1),
      name: ofShard(shard),
      filter: shardFrames(shard),
      replaces: [WHOLE],
    },
    pumps: new Map([[shard, pump]]),
  }));
}

/** The consumer of an engine that owns every shard. */
const WHOLE = "engine";

function bounds(
  shards: number,
): Pick<ConsumerOptions, "stream" | "pendingMax" | "aheadMax" | "pullMs"> {
  const many = Math.min(shards, SHARDS_AHEAD_MAX);
  return {
    stream: STREAMS.frames,
    pendingMax: many * QUEUE_MAX,
    aheadMax: many * AHEAD_MAX,
    pullMs: PULL_MS,
  };
}

/** What a consumer works with; `stray` is told the subject of a frame for a shard that the installation has not. */
export type FrameTools = { transport: Transport; time: Time; stray(subject: string): void };

/** A running consumer. */
export class FrameConsumer {
  readonly #tools: FrameTools;
  readonly #source: FrameSource;
  readonly #inHand: FramesInHand;
  /** Frames that found their shard's queue full, in order; what comes beyond QUEUE_MAX of a shard comes again. */
  readonly #held: ReadonlyMap<number, FrameInHand[]>;
  #messages: Deliveries | undefined;
  #closed = false;
  #done: Promise<void> = Promise.resolve();

  private constructor(source: FrameSource, tools: FrameTools) {
    this.#source = source;
    this.#tools = tools;
    this.#inHand = new FramesInHand(source.pumps.keys());
    this.#held = new Map([...source.pumps.keys()].map((shard) => [shard, []]));
  }

  /** Opens it; settles when the broker has it. */
  static async open(source: FrameSource, tools: FrameTools): Promise<FrameConsumer> {
    const consumer = new FrameConsumer(source, tools);
    await consumer.#consume();
    consumer.#done = consumer.#run();
    return consumer;
  }

  /** Takes no more; settles when a pull that waits has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#messages?.stop();
    await this.#done;
  }

  /** How far each of its shards is behind. */
  lags(nowMs: number): ShardLag[] {
    return this.#inHand.lags(nowMs);
  }

  async #consume(): Promise<void> {
    const { transport } = this.#tools;
    const messages = await transport.consume(this.#source.consumer, (message) =>
      this.#take(message),
    );
    this.#messages = messages;
    // Whoever closed meanwhile had nothing to stop yet.
    if (this.#closed) messages.stop();
  }

  /** A broker that lost its store ends the iteration: the consumer is made anew, and gateways send again. */
  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        if (this.#messages === undefined) await this.#consume();
        for await (const message of this.#messages ?? []) this.#take(message);
      } catch {
        // What went wrong shows as lag; the next round opens it again.
      }
      this.#messages = undefined;
      if (!this.#closed) await pause(this.#tools.time, REOPEN_MS);
    }
  }

  /** Without a promise for each frame: most come by the hundred. */
  #take(message: Delivery): void {
    const shard = shardOfFrame(message.subject);
    const pump = this.#source.pumps.get(shard);
    const held = this.#held.get(shard);
    if (pump === undefined || held === undefined) {
      // Nobody will ever take it. Its gateway keeps it, since no engine says that it is durable.
      this.#tools.stray(message.subject);
      message.ack();
      return;
    }
    if (held.length >= QUEUE_MAX) return;
    const frame = this.#inHand.take(shard, message);
    if (held.length === 0 && this.#offer(pump, frame)) return;
    held.push(frame);
    if (held.length === 1) void this.#offerHeld(pump, held);
  }

  async #offerHeld(pump: Pump, held: FrameInHand[]): Promise<void> {
    while (held.length > 0 && !this.#closed) {
      await pause(this.#tools.time, FULL_MS);
      const rest = held.findIndex((frame) => !this.#offer(pump, frame));
      held.splice(0, rest < 0 ? held.length : rest);
    }
  }

  #offer(pump: Pump, frame: FrameInHand): boolean {
    const settle = (): void => this.#inHand.settle(frame);
    return pump.offerFrame(frame.message.data, settle, frame.message.header?.(TRACE_HEADER));
  }
}
