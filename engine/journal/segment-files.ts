/**
 * Segments as files: their names, and how one comes to be. A segment is written beside, with its header and first records,
 * synced, and only then gets its name: one that has a name is whole.
 */
import { join } from "node:path";
import type { Disk, DiskFile } from "../contract/disk.ts";
import { GROUP_ALIGN } from "./record.ts";
import { encodeSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader } from "./segment.ts";

/** A segment that is being written: `end` is where the next group goes, `bytes` the size of the file. */
export type OpenSegment = {
  path: string;
  first: number;
  file: DiskFile;
  end: number;
  bytes: number;
};

const SUFFIX = ".log";
const BESIDE_SUFFIX = ".new";
/** Zeros of the next segment are synced in pieces of this size, so that no group waits long behind them. */
export const ZEROS_BYTES = 262_144;

/** Where the segment lies that begins with this sequence. */
export function segmentPath(folder: string, first: number): string {
  return join(folder, `${first.toString().padStart(16, "0")}${SUFFIX}`);
}

/** The segments in a folder, in the order of their sequences. */
export async function segmentPaths(disk: Disk, folder: string): Promise<string[]> {
  const names = await disk.readdir(folder);
  return names.filter((name) => name.endsWith(SUFFIX)).map((name) => join(folder, name));
}

/** Removes what was being written beside when the process ended. */
export async function removeUnfinished(disk: Disk, folder: string): Promise<void> {
  for (const name of await disk.readdir(folder)) {
    if (name.endsWith(BESIDE_SUFFIX)) await disk.unlink(join(folder, name));
  }
}

/** A file that is to become a segment, filled with zeros from its begin to `bytes`. */
export type Spare = { path: string; file: DiskFile; bytes: number };

/** A file that can become a segment, with nothing in it. */
export async function makeSpare(disk: Disk, folder: string): Promise<Spare> {
  const path = join(folder, `spare${BESIDE_SUFFIX}`);
  return { path, file: await disk.open(path, "through"), bytes: 0 };
}

/** Fills a spare with zeros up to this size. Removes it when there is not room for all of them. */
export async function fillSpare(disk: Disk, spare: Spare, bytes: number): Promise<void> {
  if (bytes <= spare.bytes) return;
  try {
    await spare.file.preallocate(bytes);
    await spare.file.datasync();
    spare.bytes = bytes;
  } catch (error) {
    await dropSpare(disk, spare);
    throw error;
  }
}

/** Gives a spare up, as far as the disk lets. */
export async function dropSpare(disk: Disk, { path, file }: Spare): Promise<void> {
  await file.close().catch(() => {});
  await disk.unlink(path).catch(() => {});
}

/** Size of a segment that holds so many bytes of groups and has room up to `bytesMax`. */
export function segmentSize(bytes: number, bytesMax: number): number {
  const room = Math.floor(bytesMax / GROUP_ALIGN) * GROUP_ALIGN;
  return Math.max(SEGMENT_HEADER_BYTES + bytes, room);
}

/**
 * Makes a spare the segment of this header with these groups (`bytes` long) in it; settles when all of it is on disk and
 * has its name. Rejects, with the spare given up, when that can't be.
 */
export async function beginSegment(
  disk: Disk,
  folder: string,
  spare: Spare,
  content: { header: SegmentHeader; parts: readonly Uint8Array[]; bytes: number },
): Promise<OpenSegment> {
  const { header, parts, bytes } = content;
  const path = segmentPath(folder, header.first);
  await fillSpare(disk, spare, header.bytes);
  try {
    if (header.bytes < spare.bytes) await spare.file.truncate(header.bytes);
    await spare.file.write([encodeSegmentHeader(header), ...parts], 0);
    await spare.file.datasync();
    await disk.rename(spare.path, path);
    await disk.syncFolder(folder);
  } catch (error) {
    await dropSpare(disk, spare);
    throw error;
  }
  const end = SEGMENT_HEADER_BYTES + bytes;
  return { path, first: header.first, file: spare.file, end, bytes: header.bytes };
}
