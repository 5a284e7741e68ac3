/**
 * The spool's folder: an epoch file and segments named by epoch and first sequence. Reads it all at start, and says
 * whether the frames in it are unbroken.
 */
import { dirname, join } from "node:path";
import { z } from "zod";
import { type Disk, diskErrorCode } from "../../engine/contract/disk.ts";
import { replaceText } from "../../engine/contract/files.ts";
import { type SegmentHead, scanSegment } from "./spool-record.ts";

/** A segment as the spool knows it: `offsets[i]` is where the record of sequence `first + i` begins. */
export type Segment = SegmentHead & { path: string; offsets: number[]; bytes: number };

/** What the folder held. `whole` is false when frames that had been synced are missing or the epoch is not known. */
export type SpoolContents = { epoch: number; segments: Segment[]; whole: boolean };

const EPOCH_FILE = "epoch.json";
const epochFile = z.object({ epoch: z.int().positive() });
const NAME = /^(\d{10})-(\d{10})\.seg$/;

/** Makes the folder if it is not there, and reads it. Undefined when it holds nothing: a new or lost spool. */
export async function readSpool(disk: Disk, folder: string): Promise<SpoolContents | undefined> {
  await disk.mkdir(folder);
  await disk.syncFolder(dirname(folder));
  const stored = epochFile.safeParse(await readEpoch(disk, folder));
  const heads = await segmentHeads(disk, folder);
  const newest = heads.reduce((epoch, head) => Math.max(epoch, head.epoch), 0);
  if (!stored.success && heads.length === 0) return undefined;
  const epoch = stored.success ? stored.data.epoch : newest;
  const segments: Segment[] = [];
  let whole = stored.success;
  let expected: number | undefined;
  for (const head of heads.filter((one) => one.epoch === epoch)) {
    const path = segmentPath(folder, head);
    const bytes = await disk.read(path);
    const scan = scanSegment(bytes, head);
    const last = segments.at(-1);
    if (last !== undefined && head.first < last.first + last.offsets.length) {
      last.offsets.length = Math.max(0, head.first - last.first);
    }
    expected = last === undefined ? head.first : last.first + last.offsets.length;
    if (scan?.damaged || head.first !== expected) whole = false;
    // A segment that was being made when the power went has no header yet and holds nothing: it will be made again.
    if (scan === undefined && last === undefined) whole = false;
    if (scan !== undefined)
      segments.push({ ...head, path, offsets: scan.offsets, bytes: bytes.length });
  }
  return { epoch, segments, whole: whole && segments.length > 0 };
}

/**
 * Makes sure that what was read stays: a process before may have ended between write and sync, and what the engine is
 * told of must not be lost by a power cut afterwards.
 */
export async function keepSegments(
  disk: Disk,
  folder: string,
  segments: readonly Segment[],
): Promise<void> {
  for (const { path } of segments) {
    const file = await disk.open(path, "update");
    await file.datasync().finally(() => file.close());
  }
  await disk.syncFolder(folder);
}

/** Notes the epoch that counts from now on: the step that makes a new epoch's segments the spool. */
export async function writeEpoch(disk: Disk, folder: string, epoch: number): Promise<void> {
  await replaceText(join(folder, EPOCH_FILE), `${JSON.stringify({ epoch })}\n`, disk);
}

/** Removes the segments of every epoch but this one. */
export async function removeOtherEpochs(disk: Disk, folder: string, epoch: number): Promise<void> {
  for (const head of await segmentHeads(disk, folder)) {
    if (head.epoch !== epoch) await disk.unlink(segmentPath(folder, head));
  }
}

/** Where a segment stands. */
export function segmentPath(folder: string, { epoch, first }: SegmentHead): string {
  const digits = (value: number): string => value.toString().padStart(10, "0");
  return join(folder, `${digits(epoch)}-${digits(first)}.seg`);
}

/** The bytes of one segment between two offsets. */
export async function readRange(
  disk: Disk,
  path: string,
  { from, to }: { from: number; to: number },
): Promise<Buffer> {
  const file = await disk.open(path, "read");
  try {
    return await file.read(from, to - from);
  } finally {
    await file.close();
  }
}

/** The JSON of the epoch file; undefined when there is none or it is no JSON. */
async function readEpoch(disk: Disk, folder: string): Promise<unknown> {
  let text: string;
  try {
    text = (await disk.read(join(folder, EPOCH_FILE))).toString("utf8");
  } catch (error) {
    if (diskErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function segmentHeads(disk: Disk, folder: string): Promise<SegmentHead[]> {
  const heads = (await disk.readdir(folder)).flatMap((name) => {
    const match = NAME.exec(name);
    return match === null ? [] : [{ epoch: Number(match[1]), first: Number(match[2]) }];
  });
  return heads.sort((a, b) => a.epoch - b.epoch || a.first - b.first);
}
