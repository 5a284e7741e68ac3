/**
 * The journal: every batch of inputs, on disk before anything of it is acknowledged. One writer; whoever appends while
 * a sync is under way shares the next one (group commit).
 */

import { join } from "node:path";
import type { Disk, DiskFile } from "../contract/disk.ts";
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

/** Where a journal lies, and from which size on a new segment is begun. */
export type JournalOptions = { disk: Disk; folder: string; segmentBytesMax: number };

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
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #segmentBytesMax: number;
  readonly #segments: Segment[];
  #file: DiskFile;
  #fileBytes: number;
  #next: number;
  #durable: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #error: Error | undefined;

  private constructor(
    options: JournalOptions,
    segments: Segment[],
    file: DiskFile,
    fileBytes: number,
    next: number,
  ) {
    this.#disk = options.disk;
    this.#folder = options.folder;
    this.#segmentBytesMax = options.segmentBytesMax;
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
    options: JournalOptions,
    replay: (record: JournalRecord) => void,
  ): Promise<Journal> {
    const { disk, folder } = options;
    await disk.mkdir(folder);
    const names = (await disk.readdir(folder)).filter((name) => name.endsWith(".log"));
    const segments: Segment[] = [];
    let next = 1;
    let tail = 0;
    for (const [i, name] of names.entries()) {
      const path = join(folder, name);
      const isLast = i === names.length - 1;
      const read = await readSegment(
        disk,
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
      const { segment, file } = await makeSegment(disk, folder, next);
      return new Journal(options, [segment], file, SEGMENT_HEADER_BYTES, next);
    }
    return new Journal(options, segments, await disk.open(last.path, "update"), tail, next);
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
      await this.#disk.unlink(oldest.path);
      this.#segments.shift();
      removed = true;
    }
    if (removed) await this.#disk.syncFolder(this.#folder);
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
    const whole = parts.reduce((sum, part) => sum + part.length, 0);
    await this.#file.write(parts, this.#fileBytes);
    await this.#file.datasync();
    this.#fileBytes += whole;
    this.figures.syncs += 1;
    this.figures.bytes += whole;
    this.figures.lastSyncMs = performance.now() - started;
  }

  async #rotate(first: number): Promise<void> {
    await this.#file.close();
    const made = await makeSegment(this.#disk, this.#folder, first);
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
  disk: Disk,
  folder: string,
  first: number,
): Promise<{ segment: Segment; file: DiskFile }> {
  const path = join(folder, `${first.toString().padStart(16, "0")}.log`);
  const file = await disk.open(path, "make");
  await file.write([segmentHeader(first)], 0);
  await file.datasync();
  await disk.syncFolder(folder);
  return { segment: { path, first }, file };
}

type SegmentRead = { first: number; next: number; bytes: number };

/** Reads one segment; undefined for a last one that was only begun. */
async function readSegment(
  disk: Disk,
  path: string,
  isLast: boolean,
  expected: number | undefined,
  replay: (record: JournalRecord) => void,
): Promise<SegmentRead | undefined> {
  const bytes = await disk.read(path);
  if (isLast && bytes.length < SEGMENT_HEADER_BYTES) {
    await disk.unlink(path);
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
    if (fault !== undefined) {
      if (!isLast)
        throw new Error(
          `${path}: ${fault} at byte ${at}: restore this file from a backup; nothing was changed`,
        );
      await cut(disk, path, at);
      return { first, next, bytes: at };
    }
    if (parsed.state === "record") {
      replay(parsed.record);
      next += 1;
      at = parsed.next;
    }
  }
}

async function cut(disk: Disk, path: string, bytes: number): Promise<void> {
  const file = await disk.open(path, "update");
  try {
    await file.truncate(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
}
