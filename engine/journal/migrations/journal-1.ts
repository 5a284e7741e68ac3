/**
 * Reads segments of journal version 1, only to find out how far they reach: their inputs are not applied any more.
 *
 *   segment: magic u32 | version u32 | first sequence u64 | CRC32C of these 16 bytes u32 | 0 u32
 *   record:  payload bytes u32 | CRC32C u32 of all behind it | sequence u64 | shard u16 | kind u16 | 0 u32 | payload
 */
import { crc32c } from "@node-rs/crc32";
import { JournalDamage } from "../damage.ts";
import type { JournalRecord } from "../record.ts";

const HEADER_BYTES = 24;

/** Hands on a segment's records. What is cut off at the end of the last one was never acknowledged. */
export function scanSegment1(
  bytes: Buffer,
  { file, isLast }: { file: string; isLast: boolean },
  take: (record: JournalRecord) => void,
): void {
  if (bytes.length < HEADER_BYTES || bytes.readUInt32LE(16) !== crc32c(bytes.subarray(0, 16)))
    throw new JournalDamage({ file, at: 0, reason: "its header is damaged" });
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const next = at + HEADER_BYTES + (at + 4 <= bytes.length ? bytes.readUInt32LE(at) : 0);
    const isWhole =
      at + HEADER_BYTES <= bytes.length &&
      next <= bytes.length &&
      bytes.readUInt32LE(at + 4) === crc32c(bytes.subarray(at + 8, next));
    if (!isWhole && isLast) return;
    if (!isWhole) throw new JournalDamage({ file, at, reason: "a record is damaged" });
    take({
      sequence: Number(bytes.readBigUInt64LE(at + 8)),
      shard: bytes.readUInt16LE(at + 16),
      kind: bytes.readUInt16LE(at + 18),
      payload: bytes.subarray(at + HEADER_BYTES, next),
    });
    at = next;
  }
}
