/**
 * What a shard's loop (pump.ts) works with and what it holds while a batch is under way.
 */
import type { DurableAck } from "../contract/acks.ts";
import type { Clock } from "../contract/clock.ts";
import type { EngineCommandReply } from "../contract/commands.ts";
import type { Span, Tracer } from "../contract/trace/tracer.ts";
import type { Journal } from "../journal/journal.ts";
import type { BatchTrace } from "../trace/batch-trace.ts";
import type { GatewayState } from "./admit.ts";
import type { Outbox } from "./outbox.ts";
import type { Pool } from "./pool.ts";
import type { CommandRecord } from "./record-body.ts";
import type { TryPayment } from "./trials.ts";

/** What a pump works with; shared by all shards of an engine. */
export type PumpTools = {
  pool: Pool;
  journal: Journal;
  outbox: Outbox;
  clock: Clock;
  /** How far a reading may be ahead of the clock (R14). */
  maxSkewS: number;
  /** Tries payments on this shard's accounts. */
  tryPayment: TryPayment;
  /** Follows what is traced; undefined where nothing is. */
  tracer?: Tracer | undefined;
  /** Tells a gateway what is on disk. */
  acknowledge(gateway: number, ack: DurableAck): void;
  /** Told of each batch that was answered: its readings, and how long it took from gathering to answers. */
  onBatch?: ((readings: number, tookMs: number) => void) | undefined;
  /** Called once, when the journal or the kernel failed: nothing more can be acknowledged. */
  fail(error: unknown): void;
};

/** A frame that waits; `span` where it is traced. */
export type Frame = { bytes: Uint8Array; settle: () => void; span?: Span | undefined };
/** A command that waits. `reply` is called once; undefined when it was. */
export type Command = {
  record: CommandRecord;
  reply: ((reply: EngineCommandReply) => void) | undefined;
  span?: Span | undefined;
};
/** A question that waits; `answer` reads the state and answers at once. */
export type Query = { answer: () => void; refuse: (error: Error) => void };
/** What one batch owes to others when it is durable. */
export type Duties = {
  replies: { index: number; command: Command }[];
  frames: { index: number; gateway: GatewayState; sequence: number }[];
  /** How far each gateway is on disk after this batch, and one more for each frame that was refused. */
  acks: Map<number, DurableAck>;
  refusals: { gateway: number; ack: DurableAck }[];
  settled: (() => void)[];
  /** Readings in the frames. */
  readings: number;
  /** Whether a tick is among the records. */
  hasTick: boolean;
  /** Spans of what is traced in the batch. */
  trace: BatchTrace;
};

/** What the shard has done since the start. */
export type PumpFigures = {
  batches: number;
  readings: number;
  frames: number;
  refusedFrames: number;
  commands: number;
};
