/**
 * The life of one process, from its start to its death: what it waits for never comes once it is dead.
 */
import type { Time } from "../../contract/time.ts";
import type { Owner, Scheduler } from "./scheduler.ts";

const US_PER_MS = 1_000;

/** Machine time in which every run begins: 2026-03-01T00:00:00Z, in Unix milliseconds. */
export const BEGIN_MS = 1_772_323_200_000;

/** A machine's clock; it may be wrong, and jump. */
export type MachineClock = { offsetMs: number };

/** One process that lives until `kill`. */
export class Life implements Owner {
  readonly name: string;
  readonly time: Time;
  readonly #scheduler: Scheduler;
  #alive = true;

  constructor(name: string, scheduler: Scheduler, clock: MachineClock) {
    this.name = name;
    this.#scheduler = scheduler;
    this.time = {
      nowMs: () => Math.floor(BEGIN_MS + scheduler.nowMs + clock.offsetMs),
      monotonicMs: () => scheduler.nowMs,
      after: (waitMs, run) => scheduler.after(waitMs * US_PER_MS, this, run),
    };
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Ends it: at this very await, wherever it is. */
  kill(): void {
    this.#alive = false;
  }

  /** Lets something happen later in this life. */
  after(waitUs: number, run: () => unknown): void {
    this.#scheduler.after(waitUs, this, run);
  }

  /** Does the work every so often while the process lives; it begins only when the work before has ended. */
  every(waitMs: number, work: () => unknown): void {
    this.#scheduler.after(waitMs * US_PER_MS, this, () => {
      void Promise.resolve(work()).then(() => this.every(waitMs, work));
    });
  }
}
