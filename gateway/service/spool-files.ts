/**
 * The spool's folder: an epoch file and segments named by epoch and first sequence. Reads it all at start, and says
 * whether the frames in it are unbroken.
 */
import { mkdir, open, readdir, readFile, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { replaceText, syncFolder } from "../../engine/contract/files.ts";
import { readJson } from "./json-file.ts";
import { type SegmentHead, scanSegment } from "./spool-record.ts";

/** A segment as the spool knows it: `offsets[i]` is where the record of sequence `first + i` begins. */
export type Segment = SegmentHead & { path: string; offsets: number[]; bytes: number };

/** What the folder held. `whole` is false when frames that had been synced are missing or the epoch is not known. */
export type SpoolContents = { epoch: number; segments: Segment[]; whole: boolean };

const EPOCH_FILE = "epoch.json";
const epochFile = z.object({ epoch: z.int().positive() });
const NAME = /^(\d{10})-(\d{10})\.seg$/;

/** Makes the folder if it is not there, and reads it. Undefined when it holds nothing: a new or lost spool. */
export async function readSpool(folder: string): Promise<SpoolContents | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await syncFolder(dirname(folder));
  const stored = epochFile.safeParse(await readJson(join(folder, EPOCH_FILE)));
  const heads = await segmentHeads(folder);
  const newest = heads.reduce((epoch, head) => Math.max(epoch, head.epoch), 0);
  if (!stored.success && heads.length === 0) return undefined;
  const epoch = stored.success ? stored.data.epoch : newest;
  const segments: Segment[] = [];
  let whole = stored.success;
  let expected: number | undefined;
  for (const head of heads.filter((one) => one.epoch === epoch)) {
    const path = segmentPath(folder, head);
    const bytes = await readFile(path);
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

/** Notes the epoch that counts from now on: the step that makes a new epoch's segments the spool. */
export async function writeEpoch(folder: string, epoch: number): Promise<void> {
  await replaceText(join(folder, EPOCH_FILE), `${JSON.stringify({ epoch })}\n`);
}

/** Removes the segments of every epoch but this one. */
export async function removeOtherEpochs(folder: string, epoch: number): Promise<void> {
  for (const head of await segmentHeads(folder)) {
    if (head.epoch !== epoch) await unlink(segmentPath(folder, head));
  }
}

/** Where a segment stands. */
export function segmentPath(folder: string, { epoch, first }: SegmentHead): string {
  const digits = (value: number): string => value.toString().padStart(10, "0");
  return join(folder, `${digits(epoch)}-${digits(first)}.seg`);
}

/** The bytes of one segment between two offsets. */
export async function readRange(path: string, from: number, to: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const bytes = Buffer.alloc(to - from);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function segmentHeads(folder: string): Promise<SegmentHead[]> {
  const heads = (await readdir(folder)).flatMap((name) => {
    const match = NAME.exec(name);
    return match === null ? [] : [{ epoch: Number(match[1]), first: Number(match[2]) }];
  });
  return heads.sort((a, b) => a.epoch - b.epoch || a.first - b.first);
}
