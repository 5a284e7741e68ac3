/**
 * The line with which a modem says who it is when it has dialled in. Modems differ: a line of text, text without an
 * end, or a few bytes that are no text at all. No I/O.
 */

/** Longest registration in bytes. */
export const REGISTER_BYTES_MAX = 128;
/** Longest name of a caller, as the roster's links hold it. */
const NAME_CHARS_MAX = 64;

/** A name, or nothing yet, or why these bytes are no registration. */
export type Registration = { name: string } | "more" | { refusal: string };

/**
 * Reads a registration from what has come so far. `over` when a pause says that no more will come: then text without a
 * line end is a name too, and bytes that are no text are a name in upper-case hex.
 */
export function registrationOf(bytes: Buffer, over: boolean): Registration {
  if (bytes.length > REGISTER_BYTES_MAX) {
    return { refusal: `a registration of over ${REGISTER_BYTES_MAX} bytes` };
  }
  const end = bytes.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  if (end < 0 && !over) return "more";
  const line = end < 0 ? bytes : bytes.subarray(0, end);
  const text = line.toString("latin1").trim();
  if (text === "") return end < 0 || !over ? "more" : { refusal: "an empty registration" };
  if (/^[\x20-\x7e]+$/.test(text)) return named(text);
  return over || end < 0 ? named(bytes.toString("hex").toUpperCase()) : "more";
}

function named(name: string): Registration {
  if (name.length <= NAME_CHARS_MAX) return { name };
  return { refusal: `a name of over ${NAME_CHARS_MAX} characters` };
}
