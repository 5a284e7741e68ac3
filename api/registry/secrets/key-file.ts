/**
 * `data/secrets.keys` (mode 600): a key a line, base64. The first one seals, the others open what is still sealed with them.
 */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { KEY_BYTES, type SealKey, sealKey } from "./seal.ts";

/** The file's name in the data folder. */
export const KEY_FILE = "secrets.keys";
/** Most keys that are known at a time. */
const KEYS_MAX = 16;

const HEAD = [
  "# Keys that secrets in PostgreSQL are sealed with. The first seals, the others open what is older.",
  "# Back this file up apart from the database: without it those secrets are lost.",
];

/** Keys in their order: the first one seals. */
export type Keys = readonly [SealKey, ...SealKey[]];

/** Keys as texts, base64 of 32 bytes each, the first one seals; `where` is told of in errors. Throws an Error of one line. */
export function parseKeys(texts: readonly string[], where: string): Keys {
  const keys = texts.map((text) => {
    const bytes = Buffer.from(text, "base64");
    if (bytes.length !== KEY_BYTES || bytes.toString("base64") !== text) {
      throw new Error(
        `${where} holds a key that is not the base64 of ${KEY_BYTES} bytes: put it right, or make one with: openssl rand -base64 ${KEY_BYTES}`,
      );
    }
    return sealKey(bytes);
  });
  const [first, ...others] = keys;
  if (first === undefined) throw new Error(`${where} holds no key: put back a copy of it`);
  if (keys.length > KEYS_MAX) {
    throw new Error(
      `${where} holds more than ${KEYS_MAX} keys: take out those that nothing is sealed with any more`,
    );
  }
  return [first, ...others];
}

/** The file's keys; undefined where there is no file. Throws where it is damaged. */
export function readKeyFile(path: string): Keys | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const lines = text.split("\n").map((line) => line.trim());
  return parseKeys(
    lines.filter((line) => line !== "" && !line.startsWith("#")),
    path,
  );
}

/** Makes the file with a new key, unless there is one by now (several processes start at once); gives what it holds. */
export function makeKeyFile(path: string): Keys {
  mkdirSync(dirname(path), { recursive: true });
  const beside = writeBeside(path, [newSealKey()]);
  try {
    linkSync(beside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(beside, { force: true });
  }
  syncFolder(dirname(path));
  const made = readKeyFile(path);
  if (made === undefined) throw new Error(`${path} cannot be read after it was made`);
  return made;
}

/** Puts these keys into the file: after a crash it holds the old or the new ones. */
export function replaceKeyFile(path: string, keys: Keys): void {
  renameSync(writeBeside(path, keys), path);
  syncFolder(dirname(path));
}

/** A new key. */
export function newSealKey(): SealKey {
  return sealKey(randomBytes(KEY_BYTES));
}

function writeBeside(path: string, keys: Keys): string {
  const beside = `${path}.${process.pid}.new`;
  rmSync(beside, { force: true });
  const file = openSync(beside, "wx", 0o600);
  try {
    const lines = [...HEAD, ...keys.map(({ bytes }) => bytes.toString("base64"))];
    writeSync(file, `${lines.join("\n")}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return beside;
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
