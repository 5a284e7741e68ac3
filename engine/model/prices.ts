/**
 * R3, R4: from the decimals of a price list to whole picos per atom, micros per charge and atoms per block start.
 */
import { roundHalfEven } from "./arithmetic.ts";
import { type Fraction, fractionOf, ONE, plus, times } from "./fraction.ts";

/** R4: highest price, either sign, in picos per atom. */
export const PRICE_P_MAX = 10_000_000_000_000n;

/** 1 + Σt of R3, exact. */
export function taxFactor(taxes: readonly { rate: string }[]): Fraction {
  return taxes.reduce((sum, tax) => plus(sum, fractionOf(tax.rate)), ONE);
}

/** R3: `p = round_half_even(price × (1 + Σt) × 10¹² / atoms_per_unit)`. Throws beyond PRICE_P_MAX (R4). */
export function pricePicos(price: string, factor: Fraction, unitAtoms: bigint): bigint {
  const taxed = times(fractionOf(price), factor);
  const priceP = roundHalfEven(taxed.numerator * 10n ** 12n, taxed.denominator * unitAtoms);
  if (priceP > PRICE_P_MAX || priceP < -PRICE_P_MAX) {
    throw new Error(`price ${price} is out of range: ${priceP} picos an atom`);
  }
  return priceP;
}

/** R38: the price of an atom in a window, of a list's price per unit an hour: `… × 10¹² × (60 / window_minutes) / atoms_per_unit`. */
export function demandPicos(
  price: string,
  factor: Fraction,
  unitAtoms: bigint,
  windowsAnHour: bigint,
): bigint {
  const taxed = times(fractionOf(price), factor);
  const picos = taxed.numerator * 10n ** 12n * windowsAnHour;
  return roundHalfEven(picos, taxed.denominator * unitAtoms);
}

/** A charge's amount with tax: `round_half_even(amount × (1 + Σt) × 10⁶)` micros. A charge has no carry. */
export function chargeMicros(amount: string, factor: Fraction): bigint {
  const taxed = times(fractionOf(amount), factor);
  return roundHalfEven(taxed.numerator * 10n ** 6n, taxed.denominator);
}

/** Where a block begins, in atoms, exactly. Throws when that is no whole atom. */
export function blockStartAtoms(from: string, unitAtoms: bigint): bigint {
  const start = fractionOf(from);
  const scaled = start.numerator * unitAtoms;
  if (scaled % start.denominator !== 0n) {
    throw new Error(`block start ${from} is no whole atom`);
  }
  return scaled / start.denominator;
}
