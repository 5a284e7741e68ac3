/**
 * The bytes of a spool segment: a header (magic, epoch, first sequence, CRC), then records of length, CRC32C and
 * sequence before each frame. Little-endian. A CRC covers all that stands beside it.
 */
import { crc32c } from "@node-rs/crc32";
import { FRAME_BYTES_MAX } from "../../engine/contract/frame.ts";

/** "DDS1" read as a little-endian number: a segment's magic and version. */
const SEGMENT_MAGIC = 0x3153_4444;
/** Bytes before the first record. */
export const SEGMENT_HEADER_BYTES = 16;
/** Bytes before each frame. */
export const RECORD_HEADER_BYTES = 12;

/** Which frames a segment holds: those of `epoch` from the sequence `first` on. */
export type SegmentHead = { epoch: number; first: number };

/** A segment's header. */
export function segmentHeader({ epoch, first }: SegmentHead): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  bytes.writeUInt32LE(SEGMENT_MAGIC, 0);
  bytes.writeUInt32LE(epoch, 4);
  bytes.writeUInt32LE(first, 8);
  bytes.writeUInt32LE(crc32c(bytes.subarray(0, 12)), 12);
  return bytes;
}

/** A frame as a record. */
export function recordOf(sequence: number, frame: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(RECORD_HEADER_BYTES + frame.length);
  bytes.writeUInt32LE(frame.length, 0);
  bytes.writeUInt32LE(sequence, 8);
  bytes.set(frame, RECORD_HEADER_BYTES);
  bytes.writeUInt32LE(recordCrc(bytes), 4);
  return bytes;
}

/** The frame at `at`, or undefined when what stands there is not the whole good record of that sequence. */
export function frameAt(bytes: Buffer, at: number, sequence: number): Buffer | undefined {
  const end = recordEnd(bytes, at);
  if (end === undefined || bytes.readUInt32LE(at + 8) !== sequence) return undefined;
  if (recordCrc(bytes.subarray(at, end)) !== bytes.readUInt32LE(at + 4)) return undefined;
  return bytes.subarray(at + RECORD_HEADER_BYTES, end);
}

/** What a scan of a segment's bytes found: where each good record begins, where the good part ends. */
export type Scan = {
  offsets: number[];
  end: number;
  /** Whether a whole record stands behind a bad one: not a write cut short, but a damaged file. */
  damaged: boolean;
};

/** Scans a segment that should begin with this header; undefined when it does not. */
export function scanSegment(bytes: Buffer, head: SegmentHead): Scan | undefined {
  if (bytes.length < SEGMENT_HEADER_BYTES) return undefined;
  if (!segmentHeader(head).equals(bytes.subarray(0, SEGMENT_HEADER_BYTES))) return undefined;
  const offsets: number[] = [];
  let end = SEGMENT_HEADER_BYTES;
  for (let frame = frameAt(bytes, end, head.first); frame !== undefined; ) {
    offsets.push(end);
    end += RECORD_HEADER_BYTES + frame.length;
    frame = frameAt(bytes, end, head.first + offsets.length);
  }
  const next = recordEnd(bytes, end);
  const damaged =
    next !== undefined && frameAt(bytes, next, head.first + offsets.length + 1) !== undefined;
  return { offsets, end, damaged };
}

/** All records of a segment that are good in themselves, whatever stands between them: what can be saved of a damaged one. */
export function* readableRecords(bytes: Buffer): Generator<{ sequence: number; frame: Buffer }> {
  let at = SEGMENT_HEADER_BYTES;
  for (let end = recordEnd(bytes, at); end !== undefined; end = recordEnd(bytes, at)) {
    const sequence = bytes.readUInt32LE(at + 8);
    const frame = frameAt(bytes, at, sequence);
    if (frame !== undefined) yield { sequence, frame };
    at = end;
  }
}

/** Where the record at `at` would end by its length; undefined when that is beyond the bytes or no length at all. */
function recordEnd(bytes: Buffer, at: number): number | undefined {
  if (at + RECORD_HEADER_BYTES > bytes.length) return undefined;
  const length = bytes.readUInt32LE(at);
  const end = at + RECORD_HEADER_BYTES + length;
  return length === 0 || length > FRAME_BYTES_MAX || end > bytes.length ? undefined : end;
}

function recordCrc(record: Buffer): number {
  return crc32c(record.subarray(8), crc32c(record.subarray(0, 4)));
}
