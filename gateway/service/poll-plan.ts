/**
 * When a meter is read next: its period with a little jitter, and longer and longer waits while it is silent. Pure.
 */

/** Share of the period by which a poll may come earlier or later, so that meters do not fall into step. */
const JITTER = 0.05;
/** Faults in a row before the waits grow: a single fault is read again in its turn. */
const FAULTS_FREE = 2;
/** The wait of a silent meter grows to this many periods and no further. */
export const SILENT_PERIODS_MAX = 32;
/** Faults in a row after which a meter counts as silent. */
export const SILENT_FAULTS = 3;

/** Wait before the next poll; `random` is within [0, 1). */
export function nextPollMs(periodMs: number, faults: number, random: number): number {
  const factor = Math.min(2 ** Math.max(0, faults - FAULTS_FREE), SILENT_PERIODS_MAX);
  return periodMs * factor * (1 + JITTER * (2 * random - 1));
}

/** Wait before a meter's first poll: somewhere in its first period, so that a restart does not read all at once. */
export function firstPollMs(periodMs: number, random: number): number {
  return periodMs * random;
}
