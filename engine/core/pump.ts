/**
 * One shard's loop (architecture, "The engine's loop"): takes what has arrived, never waits for a batch to fill; journals
 * and applies it at the same time, and answers only when both are done. One batch in flight.
 */
import {
  CODE_APPLIED,
  CODE_FOREIGN_SLOT,
  RECORD_HEADER_BYTES,
} from "../../kernel-as/assembly/layout.ts";
import type { DurableAck } from "../contract/acks.ts";
import type { Clock } from "../contract/clock.ts";
import type { EngineCommand, EngineCommandReply } from "../contract/commands.ts";
import type { ImageRoom, SnapshotImage } from "../journal/image.ts";
import type { Journal } from "../journal/journal.ts";
import { JOURNAL_KIND } from "../journal/record.ts";
import type { DiskTrouble } from "../journal/trouble.ts";
import { admit, type GatewayState } from "./admit.ts";
import { toRecord } from "./command-records.ts";
import { InputWriter } from "./input.ts";
import { BatchOutputs } from "./messages.ts";
import type { Outbox } from "./outbox.ts";
import { OutputReader } from "./outputs.ts";
import type { Pool } from "./pool.ts";
import type { CommandRecord } from "./record-body.ts";
import { toReply } from "./reply.ts";
import { ShardState } from "./state.ts";
import type { QueryAnswer, Trial, TryPayment } from "./trials.ts";

/** Most frames and commands that wait for a shard. */
export const QUEUE_MAX = 8_192;
/** Most readings in one batch. */
export const BATCH_READINGS_MAX = 65_536;

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
  /** Tells a gateway what is on disk. */
  acknowledge(gateway: number, ack: DurableAck): void;
  /** Called once, when the journal or the kernel failed: nothing more can be acknowledged. */
  fail(error: unknown): void;
};

type Frame = { bytes: Uint8Array; settle: () => void };
/** `reply` is called once; undefined when it was. */
type Command = { record: CommandRecord; reply: ((reply: EngineCommandReply) => void) | undefined };
type Query = {
  slots: readonly number[];
  trials: readonly Trial[];
  answer: (answer: QueryAnswer) => void;
  refuse: (error: Error) => void;
};
/** What one batch owes to others when it is durable. */
type Duties = {
  replies: { index: number; command: Command }[];
  frames: { index: number; gateway: GatewayState; sequence: number }[];
  /** How far each gateway is on disk after this batch, and one more for each frame that was refused. */
  acks: Map<number, DurableAck>;
  refusals: { gateway: number; ack: DurableAck }[];
  settled: (() => void)[];
};

/** What the shard has done since the start. */
export type PumpFigures = {
  batches: number;
  readings: number;
  frames: number;
  refusedFrames: number;
  commands: number;
};

/** The loop of one shard. */
export class Pump {
  readonly state: ShardState;
  readonly figures: PumpFigures = {
    batches: 0,
    readings: 0,
    frames: 0,
    refusedFrames: 0,
    commands: 0,
  };
  readonly #memory: WebAssembly.Memory;
  readonly #tools: PumpTools;
  readonly #writer: InputWriter;
  readonly #outputs: OutputReader;
  readonly #gateways: Map<number, GatewayState>;
  #frames: Frame[] = [];
  #commands: Command[] = [];
  #queries: Query[] = [];
  #images: { room: ImageRoom; done: (image: SnapshotImage) => void }[] = [];
  #tickS: number | undefined;
  #inFlight: Duties | undefined;
  #isBroken = false;
  #tellsAll = false;
  #running: Promise<void> | undefined;
  #position: number;

  constructor(shard: number, memory: WebAssembly.Memory, position: number, tools: PumpTools) {
    this.state = new ShardState(shard, memory);
    this.#memory = memory;
    this.#position = position;
    this.#tools = tools;
    this.#writer = new InputWriter(memory, tools.maxSkewS);
    this.#outputs = new OutputReader(memory);
    this.#gateways = new Map(this.state.gateways().map((each) => [each.gateway, each]));
  }

  /** Journal sequence of the last batch that is durable. */
  get position(): number {
    return this.#position;
  }

  /** Frames and commands that wait. */
  get waiting(): number {
    return this.#frames.length + this.#commands.length;
  }

  /** Takes a frame; `settle` is called when it, and all before it, are on disk or refused. False when the queue is full. */
  offerFrame(bytes: Uint8Array, settle: () => void): boolean {
    if (this.#frames.length >= QUEUE_MAX) return false;
    this.#frames.push({ bytes, settle });
    this.#wake();
    return true;
  }

  /** Why no command can be taken at the moment: the journal's disk can't be written. */
  get trouble(): DiskTrouble | undefined {
    return this.#tools.journal.trouble;
  }

  /** Takes a command; `reply` is called once. */
  offerCommand(command: EngineCommand, reply: (reply: EngineCommandReply) => void): void {
    if (this.trouble !== undefined) {
      reply({ status: "unavailable", reason: this.trouble.reason });
      return;
    }
    if (this.#commands.length >= QUEUE_MAX) {
      reply({
        status: "unavailable",
        reason: `more than ${QUEUE_MAX} commands wait for this shard`,
      });
      return;
    }
    const result = toRecord(command, (gateway) => this.#gatewayIndex(gateway));
    if (!result.ok) {
      reply({ status: "invalid", faults: result.faults });
      return;
    }
    this.#commands.push({ record: result.record, reply });
    this.#wake();
  }

  /** Takes a tick; a later one replaces one that still waits. */
  offerTick(atS: number): void {
    if (this.state.slots === 0) return;
    this.#tickS = atS;
    this.#wake();
  }

  /** Answers with states that are on disk. Rejects while the batch in flight waits for a disk that can't be written. */
  query(slots: readonly number[], trials: readonly Trial[] = []): Promise<QueryAnswer> {
    return new Promise((done, refuse) => {
      if (this.trouble !== undefined && this.#inFlight !== undefined) {
        refuse(new Error(this.trouble.reason));
        return;
      }
      this.#queries.push({ slots, trials, answer: done, refuse });
      this.#wake();
    });
  }

  /**
   * Says that the journal's disk can't be written: whoever waits for a command is told to ask again. What is in flight
   * already will still be carried out, and a repeat of it gets its answer.
   */
  interrupt(reason: string): void {
    const inFlight = this.#inFlight?.replies.map(({ command }) => command) ?? [];
    for (const command of [...inFlight, ...this.#commands.splice(0)]) {
      command.reply?.({ status: "unavailable", reason });
      command.reply = undefined;
    }
    if (this.#inFlight === undefined) return;
    for (const { refuse } of this.#queries.splice(0)) refuse(new Error(reason));
  }

  /** Copies the state between two batches. */
  image(room: ImageRoom): Promise<SnapshotImage> {
    room.prepare(this.#memory);
    return new Promise((done) => {
      this.#images.push({ room, done });
      this.#wake();
    });
  }

  /** Settles when nothing waits and nothing is in flight. */
  async idle(): Promise<void> {
    while (this.#running !== undefined && !this.#isBroken) await this.#running;
  }

  /**
   * Sends every gateway what is on disk of it: after a start, so that they go on from there. While a batch is in flight it
   * waits for its end: what the batch has admitted is not on disk yet.
   */
  acknowledgeAll(): void {
    if (this.#inFlight !== undefined) {
      this.#tellsAll = true;
      return;
    }
    this.#tellsAll = false;
    for (const { gateway, epoch, sequence } of this.#gateways.values()) {
      this.#acknowledge(gateway, { shard: this.state.shard, epoch, sequence });
    }
  }

  /** Tells with every acknowledgement which frames were not applied, so that one which gets lost takes no frame with it. */
  #acknowledge(gateway: number, ack: DurableAck): void {
    const known = this.#gateways.get(gateway);
    const unapplied =
      known?.epoch === ack.epoch
        ? this.state.unapplied(known.index).filter(({ sequence }) => sequence <= ack.sequence)
        : [];
    this.#tools.acknowledge(gateway, unapplied.length === 0 ? ack : { ...ack, unapplied });
  }

  #wake(): void {
    this.#running ??= this.#run().catch((error: unknown) => {
      this.#isBroken = true;
      this.#tools.fail(error);
    });
  }

  async #run(): Promise<void> {
    // What arrives in this turn of the loop goes into the same batch.
    await Promise.resolve();
    for (;;) {
      this.#betweenBatches();
      if (this.#frames.length === 0 && this.#commands.length === 0 && this.#tickS === undefined) {
        // In the same turn as the look at the queues, so that nothing can arrive unseen in between.
        this.#running = undefined;
        return;
      }
      await this.#tools.outbox.room();
      const duties = this.#gather();
      this.#inFlight = duties;
      if (this.#writer.records > 0) await this.#commit(duties);
      this.#inFlight = undefined;
      this.#fulfil(duties);
    }
  }

  #betweenBatches(): void {
    if (this.#tellsAll) this.acknowledgeAll();
    const { clock, tryPayment } = this.#tools;
    for (const { slots, trials, answer } of this.#queries.splice(0)) {
      answer({
        accounts: slots.map((slot) => this.state.account(slot)),
        position: this.#position,
        trials: trials.map((trial) => tryPayment(trial, clock.nowS())),
      });
    }
    if (this.#images.length === 0) return;
    // No record of this shard lies between its last batch and the journal's end, so the image stands for both.
    const sequence = Math.max(this.#position, this.#tools.journal.durable);
    for (const { room, done } of this.#images.splice(0))
      done(room.take(this.#memory, this.state.shard, sequence));
  }

  /** Commands first: an account must be open before its readings, and who pays should not wait behind a flood. */
  #gather(): Duties {
    const duties: Duties = { replies: [], frames: [], acks: new Map(), refusals: [], settled: [] };
    const nowS = this.#tools.clock.nowS();
    this.#writer.reset();
    if (this.#tickS !== undefined) this.#writer.tick(this.#tickS);
    this.#tickS = undefined;
    let taken = 0;
    for (const command of this.#commands) {
      const { kind, number, slot, body } = command.record;
      if (!this.#writer.fits(body.bytes)) break;
      duties.replies.push({ index: this.#writer.records, command });
      this.#writer.command(kind, number, slot, nowS, body);
      taken += 1;
    }
    this.#commands.splice(0, taken);
    this.figures.commands += taken;
    this.#gatherFrames(duties, nowS);
    return duties;
  }

  #gatherFrames(duties: Duties, nowS: number): void {
    let readings = 0;
    let taken = 0;
    for (const { bytes, settle } of this.#frames) {
      if (readings >= BATCH_READINGS_MAX || !this.#writer.fits(RECORD_HEADER_BYTES + bytes.length))
        break;
      readings += this.#gatherFrame(bytes, duties, nowS);
      duties.settled.push(settle);
      taken += 1;
    }
    this.#frames.splice(0, taken);
    this.figures.frames += taken;
    this.figures.readings += readings;
  }

  /** Gives the readings that the frame brings. */
  #gatherFrame(bytes: Uint8Array, duties: Duties, nowS: number): number {
    const admission = admit(bytes, this.state.shard, this.#gateways);
    const { gateway } = admission;
    if (gateway === undefined) {
      this.figures.refusedFrames += 1;
      return 0;
    }
    const ack = { shard: this.state.shard, epoch: gateway.epoch, sequence: gateway.sequence };
    duties.acks.set(gateway.gateway, ack);
    if (admission.fate === "refused") {
      this.#refuse(gateway, { sequence: admission.sequence, code: admission.code }, duties);
    }
    if (admission.fate !== "taken") return 0;
    duties.frames.push({
      index: this.#writer.records,
      gateway,
      sequence: admission.shape.sequence,
    });
    this.#writer.frame(bytes, gateway.index, nowS);
    return admission.shape.readings;
  }

  async #commit(duties: Duties): Promise<void> {
    const { journal, pool, outbox } = this.#tools;
    const { shard } = this.state;
    const { sequence, durable } = journal.append(shard, JOURNAL_KIND.batch, this.#writer.copy());
    outbox.begin(sequence);
    const outputs = new BatchOutputs(shard, sequence);
    const applied = pool.apply(shard, this.#writer.end, () =>
      outputs.take(this.#outputs, this.state),
    );
    await Promise.all([durable, applied]);
    this.#position = sequence;
    this.figures.batches += 1;
    outbox.add(sequence, outputs.messages);
    for (const { index, gateway, sequence: frame } of duties.frames)
      this.#judgeFrame(index, gateway, frame, duties);
    // A set_gateway may have made or changed one; what is known of the others stays.
    if (duties.replies.length > 0) this.#learnGateways();
  }

  /** A frame that the kernel found unsound or foreign: its sequence is used, and its gateway is told. */
  #judgeFrame(index: number, gateway: GatewayState, sequence: number, duties: Duties): void {
    const { code } = this.#outputs.outcome(index);
    if (code === CODE_APPLIED) return;
    const refusal = code === CODE_FOREIGN_SLOT ? "foreign_slot" : "malformed";
    this.#refuse(gateway, { sequence, code: refusal }, duties);
  }

  #refuse(
    gateway: GatewayState,
    refused: NonNullable<DurableAck["refused"]>,
    duties: Duties,
  ): void {
    this.figures.refusedFrames += 1;
    const { epoch, sequence } = gateway;
    // All that follows a gap is refused with it: one answer tells from where to send again.
    const told = duties.refusals.filter((each) => each.gateway === gateway.gateway).at(-1)
      ?.ack.refused;
    if (refused.code === "sequence_gap" && told?.code === "sequence_gap") return;
    duties.refusals.push({
      gateway: gateway.gateway,
      ack: { shard: this.state.shard, epoch, sequence, refused },
    });
  }

  #fulfil(duties: Duties): void {
    for (const { index, command } of duties.replies) {
      command.reply?.(
        toReply(
          command.record.number,
          this.#outputs.outcome(index),
          this.#tools.clock.nowS(),
          this.#position,
        ),
      );
    }
    for (const { gateway, ack } of duties.refusals) this.#acknowledge(gateway, ack);
    for (const [gateway, ack] of duties.acks) this.#acknowledge(gateway, ack);
    for (const settle of duties.settled) settle();
  }

  #learnGateways(): void {
    for (const each of this.state.gateways()) this.#gateways.set(each.gateway, each);
  }

  #gatewayIndex(gateway: number): number {
    return this.#gateways.get(gateway)?.index ?? this.#gateways.size;
  }
}
