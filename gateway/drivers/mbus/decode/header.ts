/**
 * The long header in front of the records (EN 13757-3): who the meter is and how it feels.
 */
import type { Cursor } from "./cursor.ts";
import { mediumName } from "./medium.ts";
import { bcdText } from "./numbers.ts";
import { accept, type Result, refuse } from "./result.ts";

/** Bytes of the long header. */
export const HEADER_BYTES = 12;

/**
 * Identity and state of a meter. `id` is eight characters, zeros in front kept; `manufacturer` three letters.
 * The fixed structure tells no manufacturer and no version: both are null there.
 */
export type MeterHeader = {
  id: string;
  manufacturer: string | null;
  version: number | null;
  medium: string;
  /** The device type's number; the fixed structure has a list of its own. */
  mediumCode: number;
  status: number;
  accessNumber: number;
};

/** How the records behind a header are secured: the configuration word's mode, and how many blocks of 16 bytes it covers. */
export type Security = { mode: number; blocks: number };

/** Reads the long header. */
export function readHeader(cursor: Cursor): Result<{ header: MeterHeader; security: Security }> {
  const at = cursor.offset();
  if (cursor.left() < HEADER_BYTES) {
    return refuse(
      "header",
      at,
      `the header needs ${HEADER_BYTES} bytes, ${cursor.left()} are there`,
    );
  }
  const id = cursor.field(4) ?? new Uint8Array(4);
  const maker = cursor.field(2) ?? new Uint8Array(2);
  const [version = 0, medium = 0, accessNumber = 0, status = 0] = [
    cursor.byte(),
    cursor.byte(),
    cursor.byte(),
    cursor.byte(),
  ];
  const [low = 0, high = 0] = cursor.field(2) ?? [];
  const header = {
    id: bcdText(id),
    manufacturer: manufacturerName(maker),
    version,
    medium: mediumName(medium),
    mediumCode: medium,
    status,
    accessNumber,
  };
  return accept({ header, security: { mode: high & 0x1f, blocks: low >> 4 } });
}

/** Three letters of five bits each; the top bit only says how unique the number is. */
export function manufacturerName([low = 0, high = 0]: Uint8Array): string {
  const code = ((high & 0x7f) << 8) | low;
  return [10, 5, 0].map((shift) => String.fromCharCode(0x40 + ((code >> shift) & 0x1f))).join("");
}
