/**
 * Reads one segment's bytes. Pure: tells what is there, group by group, and what it ends with.
 *
 * The rule of the tail. Behind the last group all is zero. What stands there instead is an unfinished write, which nobody
 * was told of and which may be cut, only if it looks as a power cut leaves it: in the last segment, with no record behind
 * it of a later group, and with whole sectors missing. Everything else is damage to something acknowledged.
 */
import { SECTOR_BYTES } from "../contract/disk.ts";
import {
  alignUp,
  GROUP_ALIGN,
  isZero,
  type JournalRecord,
  RECORD_ALIGN,
  readHeader,
  readPayload,
  recordBytes,
  zeroSectors,
} from "./record.ts";
import { SEGMENT_HEADER_BYTES, type SegmentHeader } from "./segment.ts";

/** A fault at a byte. */
export type Fault = { at: number; reason: string };
/** What a segment ends with: zeros, an unfinished write, or damage. */
export type ScanEnd =
  | { state: "end" }
  | ({ state: "torn" } & Fault)
  | ({ state: "damaged" } & Fault);
/** The sequence behind its last whole group, where that group ends, and what is there. */
export type Scan = { next: number; bytes: number; end: ScanEnd };

/** Scans a segment; `until` is the sequence from which on a later segment replaces what stands here. */
export function scanSegment(
  bytes: Buffer,
  header: SegmentHeader,
  take: (record: JournalRecord) => void,
  until: number = Number.POSITIVE_INFINITY,
): Scan {
  let at = SEGMENT_HEADER_BYTES;
  let next = header.first;
  if (bytes.length !== header.bytes) {
    const reason = `is ${bytes.length} bytes long, not ${header.bytes} as it was made`;
    return { next, bytes: at, end: { state: "damaged", at: bytes.length, reason } };
  }
  while (at < bytes.length && next < until) {
    const group = readGroup(bytes, at, next);
    if (!group.whole) {
      if (isZero(bytes, at, bytes.length)) break;
      return { next, bytes: at, end: judge(bytes, at, next, group) };
    }
    for (const record of group.records) take(record);
    at = group.end;
    next += group.records.length;
  }
  return { next, bytes: at, end: { state: "end" } };
}

type Whole = { whole: true; records: JournalRecord[]; end: number };
/** `missing`: the fault is where a sector that was to be written is still zeros. */
type Broken = Fault & { whole: false; missing: boolean };

function readGroup(bytes: Buffer, start: number, first: number): Whole | Broken {
  const records: JournalRecord[] = [];
  let expected: number | undefined;
  for (let at = start; ; ) {
    const header = readHeader(bytes, at);
    if (header === undefined) return brokenHeader(bytes, at);
    const { sequence, index, left, shard, kind } = header;
    const length = recordBytes(header.bytes);
    const isInPlace = sequence === first + records.length && index === records.length;
    if (!isInPlace || (expected !== undefined && left + length !== expected))
      return { whole: false, at, reason: "a record is not in its place", missing: false };
    const payload = readPayload(bytes, at, header);
    if (payload === undefined) {
      const missing = zeroSectors(bytes, at, length) > header.thin;
      return { whole: false, at, reason: "a record's checksum is wrong", missing };
    }
    records.push({ sequence, shard, kind, payload });
    at += length;
    expected = left;
    if (left > 0) continue;
    const end = alignUp(at, GROUP_ALIGN);
    if (isZero(bytes, at, Math.min(end, bytes.length))) return { whole: true, records, end };
    return { whole: false, at, reason: "something stands between two groups", missing: false };
  }
}

function brokenHeader(bytes: Buffer, at: number): Broken {
  const sector = at - (at % SECTOR_BYTES);
  const missing = isZero(bytes, sector, Math.min(sector + SECTOR_BYTES, bytes.length));
  return { whole: false, at, reason: "there is no record where one must be", missing };
}

function judge(bytes: Buffer, start: number, next: number, fault: Broken): ScanEnd {
  const { at, reason } = fault;
  const later = laterGroup(bytes, start, next);
  if (later !== undefined)
    return { state: "damaged", at, reason: `${reason}, but record ${later} behind it is there` };
  return { state: fault.missing ? "torn" : "damaged", at, reason };
}

/** The sequence of a record in a group behind the one that begins with `next`. */
function laterGroup(bytes: Buffer, start: number, next: number): number | undefined {
  for (let at = start; at < bytes.length; at += RECORD_ALIGN) {
    const header = readHeader(bytes, at);
    if (header !== undefined && header.sequence - header.index > next) return header.sequence;
  }
  return undefined;
}
