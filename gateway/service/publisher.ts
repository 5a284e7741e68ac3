/**
 * Carries frames from the spool to JetStream in order, and lets go of them when the engine's durable acknowledgement
 * covers them. Go-back-N: a bounded window in flight; after a gap, a refusal or silence it begins again behind the last
 * acknowledged frame. While the engine is silent or refuses for a reason that no repeat mends, one frame at a time is
 * tried at growing intervals. JetStream's own acknowledgement frees nothing: only the engine's disk does.
 */
import { type DurableAck, durableAck, UNAPPLIED_WINDOW } from "../../engine/contract/acks.ts";
import { frameShape } from "../../engine/contract/frame.ts";
import { ackSubject, frameSubject } from "../../engine/contract/subjects.ts";
import { machineTime, type Time } from "../../engine/contract/time.ts";
import type { Tracer } from "../../engine/contract/trace/tracer.ts";
import type { Transport } from "../../engine/contract/transport.ts";
import { type AckStep, ackSteps } from "./ack-rules.ts";
import { FrameTrace } from "./frame-trace.ts";
import { type Refused, rescue, type SetAside } from "./rescue.ts";
import { restamp } from "./restamp.ts";
import type { Spool, SpooledFrame } from "./spool.ts";

/** Most frames sent and not yet durably acknowledged. */
export const WINDOW_FRAMES_MAX = UNAPPLIED_WINDOW;
/** Most bytes read from the spool at once. */
const READ_BYTES_MAX = 524_288;
const PUBLISH_WAIT_MS = 5_000;
/** How often the spool is looked at when nothing else wakes the publisher. */
const LOOK_MS = 200;
/** After a rewind, more refusals of the same kind (one for each frame that was in flight) are ignored for so long. */
const REWIND_QUIET_MS = 1_000;
/** Rounds of silence after which a person is told. */
const SILENT_ROUNDS = 3;
/** Failed sends in a row after which a person is told. */
const FAILURES_TOLD = 3;
const FAILURE_WAIT_MS = 250;
const FAILURE_WAIT_MS_MAX = 30_000;
/** Rounds of silence that are counted. */
const SILENCES_MAX = 16;
/** Longest acknowledgement that is read. */
const ACK_BYTES_MAX = 4_096;

/** How long silence is waited out at first, and at most; tests take shorter times. */
export type PublisherTimes = { silenceMs: number; silenceMsMax: number };
const TIMES: PublisherTimes = { silenceMs: 2_000, silenceMsMax: 15_000 };

/** Whose frames, from where to where. */
export type PublisherOptions = {
  shard: number;
  gateway: number;
  key: Uint8Array;
  spool: Spool;
  transport: Pick<Transport, "subscribe" | "store">;
  /** Whether the connection stands. */
  up(): boolean;
  /** Fetches the roster and resolves with the version now known. */
  refreshRoster(): Promise<number>;
  /** Whether a slot is this gateway's by the roster now known. */
  ownsSlot(slot: number): boolean;
  /** Takes what the engine will never take from this gateway: kept for people, not sent again. */
  setAside(entries: SetAside): void;
  /** Told in one line what a person should see, and `undefined` when it is over. */
  onAlarm(message: string | undefined): void;
  times?: Partial<PublisherTimes>;
  /** Begins traces of frames; none unless it is given. */
  tracer?: Tracer | undefined;
  /** The machine's unless told otherwise. */
  time?: Time;
};

/** One gateway's publisher; it runs from its making until `close`. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #times: PublisherTimes;
  readonly #time: Time;
  readonly #trace: FrameTrace;
  readonly #stopAcks: () => void;
  readonly #running: Promise<void>;
  #busy: Promise<void> | undefined;
  #closed = false;
  #wake: () => void = () => undefined;
  #next: number;
  /** Rises with each rewind, so that a send that was under way does not move `next` on. */
  #turn = 0;
  #published = 0;
  /** Frames of an older roster version than this are stamped anew when they are sent. */
  #leastRoster = 0;
  #restampedAt = Number.NEGATIVE_INFINITY;
  /** Rounds in which the engine did not know a slot of our roster. */
  #unknownSlots = 0;
  /** Acknowledgements are taken one after the other. */
  #taking: Promise<void> = Promise.resolve();
  #failures = 0;
  #notBefore = 0;
  /** When the wait for an acknowledgement began. */
  #waitsSince: number;
  #silences = 0;
  /** When the engine last said anything. */
  #heardAt: number;
  #rewoundAt = Number.NEGATIVE_INFINITY;
  #halted = false;
  #alarm: string | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#trace = new FrameTrace(options.tracer, options.gateway);
    this.#times = { ...TIMES, ...options.times };
    this.#time = options.time ?? machineTime;
    this.#waitsSince = this.#time.monotonicMs();
    this.#heardAt = this.#time.monotonicMs();
    this.#next = options.spool.acknowledged + 1;
    this.#stopAcks = options.transport.subscribe(ackSubject(options.gateway), ({ data }) =>
      this.#receive(data),
    );
    this.#running = this.#run();
  }

  /** Frames that JetStream took, repeats included. */
  get published(): number {
    return this.#published;
  }

  /** Says that there may be something new to send: after an append, or when the connection came back. */
  wake(): void {
    this.#wake();
  }

  /** Stops sending; what is not acknowledged stays in the spool. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#running;
    await this.#busy;
    await this.#taking;
    this.#stopAcks();
    this.#trace.close();
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      const sent = this.#mayPublish() && (await this.#publishSome());
      if (sent || this.#closed) continue;
      await this.#pause();
      this.#judgeSilence();
    }
  }

  /** The highest sequence that may be in flight. */
  #windowEnd(): number {
    const trying = this.#halted || this.#silences > 1;
    return this.#options.spool.acknowledged + (trying ? 1 : WINDOW_FRAMES_MAX);
  }

  #mayPublish(): boolean {
    const { spool, up } = this.#options;
    if (!up() || this.#busy !== undefined || this.#time.monotonicMs() < this.#notBefore)
      return false;
    return this.#next <= Math.min(spool.durable, this.#windowEnd());
  }

  /** False when nothing was sent. */
  async #publishSome(): Promise<boolean> {
    const { spool } = this.#options;
    const turn = this.#turn;
    let frames: SpooledFrame[];
    try {
      frames = await spool.unacknowledged(this.#next, READ_BYTES_MAX);
    } catch (error) {
      this.#inTurn(() => this.#renew(spool.epoch + 1, reasonOf(error)));
      return false;
    }
    const end = this.#windowEnd();
    frames = frames.filter(({ sequence }) => sequence <= end);
    const first = frames[0];
    if (first === undefined || turn !== this.#turn) {
      this.#next = Math.max(this.#next, spool.acknowledged + 1);
      return false;
    }
    if (first.sequence === spool.acknowledged + 1) this.#waitsSince = this.#time.monotonicMs();
    const results = await Promise.allSettled(frames.map((frame) => this.#publish(frame)));
    const failed = results.find((result) => result.status === "rejected");
    const count = failed === undefined ? frames.length : results.indexOf(failed);
    if (turn === this.#turn) this.#next = first.sequence + count;
    this.#published += count;
    if (failed !== undefined) this.#backOff(failed.reason);
    else this.#failures = 0;
    return failed === undefined;
  }

  async #publish({ frame, sequence }: SpooledFrame): Promise<void> {
    const { shard, gateway, transport } = this.#options;
    const subject = frameSubject(shard, gateway);
    await this.#trace.publish(sequence, (headers) =>
      transport.store(subject, this.#fitted(frame), {
        waitMs: PUBLISH_WAIT_MS,
        ...(headers && { headers }),
      }),
    );
  }

  #fitted(frame: Uint8Array): Uint8Array {
    const rosterVersion = this.#leastRoster;
    const old = (frameShape(frame)?.rosterVersion ?? rosterVersion) < rosterVersion;
    return old ? restamp(frame, { rosterVersion }, this.#options.key) : frame;
  }

  #backOff(reason: unknown): void {
    this.#failures++;
    const waitMs = Math.min(FAILURE_WAIT_MS * 2 ** (this.#failures - 1), FAILURE_WAIT_MS_MAX);
    this.#notBefore = this.#time.monotonicMs() + waitMs;
    if (this.#failures >= FAILURES_TOLD)
      this.#raise(`JetStream takes no frames (${reasonOf(reason)}): see its FRAMES stream`);
  }

  #receive(data: Uint8Array): void {
    const ack = parseAck(data);
    if (ack === undefined || ack.shard !== this.#options.shard) return;
    this.#heardAt = this.#time.monotonicMs();
    this.#taking = this.#taking
      .then(() => this.#take(ack))
      .catch((error: unknown) => this.#halt(reasonOf(error)));
  }

  async #take(ack: DurableAck): Promise<void> {
    const { spool } = this.#options;
    const { epoch, acknowledged } = spool;
    const steps = ackSteps(ack, spool);
    for (const step of steps) await this.#do(step);
    const rescued = steps.some(({ step }) => step === "rescue");
    if (!rescued && (spool.acknowledged > acknowledged || isPlain(ack, epoch))) this.#settle();
    this.#wake();
  }

  #settle(): void {
    this.#halted = false;
    this.#silences = 0;
    this.#unknownSlots = 0;
    this.#waitsSince = this.#time.monotonicMs();
    this.#raise(undefined);
  }

  async #do(step: AckStep): Promise<void> {
    const { spool, gateway } = this.#options;
    switch (step.step) {
      case "progress":
        spool.acknowledge(step.sequence);
        this.#trace.acknowledged(spool.acknowledged);
        this.#next = Math.max(this.#next, spool.acknowledged + 1);
        return;
      case "renew":
        this.#inTurn(() => this.#renew(step.epoch, step.reason));
        return;
      case "rewind":
        if (this.#time.monotonicMs() - this.#rewoundAt < REWIND_QUIET_MS) return;
        this.#rewoundAt = this.#time.monotonicMs();
        this.#rewind();
        return;
      case "restamp":
        if (this.#time.monotonicMs() - this.#restampedAt > REWIND_QUIET_MS)
          this.#inTurn(() => this.#restampAll());
        return;
      case "rescue":
        await this.#rescue(step);
        return;
      case "halt":
        this.#halt(`the engine refuses the frames of gateway ${gateway} (${step.code})`);
        return;
    }
  }

  /** One renewal or roster request at a time; what asks for another meanwhile is about frames of before. */
  #inTurn(work: () => Promise<void>): void {
    this.#busy ??= work()
      .catch((error: unknown) => this.#halt(reasonOf(error)))
      .finally(() => {
        this.#busy = undefined;
        this.#wake();
      });
  }

  async #renew(epoch: number, why: string): Promise<void> {
    const { spool } = this.#options;
    if (epoch <= spool.epoch) return;
    await spool.renew(epoch);
    this.#rewind();
    this.#raise(
      `${why}: frames went again under a new epoch; is another gateway using its number?`,
    );
  }

  async #restampAll(): Promise<void> {
    const version = await this.#options.refreshRoster();
    if (version <= this.#leastRoster)
      this.#halt(`the engine refuses roster version ${version}, the newest known`);
    this.#leastRoster = version;
    this.#restampedAt = this.#time.monotonicMs();
    this.#rewind();
  }

  async #rescue(refused: Refused): Promise<void> {
    const { spool, key, ownsSlot: owns, setAside, refreshRoster } = this.#options;
    if (refused.unapplied.some(({ sequence }) => sequence > spool.acknowledged)) {
      const rosterVersion = await refreshRoster();
      const explained = await rescue(refused, { spool, key, owns, setAside, rosterVersion });
      if (!explained) this.#awaitSlots(rosterVersion);
    }
    spool.acknowledge(refused.upTo);
    this.#next = Math.max(this.#next, spool.acknowledged + 1);
    this.#waitsSince = this.#time.monotonicMs();
  }

  /** The registry gave us a slot that the engine does not know yet: one frame at a time until it does. */
  #awaitSlots(version: number): void {
    if (this.#time.monotonicMs() < this.#notBefore) return;
    const { silenceMs, silenceMsMax } = this.#times;
    this.#notBefore =
      this.#time.monotonicMs() + Math.min(silenceMs * 2 ** this.#unknownSlots, silenceMsMax);
    this.#unknownSlots = Math.min(this.#unknownSlots + 1, SILENCES_MAX);
    this.#halt(`the engine does not know a slot of roster version ${version}`);
  }

  #rewind(): void {
    this.#turn++;
    this.#next = this.#options.spool.acknowledged + 1;
    this.#waitsSince = this.#time.monotonicMs();
  }

  /** One frame at a time from now on, until the engine takes one. */
  #halt(message: string): void {
    this.#halted = true;
    this.#raise(`${message}: mend its registration, key or roster`);
  }

  /** After a first silence all goes again, after the next a single frame at longer and longer intervals. */
  #judgeSilence(): void {
    const { spool } = this.#options;
    if (this.#next <= spool.acknowledged + 1) return;
    const { silenceMs, silenceMsMax } = this.#times;
    const waitMs = Math.min(silenceMs * 2 ** this.#silences, silenceMsMax);
    if (this.#time.monotonicMs() - this.#waitsSince < waitMs) return;
    this.#silences = Math.min(this.#silences + 1, SILENCES_MAX);
    this.#rewind();
    const silent = this.#time.monotonicMs() - this.#heardAt >= waitMs;
    if (this.#silences >= SILENT_ROUNDS && silent)
      this.#raise(
        "the engine does not answer: is it running, and does it know this gateway and its key?",
      );
  }

  #raise(message: string | undefined): void {
    if (message === this.#alarm) return;
    this.#alarm = message;
    this.#options.onAlarm(message);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#time.after(LOOK_MS, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** An acknowledgement of the present epoch that refuses nothing: the engine takes our frames. */
function isPlain(ack: DurableAck, epoch: number): boolean {
  return ack.refused === undefined && ack.epoch === epoch;
}

function parseAck(data: Uint8Array): DurableAck | undefined {
  if (data.length > ACK_BYTES_MAX) return undefined;
  try {
    return durableAck.parse(JSON.parse(Buffer.from(data).toString("utf8")));
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
