/**
 * The meters of the load: what each one's register reads at each moment follows from a law, so that a gateway that was
 * killed goes on without having kept anything.
 */

/** Atoms that a meter counts at least between two readings with the lowest number apart. */
const STEP_ATOMS = 40;

/** When the law begins: reading 0 was taken at `baseS`, and is due at `startMs` of the machine's clock. */
export type LawStart = { startMs: number; baseS: number };
/** How often a meter is read, and how far its own time moves on between two readings. */
export type Pace = { everyMs: number; stepS: number };

/** One reading each second, a minute apart. */
export const SNAPSHOT_PACE: Pace = { everyMs: 1_000, stepS: 60 };
/** Five readings each second, a fifth of a minute apart. */
export const PROFILE_PACE: Pace = { everyMs: 200, stepS: 12 };

/** The number of the reading that is due now. */
export function dueNumber({ startMs }: LawStart, { everyMs }: Pace, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - startMs) / everyMs));
}

/** Time of a reading, in epoch seconds. */
export function timeOf({ baseS }: LawStart, { stepS }: Pace, number: number): number {
  return baseS + number * stepS;
}

/** Register of a meter at a reading, in atoms: it rises by 1 to 79 with each. */
export function registerOf(slot: number, number: number): number {
  let mixed = Math.imul(slot + 1, 0x9e37_79b1) ^ Math.imul(number + 1, 0x85eb_ca77);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b_3c6d);
  return number * STEP_ATOMS + ((mixed >>> 8) % STEP_ATOMS);
}
