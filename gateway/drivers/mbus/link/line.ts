/**
 * The line to one bus: carries out the steps of a transaction over a way, one at a time.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { FRAME_BYTES_MAX } from "../decode/frame.ts";
import { createAssembler } from "./assembler.ts";
import { createEchoFilter } from "./echo.ts";
import type { Reply, Step, StepOutcome } from "./steps.ts";
import type { OpenWay, Way } from "./way.ts";

/** A drain ends at the latest after this many times its quiet time: a chattering bus is no reason to hang. */
const DRAIN_ROUNDS_MAX = 8;

/** Carries out steps; opens its way when it is first needed. Never rejects; after `close` every step ends as closed. */
export class Line {
  readonly #way: Way;
  readonly #assembler = createAssembler();
  readonly #echo = createEchoFilter();
  readonly #stop = new AbortController();
  #open: OpenWay | undefined;
  #lastByteMs = 0;
  /** The ask that is waiting, if one is. */
  #asking: { end(outcome: StepOutcome): void; firstByte(): void } | undefined;

  constructor(way: Way) {
    this.#way = way;
  }

  /** A steady clock in milliseconds. */
  nowMs(): number {
    return performance.now();
  }

  /** Carries out one step; the one before must have ended. */
  async perform(step: Step): Promise<Reply> {
    return { ...(await this.#outcomeOf(step)), nowMs: this.nowMs() };
  }

  /** Closes the way; what waits ends as closed. */
  close(): void {
    this.#stop.abort();
    this.#end({ got: "closed" });
    this.#drop("closed");
  }

  async #outcomeOf(step: Step): Promise<StepOutcome> {
    if (this.#stop.signal.aborted) return { got: "closed" };
    switch (step.do) {
      case "ask":
        return await this.#ask(step.bytes, step.waitMs);
      case "baud":
        return await this.#setBaud(step.baud);
      case "drop":
        if (this.#way.renewed) this.#drop("dropped after a broken answer");
        return await this.#rest(step.quietMs);
      case "drain":
        return await this.#rest(step.quietMs);
    }
  }

  async #ask(bytes: Uint8Array, waitMs: number): Promise<StepOutcome> {
    const failure = await this.#reach();
    if (this.#stop.signal.aborted) return { got: "closed" };
    if (failure !== undefined) return { got: "lost", message: failure };
    this.#assembler.reset();
    this.#echo.sent(bytes);
    return await new Promise<StepOutcome>((resolve) => {
      const giveUp = (): void => this.#end(this.#nothingWhole());
      let timer = setTimeout(giveUp, waitMs + this.#way.wireMs(bytes.length));
      let begun = false;
      this.#asking = {
        end(outcome) {
          clearTimeout(timer);
          resolve(outcome);
        },
        // On a slow line an answer that has begun is given the time that its bytes take.
        firstByte: () => {
          const frameMs = this.#way.wireMs(FRAME_BYTES_MAX);
          if (begun || frameMs === 0) return;
          begun = true;
          clearTimeout(timer);
          timer = setTimeout(giveUp, waitMs + frameMs);
        },
      };
      this.#open?.write(bytes);
    });
  }

  async #setBaud(baud: number): Promise<StepOutcome> {
    const failure = (await this.#reach()) ?? (await this.#open?.setBaud(baud));
    return failure === undefined ? { got: "done" } : { got: "lost", message: failure };
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

  /** Opens the way where that is due; gives what went wrong. */
  async #reach(): Promise<string | undefined> {
    if (this.#open !== undefined) return undefined;
    const events = {
      data: (piece: Uint8Array) => this.#receive(piece),
      lost: (message: string) => this.#drop(message),
    };
    const opened = await this.#way.open(events, this.#stop.signal);
    if (typeof opened === "string") return opened;
    this.#open = opened;
    if (this.#stop.signal.aborted) this.#drop("closed");
    return undefined;
  }

  /** Bytes that nobody waits for are only noted: they say that the bus is not at rest. */
  #receive(piece: Uint8Array): void {
    this.#lastByteMs = this.nowMs();
    if (this.#asking === undefined) return;
    const answer = this.#echo.heard(piece);
    if (answer.length === 0) return;
    this.#asking.firstByte();
    const frame = this.#assembler.push(answer);
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
    this.#open?.close();
    this.#open = undefined;
    this.#end({ got: "lost", message });
  }

  #end(outcome: StepOutcome): void {
    const asking = this.#asking;
    this.#asking = undefined;
    asking?.end(outcome);
  }
}
