/**
 * Decimals of a price list as exact fractions, so that R3 rounds once and only at its end.
 */

/** numerator ÷ denominator, the denominator being positive. */
export type Fraction = { numerator: bigint; denominator: bigint };

/** One. */
export const ONE: Fraction = { numerator: 1n, denominator: 1n };

/** "0.2412" as 2412 ÷ 10 000. Takes JSON numbers too, by their shortest text. Throws on what is no plain decimal. */
export function fractionOf(decimal: string | number): Fraction {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(decimal));
  if (match === null) throw new Error(`"${decimal}" is no plain decimal`);
  const [, sign, whole = "", behindPoint = ""] = match;
  const digits = BigInt(whole + behindPoint);
  return {
    numerator: sign === "-" ? -digits : digits,
    denominator: 10n ** BigInt(behindPoint.length),
  };
}

/** a + b. */
export function plus(a: Fraction, b: Fraction): Fraction {
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

/** a × b. */
export function times(a: Fraction, b: Fraction): Fraction {
  return {
    numerator: a.numerator * b.numerator,
    denominator: a.denominator * b.denominator,
  };
}
