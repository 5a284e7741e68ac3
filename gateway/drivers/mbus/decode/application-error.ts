/**
 * Application errors (CI 70): the meter's own word that it cannot give what was asked.
 */

/** A meter's refusal. It carries no identity, so it is never a reading. */
export type ApplicationError = { code: number; text: string };

const TEXTS: readonly string[] = [
  "Unspecified error",
  "Unimplemented CI-Field",
  "Buffer too long, truncated",
  "Too many records",
  "Premature end of record",
  "More than 10 DIFE's",
  "More than 10 VIFE's",
  "Reserved",
  "Application busy",
  "Too many readouts",
];

/** Error number of a meter that has no time now. */
export const APPLICATION_BUSY = 8;

/** The error in the data behind CI 70; no data means an unspecified one. */
export function applicationError(data: Uint8Array): ApplicationError {
  const code = data[0] ?? 0;
  return { code, text: TEXTS[code] ?? `Error ${code}` };
}
