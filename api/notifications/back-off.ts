/**
 * When something that could not be sent is tried again, and when it is given up.
 */

const FIRST_MS = 5_000;
const FACTOR = 3;
const LONGEST_MS = 8 * 3_600_000;
/** Share of a wait by which it is shorter or longer, by chance. */
const JITTER = 0.2;
/** Attempts go on for so long after the first. */
export const TRIED_MS_MAX = 3 * 86_400_000;
/** An endpoint that is away is left alone for at most so long. */
const REST_MS_MAX = 60_000;
/** Failures in a row after which it is. */
const FAILURES_MAX = 3;

/** Wait after the attempt of this number (from 1); `chance` is in [0, 1). */
export function backOffMs(attempt: number, chance: number): number {
  const steady = Math.min(FIRST_MS * FACTOR ** Math.max(0, attempt - 1), LONGEST_MS);
  return Math.round(steady * (1 - JITTER + 2 * JITTER * chance));
}

/** How long an endpoint that has failed so many times in a row is left alone; 0: not yet. */
export function restMs(failures: number): number {
  if (failures < FAILURES_MAX) return 0;
  return Math.min(1_000 * 2 ** Math.min(failures, 16), REST_MS_MAX);
}
