/**
 * A record of the journal, and the groups that records are written in. Little-endian.
 *
 *   record: CRC32C of the header behind it u32 | magic u32 | payload bytes u32 | CRC32C of the payload u32 | sequence u64 |
 *           shard u16 | kind u16 | index in its group u32 | bytes of the group behind the record u32 | thin sectors u32 |
 *           0 u64 | payload | zeros up to a multiple of RECORD_ALIGN
 *   group:  records that were written at once and share one sync; begins at a multiple of GROUP_ALIGN, zeros in between
 *
 * A group is begun only when the one before it is synced, so a record proves all groups before its own. Sectors are
 * written whole or not at all and were zeros before: of a torn group whole sectors are zeros. `thin` counts the sectors
 * behind the header's that would look so anyway (at most one bit set), which tells a write that a power cut tore, and that
 * nobody was told of, from a record that was damaged later.
 */
import { crc32c } from "@node-rs/crc32";
import { SECTOR_BYTES } from "../contract/disk.ts";

/** "DDR2" as a little-endian number. */
export const RECORD_MAGIC = 0x3252_4444;
/** Bytes of a record's header. */
export const RECORD_HEADER_BYTES = 48;
/** Records begin at multiples of this, so that a header lies within one sector. */
export const RECORD_ALIGN = 64;
/** Groups begin at multiples of this, so that writing one never touches what was synced before. */
export const GROUP_ALIGN = 4_096;
/** Longest payload: a batch fills the kernel's input area at most. */
export const PAYLOAD_BYTES_MAX = 4_194_304;

const CRC_AT = 0;
const MAGIC_AT = 4;
const BYTES_AT = 8;
const PAYLOAD_CRC_AT = 12;
const SEQUENCE_AT = 16;
const SHARD_AT = 24;
const KIND_AT = 26;
const INDEX_AT = 28;
const LEFT_AT = 32;
const THIN_AT = 36;
const ZEROS = Buffer.alloc(GROUP_ALIGN);

/** Kinds of records: a shard's batch of inputs; how far outputs have been handed on. */
export const JOURNAL_KIND = { batch: 1, published: 2 } as const;

/** One record. */
export type JournalRecord = { sequence: number; shard: number; kind: number; payload: Uint8Array };
/** A record as it will be written: its payload's checksum is taken when it is appended. */
export type Draft = JournalRecord & { payloadCrc: number };
/** A header as it was read. */
export type RecordHeader = Omit<JournalRecord, "payload"> & {
  bytes: number;
  payloadCrc: number;
  index: number;
  left: number;
  thin: number;
};

/** A number rounded up to a multiple. */
export function alignUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}

/** Bytes that a record with this payload takes. */
export function recordBytes(payloadBytes: number): number {
  return alignUp(RECORD_HEADER_BYTES + payloadBytes, RECORD_ALIGN);
}

/** A record ready to be written in a group. */
export function draft(record: JournalRecord): Draft {
  return { ...record, payloadCrc: crc32c(record.payload) };
}

/** Bytes that these records take as a group, the zeros behind it included. */
export function groupBytes(group: readonly Draft[]): number {
  const bytes = group.reduce((sum, { payload }) => sum + recordBytes(payload.length), 0);
  return alignUp(bytes, GROUP_ALIGN);
}

/** The group's bytes, in parts to be written one behind the other at an offset that is a multiple of GROUP_ALIGN. */
export function encodeGroup(group: readonly Draft[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let left = group.reduce((sum, { payload }) => sum + recordBytes(payload.length), 0);
  const padding = alignUp(left, GROUP_ALIGN) - left;
  let at = 0;
  for (const [index, record] of group.entries()) {
    const bytes = recordBytes(record.payload.length);
    left -= bytes;
    const thin = thinSectors(record.payload, at, bytes);
    parts.push(encodeHeader(record, { index, left, thin }), record.payload);
    const pad = bytes - RECORD_HEADER_BYTES - record.payload.length;
    if (pad > 0) parts.push(ZEROS.subarray(0, pad));
    at += bytes;
  }
  if (padding > 0) parts.push(ZEROS.subarray(0, padding));
  return parts;
}

function encodeHeader(record: Draft, place: { index: number; left: number; thin: number }): Buffer {
  const header = Buffer.alloc(RECORD_HEADER_BYTES);
  header.writeUInt32LE(RECORD_MAGIC, MAGIC_AT);
  header.writeUInt32LE(record.payload.length, BYTES_AT);
  header.writeUInt32LE(record.payloadCrc, PAYLOAD_CRC_AT);
  header.writeBigUInt64LE(BigInt(record.sequence), SEQUENCE_AT);
  header.writeUInt16LE(record.shard, SHARD_AT);
  header.writeUInt16LE(record.kind, KIND_AT);
  header.writeUInt32LE(place.index, INDEX_AT);
  header.writeUInt32LE(place.left, LEFT_AT);
  header.writeUInt32LE(place.thin, THIN_AT);
  header.writeUInt32LE(crc32c(header.subarray(MAGIC_AT)), CRC_AT);
  return header;
}

/** The header at an offset, or undefined where there is none that is whole. */
export function readHeader(bytes: Buffer, at: number): RecordHeader | undefined {
  if (at + RECORD_HEADER_BYTES > bytes.length) return undefined;
  if (bytes.readUInt32LE(at + MAGIC_AT) !== RECORD_MAGIC) return undefined;
  const crc = crc32c(bytes.subarray(at + MAGIC_AT, at + RECORD_HEADER_BYTES));
  if (bytes.readUInt32LE(at + CRC_AT) !== crc) return undefined;
  return {
    bytes: bytes.readUInt32LE(at + BYTES_AT),
    payloadCrc: bytes.readUInt32LE(at + PAYLOAD_CRC_AT),
    sequence: Number(bytes.readBigUInt64LE(at + SEQUENCE_AT)),
    shard: bytes.readUInt16LE(at + SHARD_AT),
    kind: bytes.readUInt16LE(at + KIND_AT),
    index: bytes.readUInt32LE(at + INDEX_AT),
    left: bytes.readUInt32LE(at + LEFT_AT),
    thin: bytes.readUInt32LE(at + THIN_AT),
  };
}

/** The payload behind a header, or undefined where it is not what was written: cut off, changed, or with a dirty end. */
export function readPayload(bytes: Buffer, at: number, header: RecordHeader): Buffer | undefined {
  const from = at + RECORD_HEADER_BYTES;
  const end = at + recordBytes(header.bytes);
  if (header.bytes > PAYLOAD_BYTES_MAX || end > bytes.length) return undefined;
  const payload = bytes.subarray(from, from + header.bytes);
  if (crc32c(payload) !== header.payloadCrc) return undefined;
  return isZero(bytes, from + header.bytes, end) ? payload : undefined;
}

/** Whether a range holds only zeros. */
export function isZero(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += ZEROS.length) {
    const piece = Math.min(ZEROS.length, to - at);
    if (bytes.compare(ZEROS, 0, piece, at, at + piece) !== 0) return false;
  }
  return true;
}

/** Sectors behind the header's, as far as the record reaches, in which all is zero. */
export function zeroSectors(bytes: Buffer, at: number, length: number): number {
  let count = 0;
  for (let from = alignUp(at + 1, SECTOR_BYTES); from < at + length; from += SECTOR_BYTES) {
    if (isZero(bytes, from, Math.min(from + SECTOR_BYTES, at + length))) count += 1;
  }
  return count;
}

/** The same of a record that is to be written, and those that one flipped bit would bring to that. */
function thinSectors(payload: Uint8Array, at: number, length: number): number {
  let count = 0;
  for (let from = alignUp(at + 1, SECTOR_BYTES); from < at + length; from += SECTOR_BYTES) {
    const first = from - at - RECORD_HEADER_BYTES;
    if (isThin(payload, first, Math.min(first + SECTOR_BYTES, payload.length))) count += 1;
  }
  return count;
}

function isThin(payload: Uint8Array, from: number, to: number): boolean {
  let bits = 0;
  for (let at = from; at < to; at++) {
    for (let byte = payload[at] ?? 0; byte !== 0; byte &= byte - 1) bits += 1;
    if (bits > 1) return false;
  }
  return true;
}
