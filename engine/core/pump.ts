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
import type { EngineCommand, EngineCommandReply } from "../contract/commands.ts";
import type { ImageRoom, SnapshotImage } from "../journal/image.ts";
import { JOURNAL_KIND } from "../journal/record.ts";
import type { DiskTrouble } from "../journal/trouble.ts";
import { BatchTrace } from "../trace/batch-trace.ts";
import { admit, type GatewayState } from "./admit.ts";
import { BatchRoom } from "./batch-room.ts";
import { toRecord } from "./command-records.ts";
import type { Command, Duties, Frame, PumpFigures, PumpTools, Query } from "./duties.ts";
import { InputWriter } from "./input.ts";
import { BatchOutputs } from "./messages.ts";
import { OutputReader } from "./outputs.ts";
import { isQuick } from "./quick.ts";
import { toReply } from "./reply.ts";
import { ShardState } from "./state.ts";
import type { QueryAnswer, Trial } from "./trials.ts";

/** Most frames and commands that wait for a shard. */
export const QUEUE_MAX = 8_192;
/** Most readings in one batch. */
export const BATCH_READINGS_MAX = 65_536;

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
  readonly #room = new BatchRoom();
  readonly #outputs: OutputReader;
  readonly #gateways: Map<number, GatewayState>;
  /** When a frame of each gateway was last taken, on the monotonic clock. */
  readonly #heardMs = new Map<number, number>();
  readonly #openedMs = performance.now();
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

  /**
   * Takes a frame; `settle` is called when it, and all before it, are on disk or refused. False when the queue is full.
   * `traceparent` names the span that it is part of.
   */
  offerFrame(bytes: Uint8Array, settle: () => void, traceparent?: string): boolean {
    if (this.#frames.length >= QUEUE_MAX) return false;
    const span = this.#tools.tracer?.follow("engine frame", traceparent);
    this.#frames.push({ bytes, settle, span });
    this.#wake();
    return true;
  }

  /** For each gateway, when a frame of it was last taken, or else when the shard was opened, in `performance.now()`. */
  heard(): number[] {
    return [...this.#gateways.keys()].map(
      (gateway) => this.#heardMs.get(gateway) ?? this.#openedMs,
    );
  }

  /** Why no command can be taken at the moment: the journal's disk can't be written. */
  get trouble(): DiskTrouble | undefined {
    return this.#tools.journal.trouble;
  }

  /** Takes a command; `reply` is called once. */
  offerCommand(
    command: EngineCommand,
    reply: (reply: EngineCommandReply) => void,
    traceparent?: string,
  ): void {
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
    const span = this.#tools.tracer?.follow("engine command", traceparent);
    this.#commands.push({ record: result.record, reply, span });
    this.#wake();
  }

  /** Takes a tick; a later one replaces one that still waits. */
  offerTick(atS: number): void {
    if (this.state.slots === 0) return;
    this.#tickS = atS;
    this.#wake();
  }

  /** Whether no batch is in flight: then all of the state is on disk, and may be read in this turn. */
  get isAtRest(): boolean {
    return this.#inFlight === undefined;
  }

  /** Answers with states that are on disk. Rejects while the batch in flight waits for a disk that can't be written. */
  query(slots: readonly number[], trials: readonly Trial[] = []): Promise<QueryAnswer> {
    const { clock, tryPayment } = this.#tools;
    return this.atRest(() => ({
      accounts: slots.map((slot) => this.state.account(slot)),
      position: this.#position,
      trials: trials.map((trial) => tryPayment(trial, clock.nowS())),
    }));
  }

  /** Gives what `read` reads as soon as no batch is in flight. Rejects as `query` does. */
  atRest<T>(read: () => T): Promise<T> {
    return new Promise((done, refuse) => {
      if (this.trouble !== undefined && this.#inFlight !== undefined) {
        refuse(new Error(this.trouble.reason));
        return;
      }
      this.#queries.push({ answer: () => done(read()), refuse });
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
      const begunMs = performance.now();
      const duties = this.#gather();
      this.#inFlight = duties;
      if (this.#writer.records > 0) await this.#commit(duties);
      this.#inFlight = undefined;
      this.#fulfil(duties);
      this.#tools.onBatch?.(duties.readings, performance.now() - begunMs);
    }
  }

  #betweenBatches(): void {
    if (this.#tellsAll) this.acknowledgeAll();
    for (const { answer } of this.#queries.splice(0)) answer();
    if (this.#images.length === 0) return;
    // No record of this shard lies between its last batch and the journal's end, so the image stands for both.
    const sequence = Math.max(this.#position, this.#tools.journal.durable);
    for (const { room, done } of this.#images.splice(0))
      done(room.take(this.#memory, this.state.shard, sequence));
  }

  /** Commands first: an account must be open before its readings, and who pays should not wait behind a flood. */
  #gather(): Duties {
    const duties: Duties = {
      replies: [],
      frames: [],
      acks: new Map(),
      refusals: [],
      settled: [],
      readings: 0,
      hasTick: this.#tickS !== undefined,
      trace: new BatchTrace(),
    };
    const nowS = this.#tools.clock.nowS();
    this.#writer.reset();
    if (this.#tickS !== undefined) this.#writer.tick(this.#tickS);
    this.#tickS = undefined;
    let taken = 0;
    for (const command of this.#commands) {
      const { kind, number, slot, body } = command.record;
      if (!this.#writer.fits(body.bytes)) break;
      duties.replies.push({ index: this.#writer.records, command });
      duties.trace.add(command.span);
      this.#writer.command(kind, number, slot, nowS, body);
      taken += 1;
    }
    this.#commands.splice(0, taken);
    this.figures.commands += taken;
    this.#gatherFrames(duties, nowS);
    return duties;
  }

  #gatherFrames(duties: Duties, nowS: number): void {
    let taken = 0;
    for (const { bytes, settle, span } of this.#frames) {
      if (
        duties.readings >= BATCH_READINGS_MAX ||
        !this.#writer.fits(RECORD_HEADER_BYTES + bytes.length)
      )
        break;
      duties.trace.add(span);
      const admitting = span?.child("admit");
      duties.readings += this.#gatherFrame(bytes, duties, nowS);
      admitting?.end();
      duties.settled.push(settle);
      taken += 1;
    }
    this.#frames.splice(0, taken);
    this.figures.frames += taken;
    this.figures.readings += duties.readings;
  }

  /** Gives the readings that the frame brings. */
  #gatherFrame(bytes: Uint8Array, duties: Duties, nowS: number): number {
    const admission = admit(bytes, this.state.shard, this.#gateways);
    const { gateway } = admission;
    if (gateway === undefined) {
      this.figures.refusedFrames += 1;
      return 0;
    }
    this.#heardMs.set(gateway.gateway, performance.now());
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
    const copy = this.#room.copy(this.#writer.batch);
    const { sequence, durable } = journal.append(shard, JOURNAL_KIND.batch, copy);
    outbox.begin(sequence);
    const outputs = new BatchOutputs(shard, sequence);
    const batch = { shard, end: this.#writer.end, isQuick: isQuick(duties) };
    const applied = pool.apply(batch, () => outputs.take(this.#outputs, this.state));
    await duties.trace.during({ journal: durable, apply: applied });
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
    const answering = duties.trace.begin("ack");
    for (const { index, command } of duties.replies) {
      const { number } = command.record;
      const outcome = this.#outputs.outcome(index);
      command.reply?.(toReply(number, outcome, this.#tools.clock.nowS(), this.#position));
    }
    for (const { gateway, ack } of duties.refusals) this.#acknowledge(gateway, ack);
    for (const [gateway, ack] of duties.acks) this.#acknowledge(gateway, ack);
    for (const settle of duties.settled) settle();
    answering?.();
    duties.trace.end();
  }

  #learnGateways(): void {
    for (const each of this.state.gateways()) this.#gateways.set(each.gateway, each);
  }

  #gatewayIndex(gateway: number): number {
    return this.#gateways.get(gateway)?.index ?? this.#gateways.size;
  }
}
