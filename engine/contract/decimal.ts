/**
 * Exact decimals as text on the wire and bigint inside: the only way that money and quantity enter or leave.
 */

/** Longest decimal text that is read: sign, 19 digits before the point and 18 behind it. */
export const DECIMAL_TEXT_MAX = 39;

/** Decimal places of money inside the engine: micros of the currency's base unit (R1). */
export const MONEY_SCALE = 6;

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * Reads a decimal text as an integer of 10^-scale.
 * Returns undefined when the text is no plain decimal, is longer than DECIMAL_TEXT_MAX, or is finer than the scale
 * (zeros behind the scale are taken): nothing is ever rounded on the way in.
 */
export function parseDecimal(text: string, scale: number): bigint | undefined {
  if (text.length > DECIMAL_TEXT_MAX) return undefined;
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = ""] = match;
  if (/[1-9]/.test(fraction.slice(scale))) return undefined;
  const digits = BigInt(whole + fraction.slice(0, scale).padEnd(scale, "0"));
  return sign === "-" ? -digits : digits;
}

/**
 * Writes an integer of 10^-scale as an exact decimal text, with at least `places` decimals.
 * Zeros behind `places` are left out; nothing is ever rounded on the way out.
 */
export function formatDecimal(value: bigint, scale: number, places: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits
    .slice(digits.length - scale)
    .replace(/0+$/, "")
    .padEnd(places, "0");
  return `${value < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Money in micros as text with all six decimals, as the interfaces give it. */
export function formatMicros(micros: bigint): string {
  return formatDecimal(micros, MONEY_SCALE, MONEY_SCALE);
}
