/**
 * A segment's header: the first SEGMENT_HEADER_BYTES of each file of the journal. Little-endian.
 *
 *   magic u32 | version u32 | first sequence u64 | CRC32C of all else u32 | flags u32 | layout of the state u32 |
 *   shards of the installation u32 | bytes of the file u64 | 0 … | at 64: a bit for each shard whose records it holds
 */
import { crc32c } from "@node-rs/crc32";
import { JournalDamage } from "./damage.ts";
import { GROUP_ALIGN } from "./record.ts";

/** "DDJ1" as a little-endian number. */
export const SEGMENT_MAGIC = 0x314a_4444;
/** Version of the journal's layout. */
export const SEGMENT_VERSION = 2;
/** Bytes of a segment's header; the first group stands behind it. */
export const SEGMENT_HEADER_BYTES = GROUP_ALIGN;

const SHARDS_MAX = 1_024;
const CRC_AT = 16;
const SHARD_BITS_AT = 64;
const FLAG_SUPERSEDES = 1;

/** The shards of the installation, and those of them that a journal holds records of. */
export type ShardSet = { shards: number; owned: readonly number[] };

/** What a segment's header tells. */
export type SegmentHeader = ShardSet & {
  first: number;
  /** Whether what the segment before holds from `first` on counts for nothing: writing there had failed. */
  supersedes: boolean;
  /** Version of the layout of the state that its inputs were made for. */
  layout: number;
  /** Size of the file: it was filled with zeros to there before it was used. */
  bytes: number;
};

/** The header as it is written. */
export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  bytes.writeUInt32LE(SEGMENT_MAGIC, 0);
  bytes.writeUInt32LE(SEGMENT_VERSION, 4);
  bytes.writeBigUInt64LE(BigInt(header.first), 8);
  bytes.writeUInt32LE(header.supersedes ? FLAG_SUPERSEDES : 0, 20);
  bytes.writeUInt32LE(header.layout, 24);
  bytes.writeUInt32LE(header.shards, 28);
  bytes.writeBigUInt64LE(BigInt(header.bytes), 32);
  for (const shard of header.owned) {
    const at = SHARD_BITS_AT + (shard >> 3);
    bytes[at] = (bytes[at] ?? 0) | (1 << (shard & 7));
  }
  bytes.writeUInt32LE(checksum(bytes), CRC_AT);
  return bytes;
}

/** The header of a segment of this version. Throws JournalDamage. */
export function readSegmentHeader(bytes: Buffer, file: string): SegmentHeader {
  const version = segmentVersion(bytes, file);
  if (version !== SEGMENT_VERSION) {
    const reason = `is of journal version ${version}, this program reads ${SEGMENT_VERSION}`;
    throw new JournalDamage({ file, at: 4, reason, mend: "start the program that wrote it" });
  }
  if (bytes.length < SEGMENT_HEADER_BYTES) throw cutOff(file, bytes.length);
  if (bytes.readUInt32LE(CRC_AT) !== checksum(bytes))
    throw new JournalDamage({ file, at: 0, reason: "its header's checksum is wrong" });
  const shards = bytes.readUInt32LE(28);
  return {
    first: Number(bytes.readBigUInt64LE(8)),
    supersedes: (bytes.readUInt32LE(20) & FLAG_SUPERSEDES) !== 0,
    layout: bytes.readUInt32LE(24),
    bytes: Number(bytes.readBigUInt64LE(32)),
    shards,
    owned: Array.from({ length: Math.min(shards, SHARDS_MAX) }, (_, shard) => shard).filter(
      (shard) => ((bytes[SHARD_BITS_AT + (shard >> 3)] ?? 0) & (1 << (shard & 7))) !== 0,
    ),
  };
}

/** The version that a segment claims. Throws JournalDamage when it is no segment. */
export function segmentVersion(bytes: Buffer, file: string): number {
  if (bytes.length < 8) throw cutOff(file, bytes.length);
  if (bytes.readUInt32LE(0) !== SEGMENT_MAGIC)
    throw new JournalDamage({ file, at: 0, reason: "is no segment of the journal" });
  return bytes.readUInt32LE(4);
}

function cutOff(file: string, bytes: number): JournalDamage {
  return new JournalDamage({ file, at: bytes, reason: "is cut off in its header" });
}

/** Over all but the place of the checksum itself. */
function checksum(bytes: Buffer): number {
  return crc32c(
    bytes.subarray(CRC_AT + 4, SEGMENT_HEADER_BYTES),
    crc32c(bytes.subarray(0, CRC_AT)),
  );
}
