/**
 * Numbers as M-Bus carries them (EN 13757-3, types A to C): BCD and binary, bytes lowest first.
 */

/** Digits of a BCD field, highest first, as text: also A to F, which are no digits. */
export function bcdText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0").toUpperCase())
    .reverse()
    .join("");
}

/**
 * A BCD number (type A): F in the highest place means minus. Undefined when any other place holds A to F: meters
 * write error texts like that, and a number made of them would be false.
 */
export function bcdNumber(bytes: Uint8Array): bigint | undefined {
  const text = bcdText(bytes);
  const negative = text.startsWith("F");
  const digits = negative ? text.slice(1) : text;
  if (!/^\d+$/.test(digits)) return undefined;
  return negative ? -BigInt(digits) : BigInt(digits);
}

/** An unsigned binary number (type C); 0 for no bytes. */
export function unsignedNumber(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** A signed binary number (type B), two's complement. */
export function signedNumber(bytes: Uint8Array): bigint {
  return BigInt.asIntN(8 * bytes.length, unsignedNumber(bytes));
}
