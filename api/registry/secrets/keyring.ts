/**
 * The keys of this process. Columns of the schema seal and open by themselves, and a column knows nothing of settings: so the
 * keys are here, put in place once when the registry is opened.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../../../engine/contract/settings-schema.ts";
import { KEY_FILE, type Keys, makeKeyFile, parseKeys, readKeyFile } from "./key-file.ts";
import { keyIdOf, type Purpose, type SealKey, seal, unseal } from "./seal.ts";

/** Where keys come from: the setting, base64 with commas between; where that is empty, the file in the data folder. */
export type KeySource = { folder: string; setting?: string };

/** Where the settings say that keys come from. */
export function keysOf({ data, secrets_keys }: Pick<Settings, "data" | "secrets_keys">): KeySource {
  return { folder: data, setting: secrets_keys };
}

/** A change of the file is seen after at most so long. */
const KEYS_SEEN_MS = 2_000;

type Ring = { sealing: SealKey; opening: Map<string, SealKey>; where: string; file?: Watched };
type Watched = { path: string; stamp: string; lookedMs: number };

let ring: Ring | undefined;

/** Takes up the keys; makes the file where there is none. Keys that were taken up before still open. Throws an Error of one line. */
export function takeKeys({ folder, setting = "" }: KeySource): void {
  if (setting !== "") {
    const texts = setting.split(",").map((text) => text.trim());
    use(parseKeys(texts, "DRAWDOWN_SECRETS_KEYS"), "DRAWDOWN_SECRETS_KEYS");
    return;
  }
  const path = join(folder, KEY_FILE);
  const file = { path, stamp: stampOf(path), lookedMs: Date.now() };
  use(readKeyFile(path) ?? makeKeyFile(path), path, file);
}

/** The key that seals now. Throws where none were taken up. */
export function sealingKey(): SealKey {
  return current().sealing;
}

/** Whether the key of this id is known. */
export function knowsKey(id: string): boolean {
  return current().opening.has(id);
}

/** Seals a text for the registry. */
export function sealed(text: string, purpose: Purpose): string {
  return seal(text, sealingKey(), purpose);
}

/** Opens what was sealed; gives a text that was not sealed as it is, which only rows of an earlier version are. */
export function opened(text: string, purpose: Purpose): string {
  const id = keyIdOf(text);
  if (id === undefined) return text;
  const key = current().opening.get(id) ?? afresh().opening.get(id);
  if (key === undefined) throw unknownKey(id);
  return unseal(text, key, purpose);
}

/** What to say of a key that is not known. */
export function unknownKey(id: string): Error {
  const where = ring?.where ?? KEY_FILE;
  return new Error(
    `secrets in PostgreSQL are sealed with the key ${id}, which is not in ${where}: put back the file from its copy (or from the first api's data folder), or name the key in DRAWDOWN_SECRETS_KEYS`,
  );
}

function use(keys: Keys, where: string, file?: Watched): void {
  const opening = new Map([...(ring?.opening ?? []), ...keys.map((key) => [key.id, key] as const)]);
  ring = { sealing: keys[0], opening, where, ...(file !== undefined && { file }) };
}

function current(): Ring {
  if (ring === undefined) throw new Error("no keys were taken up before a secret was asked for");
  const { file } = ring;
  return file === undefined || Date.now() - file.lookedMs < KEYS_SEEN_MS ? ring : afresh();
}

/** Reads the file again where it has changed: keys are rotated while the api runs. */
function afresh(): Ring {
  if (ring === undefined) throw new Error("no keys were taken up before a secret was asked for");
  const { file, where } = ring;
  if (file === undefined) return ring;
  file.lookedMs = Date.now();
  const stamp = stampOf(file.path);
  if (stamp === file.stamp) return ring;
  const keys = readKeyFile(file.path);
  // A file that is gone for the moment changes nothing for a process that has its keys.
  if (keys !== undefined) use(keys, where, { ...file, stamp });
  return ring;
}

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? "" : `${found.ino}-${found.mtimeMs}`;
}
