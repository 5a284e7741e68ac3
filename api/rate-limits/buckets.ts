/**
 * Token buckets, kept as one number each: the time at which the bucket is full again (the generic cell rate algorithm).
 * A bucket that is full is the same as one that was never used, so it may be forgotten at any time.
 */
import assert from "node:assert/strict";

/** A limit: requests each second on average, and how many may come at once. */
export type Limit = { perS: number; burst: number };

/** What became of one request: whether it passes, how many more may come now, and in how many ms one may again. */
export type Taken = { passes: boolean; remaining: number; waitMs: number };

/** Buckets of one limit, by subject; never more than `subjectsMax` of them. */
export class Buckets {
  readonly limit: Limit;
  readonly #subjectsMax: number;
  readonly #eachMs: number;
  readonly #burstMs: number;
  readonly #fullAtMs = new Map<string, number>();

  constructor(limit: Limit, subjectsMax: number) {
    assert(limit.perS > 0 && limit.burst >= 1 && subjectsMax >= 1);
    this.limit = limit;
    this.#subjectsMax = subjectsMax;
    this.#eachMs = 1_000 / limit.perS;
    this.#burstMs = this.#eachMs * limit.burst;
  }

  /** How many subjects are remembered. */
  get size(): number {
    return this.#fullAtMs.size;
  }

  /** Takes one token of this subject's bucket, if it holds one. `nowMs` must not run backwards by much. */
  take(subject: string, nowMs: number): Taken {
    const known = this.#fullAtMs.get(subject);
    // A clock that was set back must not lock anybody out for longer than an empty bucket would.
    const fullAtMs = Math.min(Math.max(known ?? nowMs, nowMs), nowMs + this.#burstMs);
    const next = fullAtMs + this.#eachMs;
    const spareMs = nowMs + this.#burstMs - next;
    // Sums of fractions: a thousandth of a token is no token short.
    if (spareMs < -this.#eachMs / 1_000) return { passes: false, remaining: 0, waitMs: -spareMs };
    if (known === undefined) this.#makeRoom();
    this.#fullAtMs.set(subject, next);
    const remaining = Math.max(0, Math.floor(spareMs / this.#eachMs + 0.001));
    return { passes: true, remaining, waitMs: remaining > 0 ? 0 : this.#eachMs - spareMs };
  }

  /** Forgets the subject that came first. */
  #makeRoom(): void {
    if (this.#fullAtMs.size < this.#subjectsMax) return;
    for (const subject of this.#fullAtMs.keys()) {
      this.#fullAtMs.delete(subject);
      return;
    }
  }
}
