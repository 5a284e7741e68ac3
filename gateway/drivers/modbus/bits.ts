/**
 * Registers to one number and back: word order first, type second, nothing rounded.
 */
import { REGISTER_WORDS, type RegisterType } from "../../devices/modbus-register.ts";

/** Where and how a number lies: its type and the order of its words and bytes. */
export type BitLayout = { type: RegisterType; order: "ABCD" | "CDAB" | "BADC" | "DCBA" };

/** A number in exact form: `significand` × 2^`exponent`. */
export type Exact = { significand: bigint; exponent: number };

/** The raw pattern of some registers as one unsigned number, most significant word first after ordering. */
export function bitsOf(words: readonly number[], order: BitLayout["order"]): bigint {
  const ordered = order === "CDAB" || order === "DCBA" ? [...words].reverse() : words;
  const swap = order === "BADC" || order === "DCBA";
  return ordered.reduce((bits, word) => (bits << 16n) | BigInt(swap ? swapped(word) : word), 0n);
}

/** The registers that hold a raw pattern: the inverse of {@link bitsOf}. */
export function wordsOf(bits: bigint, count: number, order: BitLayout["order"]): number[] {
  const swap = order === "BADC" || order === "DCBA";
  const words = Array.from({ length: count }, (_, at) => {
    const word = Number((bits >> BigInt(16 * (count - 1 - at))) & 0xffffn);
    return swap ? swapped(word) : word;
  });
  return order === "CDAB" || order === "DCBA" ? words.reverse() : words;
}

/** What a raw pattern means as a number; undefined for a float that is none (NaN or infinite). */
export function exactOf(bits: bigint, type: RegisterType): Exact | undefined {
  if (type === "float32") return exactFloat(bits, 8n, 23n);
  if (type === "float64") return exactFloat(bits, 11n, 52n);
  const width = 16 * REGISTER_WORDS[type];
  return { significand: type.startsWith("i") ? BigInt.asIntN(width, bits) : bits, exponent: 0 };
}

/** Whether a float pattern is NaN: how many meters say "not available". */
export function isNan(bits: bigint, type: RegisterType): boolean {
  if (type === "float32") return (bits & 0x7fff_ffffn) > 0x7f80_0000n;
  return type === "float64" && (bits & 0x7fff_ffff_ffff_ffffn) > 0x7ff0_0000_0000_0000n;
}

function exactFloat(bits: bigint, exponentBits: bigint, fractionBits: bigint): Exact | undefined {
  const top = (1n << exponentBits) - 1n;
  const biased = (bits >> fractionBits) & top;
  if (biased === top) return undefined;
  const fraction = bits & ((1n << fractionBits) - 1n);
  const size = biased === 0n ? fraction : fraction | (1n << fractionBits);
  const bias = (1 << (Number(exponentBits) - 1)) - 1;
  const exponent = Number(biased === 0n ? 1n : biased) - bias - Number(fractionBits);
  const negative = bits >> (exponentBits + fractionBits) === 1n;
  return { significand: negative ? -size : size, exponent };
}

function swapped(word: number): number {
  return ((word & 0xff) << 8) | (word >> 8);
}
