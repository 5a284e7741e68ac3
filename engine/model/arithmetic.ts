/**
 * R1, R2: the arithmetic of money. Everything is a bigint; nothing is ever a fraction of a micro but the carry.
 */
import assert from "node:assert/strict";

/** Picos (10⁻¹² of a currency's base unit) in one micro (10⁻⁶): the denominator of R2, which never changes. */
export const PICOS_PER_MICRO = 1_000_000n;

/** Division that rounds towards minus infinity, for all signs ("floor for all signs", R2). */
export function floorDiv(numerator: bigint, denominator: bigint): bigint {
  assert(denominator > 0n, "a denominator is positive");
  const quotient = numerator / denominator; // bigint division cuts towards zero
  const cutUpwards = numerator < 0n && quotient * denominator !== numerator;
  return cutUpwards ? quotient - 1n : quotient;
}

/** Division that rounds towards plus infinity, for all signs. */
export function ceilDiv(numerator: bigint, denominator: bigint): bigint {
  return -floorDiv(-numerator, denominator);
}

/** Division that rounds to the nearest integer, and a half to the even one (R3). */
export function roundHalfEven(numerator: bigint, denominator: bigint): bigint {
  const below = floorDiv(numerator, denominator);
  const twiceTheRest = 2n * (numerator - below * denominator);
  if (twiceTheRest < denominator) return below;
  if (twiceTheRest > denominator) return below + 1n;
  return below % 2n === 0n ? below : below + 1n;
}

/** What a quantity costs, and what is carried to the next one. */
export type Cost = { costMicros: bigint; carryP: bigint };

/**
 * R2: `cost = (q × p + carry) div 10⁶`, `carry = … mod 10⁶`.
 * The carry is 0 … 999 999 picos; it belongs to the account and outlives price changes, periods, versions and cycles.
 */
export function costOf(quantityAtoms: bigint, priceP: bigint, carryP: bigint): Cost {
  assert(carryP >= 0n && carryP < PICOS_PER_MICRO, "a carry is less than a micro");
  const picos = quantityAtoms * priceP + carryP;
  const costMicros = floorDiv(picos, PICOS_PER_MICRO);
  return { costMicros, carryP: picos - costMicros * PICOS_PER_MICRO };
}
