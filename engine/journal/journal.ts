/**
 * The journal: every batch of inputs, on disk before anything of it is acknowledged. One writer; whoever appends while
 * a sync is under way shares the next one (group commit).
 */

import { mkdirSync } from "node:fs";
import { type FileHandle, open, readdir, readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "../contract/files.ts";
import {
  type JournalRecord,
  parseRecord,
  readSegmentHeader,
  recordHeader,
  SEGMENT_HEADER_BYTES,
  segmentHeader,
} from "./record.ts";

/** Most records that wait for one sync. */
export const WAITING_MAX = 4_096;

/** A segment on disk. */
type Segment = { path: string; first: number };
type Waiting = {
  header: Buffer;
  payload: Uint8Array;
  sequence: number;
  done: () => void;
  failed: (error: Error) => void;
};

/** What the journal has done so far. */
export type JournalFigures = { syncs: number; bytes: number; lastSyncMs: number };

/** An open journal. */
export class Journal {
  readonly figures: JournalFigures = { syncs: 0, bytes: 0, lastSyncMs: 0 };
  readonly #folder: string;
  readonly #segmentBytesMax: number;
  readonly #segments: Segment[];
  #file: FileHandle;
  #fileBytes: number;
  #next: number;
  #durable: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #error: Error | undefined;

  private constructor(
    folder: string,
    segmentBytesMax: number,
    segments: Segment[],
    file: FileHandle,
    fileBytes: number,
    next: number,
  ) {
    this.#folder = folder;
    this.#segmentBytesMax = segmentBytesMax;
    this.#segments = segments;
    this.#file = file;
    this.#fileBytes = fileBytes;
    this.#next = next;
    this.#durable = next - 1;
  }

  /**
   * Opens the journal in a folder and hands every record in it to `replay`, in order.
   * A torn tail is cut off the last segment; a bad record anywhere else throws with file, offset and what to do.
   */
  static async open(
    folder: string,
    segmentBytesMax: number,
    replay: (record: JournalRecord) => void,
  ): Promise<Journal> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const names = (await readdir(folder)).filter((name) => name.endsWith(".log")).sort();
    const segments: Segment[] = [];
    let next = 1;
    let tail = 0;
    for (const [i, name] of names.entries()) {
      const path = join(folder, name);
      const isLast = i === names.length - 1;
      const read = await readSegment(
        path,
        isLast,
        segments.length === 0 ? undefined : next,
        replay,
      );
      if (read === undefined) break;
      segments.push({ path, first: read.first });
      next = read.next;
      tail = read.bytes;
    }
    const last = segments.at(-1);
    if (last === undefined) {
      const made = await makeSegment(folder, next);
      return new Journal(
        folder,
        segmentBytesMax,
        [made.segment],
        made.file,
        SEGMENT_HEADER_BYTES,
        next,
      );
    }
    return new Journal(folder, segmentBytesMax, segments, await open(last.path, "a"), tail, next);
  }

  /** Sequence of the last record appended; 0 for none. */
  get last(): number {
    return this.#next - 1;
  }

  /** Sequence of the last record that is on disk. */
  get durable(): number {
    return this.#durable;
  }

  /** Sequence of the first record that is still kept. */
  get first(): number {
    return this.#segments[0]?.first ?? this.#next;
  }

  /** Appends a record. `durable` settles when it is on disk; it rejects, as does everything after, when the disk fails. */
  append(
    shard: number,
    kind: number,
    payload: Uint8Array,
  ): { sequence: number; durable: Promise<void> } {
    if (this.#error !== undefined) return { sequence: 0, durable: Promise.reject(this.#error) };
    if (this.#waiting.length >= WAITING_MAX)
      throw new Error(`more than WAITING_MAX (${WAITING_MAX}) records wait for the journal`);
    const sequence = this.#next++;
    const header = recordHeader({ sequence, shard, kind, payload });
    const durable = new Promise<void>((done, failed) =>
      this.#waiting.push({ header, payload, sequence, done, failed }),
    );
    this.#writing ??= this.#write();
    return { sequence, durable };
  }

  /** Removes segments that hold only records up to and with `sequence`, the one in use excepted. */
  async removeThrough(sequence: number): Promise<void> {
    let removed = false;
    for (;;) {
      const [oldest, second] = this.#segments;
      if (oldest === undefined || second === undefined || second.first > sequence + 1) break;
      await rm(oldest.path);
      this.#segments.shift();
      removed = true;
    }
    if (removed) await syncFolder(this.#folder);
  }

  /** Writes out what waits and closes the file. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #write(): Promise<void> {
    // What is appended in this turn of the loop goes into one write.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#commit(group);
        this.#durable = group.at(-1)?.sequence ?? this.#durable;
        for (const each of group) each.done();
      } catch (cause) {
        this.#fail(group, new Error("the journal can't be written", { cause }));
      }
    }
    this.#writing = undefined;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const first = group[0];
    if (first !== undefined && this.#fileBytes >= this.#segmentBytesMax)
      await this.#rotate(first.sequence);
    const started = performance.now();
    const parts = group.flatMap(({ header, payload }) => [header, payload]);
    const { bytesWritten } = await this.#file.writev(parts);
    const whole = parts.reduce((sum, part) => sum + part.length, 0);
    if (bytesWritten !== whole)
      throw new Error(`only ${bytesWritten} of ${whole} bytes were written`);
    await this.#file.datasync();
    this.#fileBytes += whole;
    this.figures.syncs += 1;
    this.figures.bytes += whole;
    this.figures.lastSyncMs = performance.now() - started;
  }

  async #rotate(first: number): Promise<void> {
    await this.#file.close();
    const made = await makeSegment(this.#folder, first);
    this.#segments.push(made.segment);
    this.#file = made.file;
    this.#fileBytes = SEGMENT_HEADER_BYTES;
  }

  #fail(group: readonly Waiting[], error: Error): void {
    this.#error = error;
    for (const each of [...group, ...this.#waiting]) each.failed(error);
    this.#waiting = [];
  }
}

async function makeSegment(
  folder: string,
  first: number,
): Promise<{ segment: Segment; file: FileHandle }> {
  const path = join(folder, `${first.toString().padStart(16, "0")}.log`);
  const file = await open(path, "w");
  await file.write(segmentHeader(first));
  await file.sync();
  await syncFolder(folder);
  return { segment: { path, first }, file };
}

type SegmentRead = { first: number; next: number; bytes: number };

/** Reads one segment; undefined for a last one that was only begun. */
async function readSegment(
  path: string,
  isLast: boolean,
  expected: number | undefined,
  replay: (record: JournalRecord) => void,
): Promise<SegmentRead | undefined> {
  const bytes = await readFile(path);
  if (isLast && bytes.length < SEGMENT_HEADER_BYTES) {
    await rm(path);
    return undefined;
  }
  const first = readSegmentHeader(bytes, path);
  if (expected !== undefined && first !== expected) {
    throw new Error(
      `${path} begins with ${first}, not ${expected}: a segment before it is missing; restore it from a backup`,
    );
  }
  let next = first;
  let at = SEGMENT_HEADER_BYTES;
  for (;;) {
    const parsed = parseRecord(bytes, at);
    if (parsed.state === "end") return { first, next, bytes: at };
    const fault =
      parsed.state === "bad"
        ? parsed.reason
        : parsed.record.sequence === next
          ? undefined
          : "a record is out of order";
    if (fault !== undefined) return cutTail(path, at, isLast, { first, next, bytes: at }, fault);
    if (parsed.state === "record") {
      replay(parsed.record);
      next += 1;
      at = parsed.next;
    }
  }
}

async function cutTail(
  path: string,
  at: number,
  isLast: boolean,
  read: SegmentRead,
  fault: string,
): Promise<SegmentRead> {
  if (!isLast)
    throw new Error(
      `${path}: ${fault} at byte ${at}: restore this file from a backup; nothing was changed`,
    );
  await truncate(path, at);
  return read;
}
