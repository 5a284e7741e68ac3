/**
 * The journal's bytes: segments of records. Little-endian.
 *
 *   segment: magic u32 | version u32 | first sequence u64 | CRC32C of these 16 bytes u32 | 0 u32
 *   record:  payload bytes u32 | CRC32C u32 of all behind it | sequence u64 | shard u16 | kind u16 | 0 u32 | payload
 */
import { crc32c } from "@node-rs/crc32";

/** "DDJ1" as a little-endian number. */
export const SEGMENT_MAGIC = 0x314a_4444;
/** Version of the journal's layout. */
export const SEGMENT_VERSION = 1;
/** Bytes of a segment's header. */
export const SEGMENT_HEADER_BYTES = 24;
/** Bytes of a record's header. */
export const RECORD_HEADER_BYTES = 24;
/** Longest payload: a batch fills the kernel's input area at most. */
export const PAYLOAD_BYTES_MAX = 4_194_304;

/** Kinds of records: a shard's batch of inputs; how far outputs have been handed on. */
export const JOURNAL_KIND = { batch: 1, published: 2 } as const;

/** One record. */
export type JournalRecord = { sequence: number; shard: number; kind: number; payload: Uint8Array };

/** What stands at a place: a whole record, the end, or something that is none. */
export type Parsed =
  | { state: "record"; record: JournalRecord; next: number }
  | { state: "end" }
  | { state: "bad"; reason: string };

/** A segment's header. */
export function segmentHeader(firstSequence: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  header.writeUInt32LE(SEGMENT_MAGIC, 0);
  header.writeUInt32LE(SEGMENT_VERSION, 4);
  header.writeBigUInt64LE(BigInt(firstSequence), 8);
  header.writeUInt32LE(crc32c(header.subarray(0, 16)), 16);
  return header;
}

/** The first sequence that a segment's header tells; throws when it is no header of this version. */
export function readSegmentHeader(bytes: Buffer, file: string): number {
  if (bytes.length < SEGMENT_HEADER_BYTES || bytes.readUInt32LE(0) !== SEGMENT_MAGIC) {
    throw new Error(`${file} is no journal segment: move it away and start again`);
  }
  if (bytes.readUInt32LE(16) !== crc32c(bytes.subarray(0, 16))) {
    throw new Error(`${file}: the header is damaged: restore it from a backup`);
  }
  const version = bytes.readUInt32LE(4);
  if (version !== SEGMENT_VERSION)
    throw new Error(
      `${file} has journal version ${version}; this program reads ${SEGMENT_VERSION}`,
    );
  return Number(bytes.readBigUInt64LE(8));
}

/** A record's header; its payload is written behind it. */
export function recordHeader(record: JournalRecord): Buffer {
  const header = Buffer.alloc(RECORD_HEADER_BYTES);
  header.writeUInt32LE(record.payload.length, 0);
  header.writeBigUInt64LE(BigInt(record.sequence), 8);
  header.writeUInt16LE(record.shard, 16);
  header.writeUInt16LE(record.kind, 18);
  header.writeUInt32LE(crc32c(record.payload, crc32c(header.subarray(8))), 4);
  return header;
}

/** Parses what stands at an offset of a segment. */
export function parseRecord(bytes: Buffer, at: number): Parsed {
  if (at === bytes.length) return { state: "end" };
  if (at + RECORD_HEADER_BYTES > bytes.length)
    return { state: "bad", reason: "a record's header is cut off" };
  const length = bytes.readUInt32LE(at);
  const next = at + RECORD_HEADER_BYTES + length;
  if (length > PAYLOAD_BYTES_MAX)
    return { state: "bad", reason: "a record is longer than PAYLOAD_BYTES_MAX" };
  if (next > bytes.length) return { state: "bad", reason: "a record is cut off" };
  if (bytes.readUInt32LE(at + 4) !== crc32c(bytes.subarray(at + 8, next)))
    return { state: "bad", reason: "a record's checksum is wrong" };
  const record = {
    sequence: Number(bytes.readBigUInt64LE(at + 8)),
    shard: bytes.readUInt16LE(at + 16),
    kind: bytes.readUInt16LE(at + 18),
    payload: bytes.subarray(at + RECORD_HEADER_BYTES, next),
  };
  return { state: "record", record, next };
}
