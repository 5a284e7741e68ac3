/**
 * Taxes on prices and amounts (R3): exact until one rounding, half to even, at the end.
 */
import { DECIMAL_SCALE } from "./limits.ts";
import type { Demand, Tax } from "./price-list.ts";

const ONE = 10n ** BigInt(DECIMAL_SCALE);
const PICOS = 10n ** 12n;
const MICROS = 10n ** 6n;

/** numerator / denominator as the nearest integer, a half to the even one. The denominator is positive. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const rest = ((numerator % denominator) + denominator) % denominator;
  const floor = (numerator - rest) / denominator;
  const twice = rest * 2n;
  if (twice < denominator) return floor;
  if (twice > denominator) return floor + 1n;
  return floor % 2n === 0n ? floor : floor + 1n;
}

/** 1 + the sum of the rates, in 10^-DECIMAL_SCALE. */
function factor(taxes: readonly Tax[]): bigint {
  return taxes.reduce((sum, tax) => sum + tax.rate, ONE);
}

/** A price per unit (10^-DECIMAL_SCALE) with taxes, in picos per atom of a unit that has `atoms` (R3). */
export function taxedPriceP(price: bigint, taxes: readonly Tax[], atoms: bigint): bigint {
  return divideHalfEven(price * factor(taxes) * PICOS, ONE * ONE * atoms);
}

/** The price of maximum demand with taxes, in picos per atom in a window of a unit that has `atoms` (R3, R38). */
export function taxedDemandP(demand: Demand, taxes: readonly Tax[], atoms: bigint): bigint {
  const windowsAnHour = BigInt(60 / demand.windowMinutes);
  return divideHalfEven(demand.price * factor(taxes) * PICOS * windowsAnHour, ONE * ONE * atoms);
}

/** An amount (10^-DECIMAL_SCALE) with taxes, in micros. */
export function taxedAmountMicros(amount: bigint, taxes: readonly Tax[]): bigint {
  return divideHalfEven(amount * factor(taxes) * MICROS, ONE * ONE);
}
