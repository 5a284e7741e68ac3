/**
 * Sealing: AES-256-GCM with a fresh nonce each time. A sealed text names its key, so that keys can change while texts that
 * are sealed with older ones are still opened.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

/** Bytes of a key. */
export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ID_CHARACTERS = 16;
const PREFIX = "sealed.1.";
const FORM = /^sealed\.1\.([0-9a-f]{16})\.([A-Za-z0-9_-]+)$/;

/** A key with the name that sealed texts have it by: the beginning of its SHA-256. */
export type SealKey = { id: string; bytes: Buffer };
/** A text is of one purpose (a table): sealed for one, it does not open for another. */
export type Purpose = string;

/** A key of these bytes. Throws where they are not 32. */
export function sealKey(bytes: Buffer): SealKey {
  if (bytes.length !== KEY_BYTES) throw new Error(`a key has ${KEY_BYTES} bytes`);
  const id = createHash("sha256").update(bytes).digest("hex").slice(0, ID_CHARACTERS);
  return { id, bytes };
}

/** How what this key seals begins. */
export function sealedPrefix({ id }: SealKey): string {
  return `${PREFIX}${id}.`;
}

/** The id of the key that a text is sealed with; undefined for a text that is not sealed. */
export function keyIdOf(text: string): string | undefined {
  return FORM.exec(text)?.[1];
}

/** Seals a text. */
export function seal(text: string, key: SealKey, purpose: Purpose): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key.bytes, nonce).setAAD(Buffer.from(purpose));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const all = Buffer.concat([nonce, cipher.getAuthTag(), body]);
  return `${sealedPrefix(key)}${all.toString("base64url")}`;
}

/** Opens what this key sealed. Throws where it was changed, or sealed for another purpose. */
export function unseal(sealed: string, key: SealKey, purpose: Purpose): string {
  const all = Buffer.from(FORM.exec(sealed)?.[2] ?? "", "base64url");
  const nonce = all.subarray(0, NONCE_BYTES);
  const tag = all.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv("aes-256-gcm", key.bytes, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(purpose))
      .setAuthTag(tag);
    const body = all.subarray(NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw new Error(`a secret of ${purpose} is damaged, or was put there by somebody else`, {
      cause,
    });
  }
}
