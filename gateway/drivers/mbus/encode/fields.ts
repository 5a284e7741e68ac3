/**
 * Fields of a telegram as bytes, lowest first: numbers, times, identities.
 */

/** Unsigned BCD of `bytes` bytes; runs over like a meter's own register. */
export function bcdField(value: bigint, bytes: number): Uint8Array {
  const digits = (value % 10n ** BigInt(2 * bytes)).toString().padStart(2 * bytes, "0");
  return Uint8Array.from(Buffer.from(digits, "hex")).reverse();
}

/** Two's complement of `bytes` bytes; runs over like a meter's own register. */
export function binaryField(value: bigint, bytes: number): Uint8Array {
  const unsigned = BigInt.asUintN(8 * bytes, value);
  return Uint8Array.from({ length: bytes }, (_, index) =>
    Number((unsigned >> BigInt(8 * index)) & 0xffn),
  );
}

/** Date and time, type F, of epoch seconds; the meter's clock runs in UTC. */
export function timeField(atS: number): Uint8Array {
  const at = new Date(atS * 1000);
  const year = at.getUTCFullYear() % 100;
  return Uint8Array.of(
    at.getUTCMinutes(),
    at.getUTCHours(),
    at.getUTCDate() | ((year & 0x07) << 5),
    (at.getUTCMonth() + 1) | ((year & 0x78) << 1),
  );
}

/** Eight digits of an id as four bytes. Letters A to F are kept as they are: some makers use them. */
export function idField(id: string): Uint8Array {
  if (!/^[0-9A-F]{8}$/.test(id)) {
    throw new RangeError(`"${id}" is no M-Bus id: eight digits, zeros in front written out`);
  }
  return Uint8Array.from(Buffer.from(id, "hex")).reverse();
}

/** Three capital letters of a manufacturer as two bytes. */
export function manufacturerField(name: string): Uint8Array {
  if (!/^[A-Z]{3}$/.test(name)) {
    throw new RangeError(`"${name}" is no manufacturer: three capital letters`);
  }
  const code = Array.from(name).reduce((sum, letter) => sum * 32 + letter.charCodeAt(0) - 64, 0);
  return Uint8Array.of(code & 0xff, code >> 8);
}
