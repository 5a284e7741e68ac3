/**
 * How the simulated residents behave: who tops up a cut account, after how long, and with how much. Pure and seeded.
 */
import { chance, seedOf } from "./chance.ts";

/** Share of accounts whose residents top up by themselves; the others stay cut until somebody else does. */
const WILLING_SHARE = 0.7;
/** Time from the cut to the top-up, on the installation's clock. */
const DELAY_S_MIN = 1_800;
const DELAY_S_MAX = 9_000;
/** Amounts that people pay. */
const AMOUNTS = ["5.00", "10.00", "10.00", "20.00", "30.00"] as const;
/** Most top-ups of one account; a resident whose credit is eaten up at once does not pay for ever. */
export const TOP_UPS_MAX = 50;

/** What a resident will do about a cut: nothing, or pay this much this long after it. */
export type Intention = { pays: false } | { pays: true; delayS: number; amount: string };

/** What the residents of an account do about its n-th cut (from 0). */
export function intentionOf(accountId: string, cut: number, seed: number): Intention {
  const own = seedOf(accountId) ^ seed;
  if (chance(own, 0, 40) >= WILLING_SHARE || cut >= TOP_UPS_MAX) return { pays: false };
  const delayS = DELAY_S_MIN + Math.floor(chance(own, cut, 41) * (DELAY_S_MAX - DELAY_S_MIN));
  const amount = AMOUNTS[Math.floor(chance(own, cut, 42) * AMOUNTS.length)] ?? AMOUNTS[0];
  return { pays: true, delayS, amount };
}
