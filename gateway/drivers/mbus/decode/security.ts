/**
 * Encrypted records (EN 13757-7, security mode 5): AES-128 in cipher block chaining, the first vector made of the meter's
 * identity and access number, the first two bytes 2F 2F by which a right key is known. Other modes are refused: mode 7
 * needs a counter from a layer that wired telegrams rarely carry.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import type { ByteOrder } from "./cursor.ts";
import { USER_DATA_OFFSET } from "./frame.ts";
import { HEADER_BYTES, type Security } from "./header.ts";
import { accept, type Result, refuse } from "./result.ts";

/** Bytes of a key, and of a block. */
export const KEY_BYTES = 16;
/** The mode that a key opens. */
export const MODE_AES_CBC = 5;

/** Modes above are reserved; old meters put a signature into the word that reads like one of them, and encrypt nothing. */
const MODE_MAX = 15;

const FILLER = 0x2f;
const FILLERS = 2;
/** The access number stands in the first vector this many times. */
const ACCESS_NUMBERS = 8;
/** Where the configuration word stands. */
const CONFIGURATION_OFFSET = USER_DATA_OFFSET + HEADER_BYTES - 2;

/** How the records of a telegram are to be opened. */
type Opening = { security: Security; order: ByteOrder; key: Uint8Array | undefined };

/** The records behind the header of `data`, opened with the key where they are encrypted; what follows the blocks is plain. */
export function plainRecords(
  data: Uint8Array,
  { security: { mode, blocks }, order, key }: Opening,
): Result<{ bytes: Uint8Array; encrypted: boolean }> {
  const behind = data.subarray(HEADER_BYTES);
  if (mode === 0 || mode > MODE_MAX) return accept({ bytes: behind, encrypted: false });
  const no = (message: string) => refuse("encrypted", CONFIGURATION_OFFSET, message);
  if (mode !== MODE_AES_CBC || order !== "lowest_first") {
    return no(`the records are secured by mode ${mode}, which is not known here`);
  }
  if (blocks === 0) return accept({ bytes: behind, encrypted: false });
  if (key?.length !== KEY_BYTES) return no("the records are encrypted (mode 5): a key is needed");
  const size = blocks * KEY_BYTES;
  if (size > behind.length) {
    return no(`${blocks} encrypted blocks are announced, ${behind.length} bytes are there`);
  }
  const opened = decrypt(behind.subarray(0, size), key, firstVector(data));
  if (opened.subarray(0, FILLERS).some((byte) => byte !== FILLER)) {
    return refuse("key", USER_DATA_OFFSET + HEADER_BYTES, "the key does not open the telegram");
  }
  return accept({ bytes: Uint8Array.of(...opened, ...behind.subarray(size)), encrypted: true });
}

/** Header and records as mode 5 sends them: 2F 2F in front, filled up to whole blocks. `header` is that of a plain telegram. */
export function secured(header: Uint8Array, records: Uint8Array, key: Uint8Array): Uint8Array {
  const blocks = Math.ceil((FILLERS + records.length) / KEY_BYTES);
  const plain = new Uint8Array(blocks * KEY_BYTES).fill(FILLER);
  plain.set(records, FILLERS);
  const cipher = createCipheriv("aes-128-cbc", key, firstVector(header)).setAutoPadding(false);
  const bytes = Buffer.concat([cipher.update(plain), cipher.final()]);
  const head = header.slice(0, HEADER_BYTES);
  head.set([blocks << 4, MODE_AES_CBC], HEADER_BYTES - 2);
  return Uint8Array.of(...head, ...bytes);
}

/** A key from its 32 digits of hexadecimal, or undefined. */
export function keyOf(hex: string): Uint8Array | undefined {
  return /^[0-9A-Fa-f]{32}$/.test(hex) ? Uint8Array.from(Buffer.from(hex, "hex")) : undefined;
}

function decrypt(bytes: Uint8Array, key: Uint8Array, vector: Uint8Array): Uint8Array {
  const decipher = createDecipheriv("aes-128-cbc", key, vector).setAutoPadding(false);
  return Buffer.concat([decipher.update(bytes), decipher.final()]);
}

/** Manufacturer, id, version and medium as they stand in the header, then the access number to fill the block. */
function firstVector(header: Uint8Array): Uint8Array {
  const access = header.subarray(8, 9);
  return Uint8Array.of(
    ...header.subarray(4, 6),
    ...header.subarray(0, 4),
    ...header.subarray(6, 8),
    ...Array.from({ length: ACCESS_NUMBERS }, () => access[0] ?? 0),
  );
}
