/**
 * Passwords of the embedded servers: made once, kept in a file that only its owner reads.
 */
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";

/** Random bytes in a password; written as hexadecimal digits, so that it needs no escaping anywhere. */
const SECRET_BYTES = 24;

/** The secret in this file (mode 600), which is made when it is not there. */
export function secretFrom(path: string): string {
  try {
    const secret = readFileSync(path, "utf8").trim();
    if (secret !== "") return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const secret = randomBytes(SECRET_BYTES).toString("hex");
  writeSecretFile(path, `${secret}\n`);
  return secret;
}

/** Writes a file that only its owner reads (mode 600), whole or not at all. */
export function writeSecretFile(path: string, text: string): void {
  const file = openSync(`${path}.new`, "w", 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
}
