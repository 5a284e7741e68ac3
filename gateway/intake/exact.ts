/**
 * Decimals as files write them, exactly: whole numbers of 10⁻⁹ of their unit.
 */

/** Decimal places that are kept. */
const PLACES = 9;
/** Parts of a unit that a number counts. */
export const PARTS = 10n ** BigInt(PLACES);

/** A decimal of 0 or more in billionths; undefined for anything else, and for one with more places or 15 digits before. */
export function billionthsOf(text: string): bigint | undefined {
  const match = /^(\d{0,15})(?:\.(\d{0,9}))?$/.exec(text);
  if (match === null) return undefined;
  const [, whole = "", fraction = ""] = match;
  if (whole === "" && fraction === "") return undefined;
  return BigInt(whole || "0") * PARTS + BigInt(fraction.padEnd(PLACES, "0"));
}
