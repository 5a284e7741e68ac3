/**
 * Whether an automatic top-up falls due, and how much it pays.
 */
import { VEND_MICROS_MAX, VEND_MICROS_MIN } from "../vending/limits.ts";

/** Payments are in whole cents. */
const CENT_MICROS = 10_000n;

/** What a rule says, what its account has, and what was paid by rule in this calendar month; in micros. */
export type TopUpFacts = {
  thresholdMicros: bigint;
  targetMicros: bigint;
  monthlyCapMicros: bigint;
  balanceMicros: bigint;
  paidMicros: bigint;
};

/**
 * The amount: up to the target, rounded up to the cent, but not over what is left of the month's cap. Undefined: nothing is
 * due, or the cap leaves less than the least vend.
 */
export function topUpAmount(facts: TopUpFacts): bigint | undefined {
  if (facts.balanceMicros > facts.thresholdMicros) return undefined;
  const short = facts.targetMicros - facts.balanceMicros;
  const wanted = ((short + CENT_MICROS - 1n) / CENT_MICROS) * CENT_MICROS;
  const left = facts.monthlyCapMicros - facts.paidMicros;
  const allowed = (left / CENT_MICROS) * CENT_MICROS;
  const amount = [wanted, allowed, VEND_MICROS_MAX].reduce((a, b) => (a < b ? a : b));
  return amount < VEND_MICROS_MIN ? undefined : amount;
}
