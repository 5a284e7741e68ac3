/**
 * Text in telegrams: ISO 8859-1, sent last character first.
 */

/** The text of a field whose bytes are lowest (last character) first. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).reverse().toString("latin1");
}
