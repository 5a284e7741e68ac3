/**
 * R5: money for people. Never fed back into an account.
 */
import { floorDiv } from "./arithmetic.ts";

/** Decimals of a micro. */
const MICRO_EXPONENT = 6;

/** A balance, floored at the currency's exponent (2 for EUR): in the currency's least coins. */
export function shownBalance(balanceMicros: bigint, exponent: number): bigint {
  return floorDiv(balanceMicros, 10n ** BigInt(MICRO_EXPONENT - exponent));
}

/** A debt (positive is owed), ceiled at the currency's exponent. */
export function shownDebt(debtMicros: bigint, exponent: number): bigint {
  return -shownBalance(-debtMicros, exponent);
}
