/**
 * A role's log: JSON lines by pino, in which no secret ever stands. Fields that hold secrets are masked by their names,
 * and whatever looks like one is masked in every line as it is written, wherever it came from: a message, an error's text,
 * an address with a password.
 */
import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";

/** What stands in place of a secret. */
export const MASK = "[secret]";
/** Longest line that is written whole; what is longer loses its middle. */
export const LINE_CHARS_MAX = 65_536;

/** Names of fields that hold secrets, whatever their depth up to four. */
const SECRET_FIELDS = [
  "authorization",
  "Authorization",
  "cookie",
  "key",
  "keys",
  "api_key",
  "token",
  "ticket",
  "secret",
  "password",
  "hmac_key",
  "aes_key",
  "encryption_key",
  "webhook_secret",
];
const DEPTH = 4;

/** Texts that are secrets whatever field they stand in, with what is left of them. */
const SECRET_TEXTS: readonly [RegExp, string][] = [
  // A key or a ticket in a header.
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{4,}/gi, `$1 ${MASK}`],
  // Keys of the api and secrets of webhooks.
  [/\b(?:dd|whsec)_[\w+/=-]{8,}/g, MASK],
  // Seeds of NATS keys, of a user, an account and an operator.
  [/\bS[UAO][A-Z2-7]{56}\b/g, MASK],
  // The password in an address.
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@"\\]*):[^\s/@"\\]+@/gi, `$1:${MASK}@`],
  // A ticket or a key in an address.
  [/([?&](?:ticket|key|token|password)=)[^&\s"\\]+/gi, `$1${MASK}`],
  // A gateway's HMAC key, or a digest of a key: 32 bytes in hex. A trace id has 16.
  [/\b[0-9a-f]{64}\b/gi, MASK],
  // An AES key of a meter that is named as one.
  [/(\b(?:aes|hmac|key|secret)\b[\w ]{0,12}[=: ]+"?)[0-9a-f]{32}\b/gi, `$1${MASK}`],
];

/** The line without secrets. */
export function withoutSecrets(line: string): string {
  let text = line;
  for (const [pattern, left] of SECRET_TEXTS) text = text.replace(pattern, left);
  return text;
}

/** A role's log at a level, to standard output unless a destination is given. */
export function roleLog(role: string, level: string, to?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: { role },
    redact: { paths: pathsOf(SECRET_FIELDS), censor: MASK },
    hooks: { streamWrite: (line) => withoutSecrets(shortened(line)) },
  };
  return to === undefined ? pino(options) : pino(options, to);
}

function pathsOf(fields: readonly string[]): string[] {
  return Array.from({ length: DEPTH }, (_, depth) => "*.".repeat(depth)).flatMap((before) =>
    fields.map((field) => `${before}${field}`),
  );
}

/** A line stays JSON: one that is too long tells its length and its beginning as text. */
function shortened(line: string): string {
  if (line.length <= LINE_CHARS_MAX) return line;
  const begins = line.slice(0, 1_024);
  const told = { level: 40, msg: `a line of ${line.length} characters is left out`, begins };
  return `${JSON.stringify(told)}\n`;
}
