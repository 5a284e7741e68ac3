/**
 * When a meter is read next: its period with a little jitter, oftener while its credit is low, and longer and longer waits
 * while it is silent. Pure.
 */

/** Share of the period by which a poll may come earlier or later, so that meters do not fall into step. */
const JITTER = 0.05;
/** Faults in a row before the waits grow: a single fault is read again in its turn. */
const FAULTS_FREE = 2;
/** The wait of a silent meter grows to this many periods and no further. */
export const SILENT_PERIODS_MAX = 32;
/** Faults in a row after which a meter counts as silent. */
export const SILENT_FAULTS = 3;
/** Most of a link's time that goes to meters which do not answer, while others on it do; and when none does. */
const SILENT_SHARE = 0.01;
const DEAD_SHARE = 0.5;
/** Longest wait that a link's share asks for: a meter that has its power back is found after it at the latest. */
const SHARE_WAIT_MS_MAX = 1_800_000;
/** A read longer than this is slow; a slow meter gets at most this share of its link's time. */
const SLOW_MS = 1_000;
const SLOW_SHARE = 0.05;
/** A meter whose credit is low is read so many times in its period, where its link has the time. */
export const URGENT_TIMES = 4;

/** What is known of a poll and of its link: how long the poll took, how many meters there answer and how many do not. */
export type PolledLink = { tookMs: number; answering: number; failing: number };

/** Wait before the next poll; `random` is within [0, 1). */
export function nextPollMs(periodMs: number, faults: number, random: number): number {
  const factor = Math.min(2 ** Math.max(0, faults - FAULTS_FREE), SILENT_PERIODS_MAX);
  return periodMs * factor * (1 + JITTER * (2 * random - 1));
}

/**
 * Least wait after a failed poll, by what such polls take from the link: a meter that lets a poll run into its time-outs
 * holds up everybody else on its wire, and what people ask of relays there.
 */
export function failedWaitMs({ tookMs, answering, failing }: PolledLink): number {
  const share = answering > 0 ? SILENT_SHARE : DEAD_SHARE;
  return Math.min((tookMs * Math.max(1, failing)) / share, SHARE_WAIT_MS_MAX);
}

/** Least wait after a good read that took so long: a meter that answers late holds up everybody else on its wire. */
export function slowWaitMs(tookMs: number): number {
  return tookMs <= SLOW_MS ? 0 : Math.min(tookMs / SLOW_SHARE, SHARE_WAIT_MS_MAX);
}

/** Wait before a meter's first poll: somewhere in its first period, so that a restart does not read all at once. */
export function firstPollMs(periodMs: number, random: number): number {
  return periodMs * random;
}
