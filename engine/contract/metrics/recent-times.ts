/**
 * How long something took, or how large it was: percentiles of the newest values, and a histogram since the start.
 */

/** Most values that percentiles are of. */
export const VALUES_MAX = 2_048;

/** A histogram since the start, as Prometheus has them: `le` counts values up to each bound. */
export type Totals = { le: Record<string, number>; sum: number; count: number };

/** Percentiles of the newest values; 0 where there are none. */
export type Percentiles = { count: number; p50: number; p99: number; max: number };

/** The newest values of something. */
export class RecentTimes {
  readonly #ageMsMax: number;
  readonly #bounds: readonly number[];
  readonly #values = new Float64Array(VALUES_MAX);
  readonly #atMs = new Float64Array(VALUES_MAX);
  readonly #counts: number[];
  #next = 0;
  #held = 0;
  #sum = 0;
  #count = 0;

  /** Percentiles are of values no older than `ageMsMax`; `bounds`, rising, are those of the histogram. */
  constructor(ageMsMax: number, bounds: readonly number[] = []) {
    this.#ageMsMax = ageMsMax;
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  /** Takes a value. */
  observe(value: number, nowMs: number = performance.now()): void {
    this.#values[this.#next] = value;
    this.#atMs[this.#next] = nowMs;
    this.#next = (this.#next + 1) % VALUES_MAX;
    this.#held = Math.min(this.#held + 1, VALUES_MAX);
    this.#sum += value;
    this.#count++;
    const at = this.#bounds.findIndex((bound) => value <= bound);
    if (at >= 0) this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  /** Percentiles of what is not too old. */
  percentiles(nowMs: number = performance.now()): Percentiles {
    // Typed and without a comparison of our own: three of these each second are on the engine's main thread.
    const values = this.#values
      .slice(0, this.#held)
      .filter((_, at) => nowMs - (this.#atMs[at] ?? 0) <= this.#ageMsMax)
      .sort();
    const at = (share: number): number =>
      values[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0;
    return { count: values.length, p50: at(0.5), p99: at(0.99), max: values.at(-1) ?? 0 };
  }

  /** The histogram since the start. */
  totals(): Totals {
    let below = 0;
    const le = this.#bounds.map((bound, at) => {
      below += this.#counts[at] ?? 0;
      return [String(bound), below] as const;
    });
    return { le: Object.fromEntries(le), sum: this.#sum, count: this.#count };
  }
}
