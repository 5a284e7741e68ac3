/**
 * What comes in over NATS: frames from JetStream, commands and questions by request and reply.
 */
import type { z } from "zod";
import type { Clock } from "../contract/clock.ts";
import { COMMAND_BYTES_MAX } from "../contract/command-limits.ts";
import { type EngineCommandReply, engineCommandMessage } from "../contract/commands.ts";
import { type EngineQueryReply, engineQueryMessage } from "../contract/queries.ts";
import { STATES_MARK } from "../contract/states-question.ts";
import { engineCommand, engineQuery, STREAMS, shardFrames } from "../contract/subjects.ts";
import { machineTime, pause, type Time } from "../contract/time.ts";
import { TRACE_HEADER } from "../contract/trace/tracer.ts";
import type { Deliveries, Delivery, Inquiry, Transport } from "../contract/transport.ts";
import { type Pump, QUEUE_MAX } from "../core/pump.ts";
import { FrameLag } from "./frame-lag.ts";
import { makeAnswerStates } from "./states.ts";

/** Most frames fetched ahead of a shard; below QUEUE_MAX, so that a shard's queue has always room for them. */
const AHEAD_MAX = 256;
/** How long one pull waits for frames; a stream that is gone is noticed after it at the latest. */
const PULL_MS = 5_000;
/** Wait before a consumer that broke is opened again. */
const REOPEN_MS = 1_000;
/** Wait before a shard whose queue is full is offered the frame again. */
const FULL_MS = 50;

/** How far a shard is behind: frames in the stream that are not settled, and how long the oldest of them has been there. */
export type ShardLag = { shard: number; frames: number; ms: number };

/** The running inputs of an engine. */
export type Inputs = { lags(nowMs?: number): ShardLag[]; close(): Promise<void> };

/** Opens the inputs of all shards. */
export async function openInputs(
  transport: Transport,
  pumps: ReadonlyMap<number, Pump>,
  clock: Clock,
  time: Time = machineTime,
): Promise<Inputs> {
  const subscriptions: (() => void)[] = [];
  const consumers: FrameConsumer[] = [];
  const answerStates = makeAnswerStates(pumps, clock);
  for (const [shard, pump] of pumps) {
    subscriptions.push(
      transport.subscribe(engineCommand(shard), (message) => takeCommand(pump, message)),
      transport.subscribe(engineQuery(shard), (message) => {
        if (message.data[0] === STATES_MARK) answerStates(message);
        else void takeQuery(pump, message, clock);
      }),
    );
  }
  await Promise.all(
    [...pumps].map(async ([shard, pump]) =>
      consumers.push(await FrameConsumer.open(transport, shard, pump, time)),
    ),
  );
  return {
    lags: (nowMs = Date.now()) => consumers.map((consumer) => consumer.lag(nowMs)),
    async close() {
      for (const unsubscribe of subscriptions) unsubscribe();
      await Promise.all(consumers.map((consumer) => consumer.close()));
    },
  };
}

/** Reads one shard's frames and acknowledges to JetStream what the shard has settled. */
class FrameConsumer {
  readonly #transport: Transport;
  readonly #shard: number;
  readonly #pump: Pump;
  readonly #time: Time;
  #messages: Deliveries | undefined;
  #closed = false;
  #done: Promise<void> = Promise.resolve();
  readonly #lag = new FrameLag();
  /** Frames that found the shard's queue full, in order; whoever has more than QUEUE_MAX has them come again. */
  readonly #held: Delivery[] = [];

  private constructor(transport: Transport, shard: number, pump: Pump, time: Time) {
    this.#transport = transport;
    this.#shard = shard;
    this.#pump = pump;
    this.#time = time;
  }

  static async open(
    transport: Transport,
    shard: number,
    pump: Pump,
    time: Time,
  ): Promise<FrameConsumer> {
    const consumer = new FrameConsumer(transport, shard, pump, time);
    await consumer.#consume();
    consumer.#done = consumer.#run();
    return consumer;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#messages?.stop();
    await this.#done;
  }

  async #consume(): Promise<void> {
    const options = {
      stream: STREAMS.frames,
      name: `engine-${this.#shard}`,
      filter: shardFrames(this.#shard),
      pendingMax: QUEUE_MAX,
      aheadMax: AHEAD_MAX,
      pullMs: PULL_MS,
    };
    const messages = await this.#transport.consume(options, (message) => this.#take(message));
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
      if (!this.#closed) await pause(this.#time, REOPEN_MS);
    }
  }

  lag(nowMs: number): ShardLag {
    return { shard: this.#shard, ...this.#lag.now(nowMs) };
  }

  /** Without a promise for each frame: most come by the hundred. */
  #take(message: Delivery): void {
    if (this.#held.length >= QUEUE_MAX) return;
    this.#lag.taken(message);
    if (this.#held.length === 0 && this.#offer(message)) return;
    this.#held.push(message);
    if (this.#held.length === 1) void this.#offerHeld();
  }

  async #offerHeld(): Promise<void> {
    while (this.#held.length > 0 && !this.#closed) {
      await pause(this.#time, FULL_MS);
      const rest = this.#held.findIndex((message) => !this.#offer(message));
      this.#held.splice(0, rest < 0 ? this.#held.length : rest);
    }
  }

  #offer(message: Delivery): boolean {
    const settle = (): void => {
      this.#lag.settled(message);
      message.ack();
    };
    return this.#pump.offerFrame(message.data, settle, message.header?.(TRACE_HEADER));
  }
}

function takeCommand(pump: Pump, message: Inquiry): void {
  const answer = (reply: EngineCommandReply): void => respond(message, reply);
  const parsed = parse(message, engineCommandMessage);
  if (parsed.ok) pump.offerCommand(parsed.value, answer, message.header?.(TRACE_HEADER));
  else answer({ status: "invalid", faults: parsed.faults });
}

async function takeQuery(pump: Pump, message: Inquiry, clock: Clock): Promise<void> {
  const parsed = parse(message, engineQueryMessage);
  if (!parsed.ok) {
    respond(message, { status: "invalid", faults: parsed.faults });
    return;
  }
  const { slots, trials: asked = [] } = parsed.value;
  // A question for nothing asks whether commands are taken.
  if (slots.length === 0 && pump.trouble !== undefined) {
    respond(message, { status: "unavailable", reason: pump.trouble.reason });
    return;
  }
  try {
    const { accounts, position, trials } = await pump.query(
      slots,
      asked.map(({ slot, amount_micros }) => ({ slot, amountMicros: BigInt(amount_micros) })),
    );
    respond(message, { status: "ok", as_of_s: clock.nowS(), position, accounts, trials });
  } catch (error) {
    respond(message, { status: "unavailable", reason: (error as Error).message });
  }
}

function respond(message: Inquiry, reply: EngineCommandReply | EngineQueryReply): void {
  message.respond(JSON.stringify(reply));
}

type Parsed<T> =
  | { ok: true; value: T }
  | { ok: false; faults: { pointer: string; message: string }[] };

function parse<T>(message: Inquiry, schema: z.ZodType<T>): Parsed<T> {
  if (message.data.length > COMMAND_BYTES_MAX)
    return invalid("", `is longer than COMMAND_BYTES_MAX (${COMMAND_BYTES_MAX})`);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(message.data).toString("utf8"));
  } catch {
    return invalid("", "is no JSON");
  }
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const faults = result.error.issues.map((issue) => ({
    pointer: issue.path.map((key) => `/${String(key)}`).join(""),
    message: issue.message,
  }));
  return { ok: false, faults };
}

function invalid<T>(pointer: string, message: string): Parsed<T> {
  return { ok: false, faults: [{ pointer, message }] };
}
