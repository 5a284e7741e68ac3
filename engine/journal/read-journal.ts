/**
 * Reads a whole journal, changing nothing: every segment in order, every record handed on once it is proven whole.
 */
import { type Disk, ReadRoom } from "../contract/disk.ts";
import { JournalDamage } from "./damage.ts";
import type { JournalRecord } from "./record.ts";
import { type Fault, scanSegment } from "./scan.ts";
import {
  readSegmentHeader,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
  type ShardSet,
} from "./segment.ts";
import { segmentPaths } from "./segment-files.ts";

/** Where a journal lies, whose records it must hold, and by which layout of the state. */
export type JournalPlace = { disk: Disk; folder: string; set: ShardSet; layout: number };
/** A segment that was read. */
export type ReadSegment = { path: string; header: SegmentHeader };
/** What a journal holds: `next` is the sequence behind its last record. */
export type ReadJournal = {
  segments: ReadSegment[];
  next: number;
  /** The groups of the last segment. */
  tail: Buffer;
  /** An unfinished write at the end, which counts for nothing. */
  torn: (Fault & { file: string }) | undefined;
};

/** Reads the journal and hands on its records, each whole only while it is taken. Throws JournalDamage where it is not whole. */
export async function readJournal(
  place: JournalPlace,
  take: (record: JournalRecord) => void,
): Promise<ReadJournal> {
  const segments: ReadSegment[] = [];
  for (const path of await segmentPaths(place.disk, place.folder)) {
    segments.push({ path, header: checkSet(path, await headerOf(place.disk, path), place) });
  }
  const read: ReadJournal = { segments, next: 1, tail: Buffer.alloc(0), torn: undefined };
  const room = new ReadRoom();
  for (const [i, { path, header }] of segments.entries()) {
    if (i === 0) read.next = header.first;
    if (header.first !== read.next) throw missing(path, header.first, read.next);
    const following = segments[i + 1]?.header;
    const bytes = await place.disk.read(path, room);
    const until = following?.supersedes ? following.first : undefined;
    const scan = scanSegment(bytes, header, take, until);
    const { end } = scan;
    if (end.state === "damaged" || (end.state === "torn" && following !== undefined))
      throw new JournalDamage({
        file: path,
        at: end.at,
        reason: `${end.reason} (whole up to byte ${scan.bytes})`,
      });
    if (end.state === "torn") read.torn = { file: path, at: end.at, reason: end.reason };
    read.next = scan.next;
    read.tail = bytes.subarray(SEGMENT_HEADER_BYTES, scan.bytes);
  }
  return read;
}

async function headerOf(disk: Disk, path: string): Promise<SegmentHeader> {
  const file = await disk.open(path, "read");
  try {
    return readSegmentHeader(await file.read(0, SEGMENT_HEADER_BYTES), path);
  } finally {
    await file.close();
  }
}

function missing(file: string, first: number, expected: number): JournalDamage {
  const reason = `begins with record ${first}, not ${expected}: a segment before it is missing`;
  return new JournalDamage({ file, at: 8, reason });
}

/** Records of other shards than those that this process owns would be forgotten, and its own be missed. */
function checkSet(file: string, header: SegmentHeader, place: JournalPlace): SegmentHeader {
  const { set, layout } = place;
  const isSame =
    header.shards === set.shards &&
    header.owned.length === set.owned.length &&
    set.owned.every((shard) => header.owned.includes(shard));
  if (!isSame) {
    const reason = `holds shards ${spans(header.owned)} of ${header.shards}, this engine owns ${spans(set.owned)} of ${set.shards}`;
    throw new JournalDamage({ file, at: 64, reason, mend: "start it with the shards it had" });
  }
  if (header.layout !== layout) {
    const reason = `is of layout ${header.layout} of the state, this program's is ${layout}`;
    throw new JournalDamage({ file, at: 24, reason, mend: "start the program that wrote it" });
  }
  return header;
}

function spans(shards: readonly number[]): string {
  const first = shards[0];
  const last = shards.at(-1);
  if (first === undefined || last === undefined) return "none";
  return last - first === shards.length - 1 ? `${first}-${last}` : shards.join(",");
}
