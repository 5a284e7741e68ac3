/**
 * Exact decimal numbers: whole digits times a power of ten. No float carries a value anywhere.
 */
import { formatDecimal as formatScaled } from "../../../../engine/contract/decimal.ts";

/** The number digits × 10^exponent. */
export type Decimal = { digits: bigint; exponent: number };

/** A decimal as its shortest exact text: no exponent, no trailing zeros behind the point. */
export function formatDecimal({ digits, exponent }: Decimal): string {
  if (exponent >= 0) return (digits * 10n ** BigInt(exponent)).toString();
  return formatScaled(digits, -exponent, 0);
}

/** The sum of two decimals, exact. */
export function addDecimal(left: Decimal, right: Decimal): Decimal {
  const exponent = Math.min(left.exponent, right.exponent);
  return { digits: atExponent(left, exponent) + atExponent(right, exponent), exponent };
}

/** The decimal as whole multiples of 10^exponent, floored for all signs: a register never counts what is not there yet. */
export function floorTo({ digits, exponent: from }: Decimal, exponent: number): bigint {
  if (from >= exponent) return digits * 10n ** BigInt(from - exponent);
  const divisor = 10n ** BigInt(exponent - from);
  const quotient = digits / divisor;
  return digits < 0n && digits % divisor !== 0n ? quotient - 1n : quotient;
}

/**
 * The exact decimal expansion of the four bytes of an IEEE 754 single float, or undefined for infinities and NaN.
 * Exact rather than shortest: what is billed is what the meter sent, whoever reads it and with whatever rounding rule;
 * every finite float has a finite expansion, since a power of two divides a power of ten.
 */
export function decimalOfFloat32(bits: number): Decimal | undefined {
  const biased = (bits >>> 23) & 0xff;
  if (biased === 0xff) return undefined;
  const fraction = bits & 0x7f_ffff;
  const mantissa = BigInt(biased === 0 ? fraction : fraction | 0x80_0000);
  const power = (biased === 0 ? 1 : biased) - 150;
  const signed = bits >>> 31 === 1 ? -mantissa : mantissa;
  if (power >= 0) return { digits: signed << BigInt(power), exponent: 0 };
  return { digits: signed * 5n ** BigInt(-power), exponent: power };
}

function atExponent(value: Decimal, exponent: number): bigint {
  return value.digits * 10n ** BigInt(value.exponent - exponent);
}
