/**
 * One TCP connection to an M-Bus converter: carries out the steps of a transaction, one at a time.
 */
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createAssembler } from "./assembler.ts";
import type { BusBounds } from "./bounds.ts";
import type { Reply, Step, StepOutcome } from "./steps.ts";
import { type Endpoint, nameOf, openSocket } from "./tcp-socket.ts";

/** A drain ends at the latest after this many times its quiet time: a chattering bus is no reason to hang. */
const DRAIN_ROUNDS_MAX = 8;

/** Carries out steps; connects when it is first needed. Never rejects; after `close` every step ends as closed. */
export class TcpLine {
  readonly #endpoint: Endpoint;
  readonly #bounds: BusBounds;
  readonly #assembler = createAssembler();
  readonly #stop = new AbortController();
  #socket: Socket | undefined;
  #lastByteMs = 0;
  /** Ends the ask that is waiting, if one is. */
  #settle: ((outcome: StepOutcome) => void) | undefined;

  constructor(endpoint: Endpoint, bounds: BusBounds) {
    this.#endpoint = endpoint;
    this.#bounds = bounds;
  }

  /** A steady clock in milliseconds. */
  nowMs(): number {
    return performance.now();
  }

  /** Carries out one step; the one before must have ended. */
  async perform(step: Step): Promise<Reply> {
    return { ...(await this.#outcomeOf(step)), nowMs: this.nowMs() };
  }

  /** Drops the connection; what waits ends as closed. */
  close(): void {
    this.#stop.abort();
    this.#end({ got: "closed" });
    this.#drop("closed");
  }

  async #outcomeOf(step: Step): Promise<StepOutcome> {
    if (this.#stop.signal.aborted) return { got: "closed" };
    if (step.do === "ask") return await this.#ask(step.bytes, step.waitMs);
    if (step.do === "drop") this.#drop("dropped after a broken answer");
    return await this.#rest(step.quietMs);
  }

  async #ask(bytes: Uint8Array, waitMs: number): Promise<StepOutcome> {
    const failure = await this.#open();
    if (this.#stop.signal.aborted) return { got: "closed" };
    if (failure !== undefined) return { got: "lost", message: failure };
    this.#assembler.reset();
    return await new Promise<StepOutcome>((resolve) => {
      const timer = setTimeout(() => this.#end(this.#nothingWhole()), waitMs);
      this.#settle = (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      this.#socket?.write(bytes);
    });
  }

  async #rest(quietMs: number): Promise<StepOutcome> {
    this.#lastByteMs = this.nowMs();
    for (let round = 0; round < DRAIN_ROUNDS_MAX; round++) {
      const leftMs = this.#lastByteMs + quietMs - this.nowMs();
      if (leftMs <= 0) break;
      await sleep(leftMs, undefined, { signal: this.#stop.signal }).catch(() => {});
      if (this.#stop.signal.aborted) return { got: "closed" };
    }
    return { got: "done" };
  }

  /** Connects where that is due; gives what went wrong. */
  async #open(): Promise<string | undefined> {
    if (this.#socket !== undefined) return undefined;
    const name = nameOf(this.#endpoint);
    const opened = await openSocket(this.#endpoint, this.#bounds.connectMs, this.#stop.signal);
    if (typeof opened === "string") return opened;
    this.#socket = opened;
    opened.on("data", (piece) => this.#receive(piece));
    opened.on("error", (error) => this.#drop(`${name}: ${error.message}`));
    opened.on("close", () => this.#drop(`${name} closed the connection`));
    if (this.#stop.signal.aborted) this.#drop("closed");
    return undefined;
  }

  /** Bytes that nobody waits for are only noted: they say that the bus is not at rest. */
  #receive(piece: Uint8Array): void {
    this.#lastByteMs = this.nowMs();
    if (this.#settle === undefined) return;
    const frame = this.#assembler.push(piece);
    if (frame === undefined) return;
    this.#end(
      frame.ok ? { got: "frame", frame: frame.value } : { got: "noise", fault: frame.fault },
    );
  }

  #nothingWhole(): StepOutcome {
    const torn = this.#assembler.torn();
    return torn === undefined || torn.ok ? { got: "silence" } : { got: "noise", fault: torn.fault };
  }

  #drop(message: string): void {
    this.#socket?.removeAllListeners();
    this.#socket?.on("error", () => {}).destroy();
    this.#socket = undefined;
    this.#end({ got: "lost", message });
  }

  #end(outcome: StepOutcome): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(outcome);
  }
}
