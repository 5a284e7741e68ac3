/**
 * Hand-made telegrams for tests: a header of our own around records written in hexadecimal.
 */
import type { DataRecord } from "../decode/records.ts";
import type { Result } from "../decode/result.ts";
import { type Answer, decodeTelegram } from "../decode/telegram.ts";
import { longFrame } from "../encode/frame.ts";

/** Bytes of a hexadecimal text. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

/** Meter 00123456, manufacturer DRW, version 1, water, access number 7, status 0. */
export const HEADER_HEX = "56 34 12 00 57 12 01 07 07 00 00 00";

/** A frame of CI 72 with that header and these records. */
export function frameOf(recordsHex: string): Uint8Array {
  return longFrame(0x08, 1, 0x72, bytesOf(`${HEADER_HEX} ${recordsHex}`));
}

/** Decodes records behind that header. */
export function decodeRecords(recordsHex: string): Result<Answer> {
  return decodeTelegram(frameOf(recordsHex));
}

/** The records of a telegram that must decode. */
export function recordsIn(recordsHex: string): DataRecord[] {
  const result = decodeRecords(recordsHex);
  if (!result.ok) throw new Error(result.fault.message);
  if (result.value.telegram.kind !== "data") throw new Error("no data");
  return result.value.telegram.records;
}
