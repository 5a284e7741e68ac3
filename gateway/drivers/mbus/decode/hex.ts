/**
 * Telegrams as people write them: hexadecimal, with blanks, line ends, colons or commas between the bytes.
 */
import { accept, type Result, refuse } from "./result.ts";

/** Longest text that is read as one telegram: 261 bytes written with several separators each. */
export const HEX_TEXT_MAX = 4096;

/** Bytes of a hexadecimal text; `offset` of a fault counts characters. */
export function parseHex(text: string): Result<Uint8Array> {
  if (text.length > HEX_TEXT_MAX) {
    return refuse("hex", HEX_TEXT_MAX, `the text is longer than ${HEX_TEXT_MAX} characters`);
  }
  const stray = text.search(/[^0-9a-fA-F\s:,]/);
  if (stray >= 0) {
    return refuse("hex", stray, `character ${stray + 1} is no hexadecimal digit`);
  }
  const parts = text.split(/[\s:,]+/).filter((part) => part !== "");
  const odd = parts.find((part) => part.length % 2 !== 0);
  if (odd !== undefined) {
    return refuse("hex", text.indexOf(odd), `"${odd.slice(0, 8)}" is half a byte: two digits each`);
  }
  return accept(Uint8Array.from(Buffer.from(parts.join(""), "hex")));
}

/** Bytes as upper-case hexadecimal with a blank between. */
export function formatHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(" ");
}
