/**
 * Bounds of money, and the lesser and the greater of two amounts.
 */
import { MONEY_MICROS_MAX } from "./judge.ts";

/** Most of one debt, one pot, emergency credit used, or credit set aside, in micros. */
export const DEBT_MICROS_MAX = 2n ** 58n;

/** Millionths in a whole. */
export const PPM = 1_000_000n;

/** Whether an amount can stand on a balance. */
export function isHeld(micros: bigint): boolean {
  return micros <= MONEY_MICROS_MAX && micros >= -MONEY_MICROS_MAX;
}

/** The lesser. */
export function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** The greater. */
export function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
