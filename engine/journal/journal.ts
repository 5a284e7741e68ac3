/**
 * The journal: every batch of inputs, on disk before anything of it is acknowledged. One writer; whoever appends while
 * a sync is under way shares the next one (group commit).
 *
 * When writing or syncing fails, nothing is known of what the failed group left on disk, and no later sync of that file
 * can prove it. So the file is left as it is, and the group is written again, in order, to a fresh segment that replaces
 * what the old one may hold of it; again and again until the disk takes it. Until then nothing is acknowledged.
 */
import { dirname } from "node:path";
import type { Disk } from "../contract/disk.ts";
import { pause, type Time } from "../contract/time.ts";
import { type ReadJournal, readJournal } from "./read-journal.ts";
import { type Draft, draft, encodeGroup, groupBytes, type JournalRecord } from "./record.ts";
import type { SegmentHeader, ShardSet } from "./segment.ts";
import {
  beginSegment,
  dropSpare,
  fillSpare,
  makeSpare,
  type OpenSegment,
  removeUnfinished,
  type Spare,
  segmentSize,
  ZEROS_BYTES,
} from "./segment-files.ts";
import { type DiskTrouble, diskTrouble } from "./trouble.ts";

/** Most records that wait for one sync. */
export const WAITING_MAX = 4_096;
/** A group takes no more records when it is as long as this. */
export const GROUP_BYTES_MAX = 67_108_864;
/** Segments that are kept although all that they hold is in every snapshot: for people, should both be damaged. */
export const SEGMENTS_KEPT = 2;
/** The next segment is ready when so much of the open one is in use. */
const SPARE_READY = 0.75;
/** Wait before a disk that failed is tried again. */
export const RETRY_MS = 500;

/** Where a journal lies, how large a segment may become, and who is told of what. */
export type JournalOptions = {
  disk: Disk;
  folder: string;
  segmentBytesMax: number;
  set: ShardSet;
  /** Version of the layout of the state that inputs are made for. */
  layout: number;
  /** The sequence that an empty journal begins with, 1 unless told. */
  first?: number;
  time: Time;
  /** Something that a person should know, in one line. */
  warn(message: string): void;
  /** The disk can't be written; undefined when it can again. */
  onTrouble(trouble: DiskTrouble | undefined): void;
};

type Waiting = { draft: Draft; done: () => void; failed: (error: Error) => void };
type Segment = { path: string; first: number };

/** What the journal has done so far. */
export type JournalFigures = {
  syncs: number;
  bytes: number;
  lastSyncMs: number;
  /** Told how long each write and sync of a group took, where somebody wants to know. */
  onSync?: (tookMs: number) => void;
};

/** An open journal. */
export class Journal {
  readonly figures: JournalFigures = { syncs: 0, bytes: 0, lastSyncMs: 0 };
  readonly #options: JournalOptions;
  readonly #segments: Segment[];
  readonly #ending = new AbortController();
  #open: OpenSegment;
  /** Whether a write to the open segment failed: it is never written again. */
  #doubtful = false;
  /** What becomes the next segment, undefined where the disk did not take it; and how much of it was asked for. */
  #spare: Promise<Spare | undefined> | undefined;
  #spareBytes = 0;
  #isFilling = false;
  #next: number;
  #durable: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #trouble: DiskTrouble | undefined;
  #isClosing = false;

  private constructor(options: JournalOptions, read: ReadJournal, open: OpenSegment) {
    this.#options = options;
    this.#segments = read.segments.map(({ path, header }) => ({ path, first: header.first }));
    if (this.#segments.length === 0) this.#segments.push({ path: open.path, first: open.first });
    this.#open = open;
    this.#next = Math.max(read.next, open.first);
    this.#durable = this.#next - 1;
  }

  /**
   * Opens the journal and hands every record in it to `replay`, in order. An unfinished write at its end is left out, with
   * a warning; damage anywhere throws JournalDamage. What was read is written again and synced before anybody is told
   * of it: a process before may have ended between write and sync.
   */
  static async open(
    options: JournalOptions,
    replay: (record: JournalRecord) => void,
  ): Promise<Journal> {
    const { disk, folder } = options;
    await disk.mkdir(folder);
    await disk.syncFolder(dirname(folder));
    await removeUnfinished(disk, folder);
    const read = await readJournal(options, replay);
    if (read.torn !== undefined) {
      const { file, at, reason } = read.torn;
      options.warn(
        `${file} ends with a write that was not finished, at byte ${at} (${reason}): cut`,
      );
    }
    const first = read.segments.at(-1)?.header.first ?? options.first ?? 1;
    const supersedes = read.segments.at(-1)?.header.supersedes ?? false;
    const content = { first, supersedes, parts: [read.tail], bytes: read.tail.length };
    return new Journal(options, read, await begin(options, undefined, content));
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

  /** The first record of the segments that are kept whatever the snapshots hold. */
  get keptFrom(): number {
    return this.#segments.at(-1 - SEGMENTS_KEPT)?.first ?? this.first;
  }

  /** Why nothing can be written at the moment. */
  get trouble(): DiskTrouble | undefined {
    return this.#trouble;
  }

  /** Appends a record. `durable` settles when it is on disk, however long that takes; it rejects when the journal is closed before. */
  append(
    shard: number,
    kind: number,
    payload: Uint8Array,
  ): { sequence: number; durable: Promise<void> } {
    if (this.#ending.signal.aborted)
      return { sequence: 0, durable: Promise.reject(new Error("the journal is closed")) };
    if (this.#waiting.length >= WAITING_MAX)
      throw new Error(`more than WAITING_MAX (${WAITING_MAX}) records wait for the journal`);
    const sequence = this.#next++;
    const record = draft({ sequence, shard, kind, payload });
    const durable = new Promise<void>((done, failed) =>
      this.#waiting.push({ draft: record, done, failed }),
    );
    this.#writing ??= this.#write();
    return { sequence, durable };
  }

  /** Removes segments that hold only records up to and with `sequence`, the one in use and SEGMENTS_KEPT more excepted. */
  async removeThrough(sequence: number): Promise<void> {
    const { disk, folder } = this.#options;
    const spent =
      this.#segments.findLastIndex(({ first }) => first <= sequence + 1) - SEGMENTS_KEPT;
    for (let count = 0; count < spent; count++) {
      const oldest = this.#segments[0];
      if (oldest === undefined) break;
      await disk.unlink(oldest.path);
      this.#segments.shift();
    }
    if (spent > 0) await disk.syncFolder(folder);
  }

  /** Writes out what waits and closes the files. What a failing disk does not take is given up: nobody was told of it. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    if (this.#trouble !== undefined) this.#ending.abort();
    await this.#writing;
    this.#ending.abort();
    await this.#open.file.close();
    const spare = await this.#spare;
    if (spare !== undefined) await dropSpare(this.#options.disk, spare);
  }

  async #write(): Promise<void> {
    // What is appended in this turn of the loop goes into one write.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      try {
        await this.#commit(group.map((each) => each.draft));
        this.#durable = group.at(-1)?.draft.sequence ?? this.#durable;
        this.#tell(undefined);
        for (const each of group) each.done();
      } catch (error) {
        this.#waiting = [...group, ...this.#waiting];
        this.#tell(diskTrouble(this.#options.folder, error));
        if (this.#isClosing) this.#ending.abort();
        await pause(this.#options.time, RETRY_MS, this.#ending.signal);
        if (this.#ending.signal.aborted) this.#giveUp(error);
      }
    }
    this.#writing = undefined;
  }

  #takeGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { draft: record } of this.#waiting) {
      if (bytes >= GROUP_BYTES_MAX) break;
      bytes += record.payload.length;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(group: readonly Draft[]): Promise<void> {
    const started = performance.now();
    const bytes = groupBytes(group);
    if (this.#doubtful || this.#open.end + bytes > this.#open.bytes) {
      await this.#rotate(group, bytes);
    } else {
      await this.#append(group);
      this.#open.end += bytes;
    }
    this.figures.syncs += 1;
    this.figures.bytes += bytes;
    this.figures.lastSyncMs = performance.now() - started;
    this.figures.onSync?.(this.figures.lastSyncMs);
    this.#fillSpare();
  }

  async #append(group: readonly Draft[]): Promise<void> {
    const { file, end } = this.#open;
    try {
      await file.write(encodeGroup(group), end);
      await file.datasync();
    } catch (error) {
      this.#doubtful = true;
      throw error;
    }
  }

  async #rotate(group: readonly Draft[], bytes: number): Promise<void> {
    const spare = await this.#spare;
    this.#spare = undefined;
    this.#spareBytes = 0;
    const first = this.#durable + 1;
    const content = { first, supersedes: this.#doubtful, parts: encodeGroup(group), bytes };
    const open = await begin(this.#options, spare, content);
    await this.#open.file.close().catch(() => {});
    if (this.#segments.at(-1)?.first === first) this.#segments.pop();
    this.#segments.push({ path: open.path, first });
    this.#open = open;
    this.#doubtful = false;
  }

  /**
   * The next segment grows as the open one fills: zeros written all at once would hold up the groups of that while. What
   * the disk does not take is asked for once more when the segment is needed.
   */
  #fillSpare(): void {
    const whole = segmentSize(0, this.#options.segmentBytesMax);
    const due = (whole * this.#open.end) / (SPARE_READY * this.#open.bytes);
    const bytes = due < whole ? Math.floor(due / ZEROS_BYTES) * ZEROS_BYTES : whole;
    if (this.#isFilling || bytes <= this.#spareBytes) return;
    this.#spareBytes = bytes;
    this.#isFilling = true;
    this.#spare = this.#filled(this.#spare, bytes).finally(() => {
      this.#isFilling = false;
    });
  }

  async #filled(
    made: Promise<Spare | undefined> | undefined,
    bytes: number,
  ): Promise<Spare | undefined> {
    const { disk, folder, warn } = this.#options;
    try {
      const spare = (await made) ?? (await makeSpare(disk, folder));
      await fillSpare(disk, spare, bytes);
      return spare;
    } catch (error) {
      const { reason } = diskTrouble(folder, error);
      warn(`the journal's next segment can't be made ahead: ${reason}`);
      this.#spareBytes = Number.POSITIVE_INFINITY;
      return undefined;
    }
  }

  #tell(trouble: DiskTrouble | undefined): void {
    const before = this.#trouble?.reason;
    this.#trouble = trouble;
    if (before !== trouble?.reason) this.#options.onTrouble(trouble);
  }

  #giveUp(cause: unknown): void {
    const error = new Error("the journal was closed before the disk took what waited", { cause });
    for (const each of this.#waiting.splice(0)) each.failed(error);
  }
}

type Content = { first: number; supersedes: boolean; parts: readonly Uint8Array[]; bytes: number };

async function begin(
  options: JournalOptions,
  prepared: Spare | undefined,
  { first, supersedes, parts, bytes }: Content,
): Promise<OpenSegment> {
  const { disk, folder, segmentBytesMax, set, layout } = options;
  const size = segmentSize(bytes, segmentBytesMax);
  const header: SegmentHeader = { ...set, first, supersedes, layout, bytes: size };
  const spare = prepared ?? (await makeSpare(disk, folder));
  return beginSegment(disk, folder, spare, { header, parts, bytes });
}
