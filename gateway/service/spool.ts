/**
 * The spool: frames on disk from the moment they are packed until the engine's durable acknowledgement covers them.
 *
 * Append-only segments, a CRC for each record, file and folder synced before a frame counts. Sequences run from 1
 * within an epoch, across restarts. The epoch is new, and higher than any before, when the folder is new, was lost or
 * is damaged, so that the engine never takes one frame for another. A torn tail was never acknowledged to anybody and
 * is left behind. A full spool refuses; it never drops.
 */
import assert from "node:assert/strict";
import type { Disk } from "../../engine/contract/disk.ts";
import { FRAME_BYTES_MAX } from "../../engine/contract/frame.ts";
import { nodeDisk } from "../../engine/contract/node-disk.ts";
import { machineTime, pause, type Time } from "../../engine/contract/time.ts";
import {
  keepSegments,
  readRange,
  readSpool,
  removeOtherEpochs,
  type Segment,
  writeEpoch,
} from "./spool-files.ts";
import { frameAt, RECORD_HEADER_BYTES, readableRecords, recordOf } from "./spool-record.ts";
import { SpoolWriter } from "./spool-writer.ts";

/** Most bytes of a spool's files unless told otherwise. */
export const SPOOL_BYTES_MAX = 1_073_741_824;
/** A segment longer than this is followed by another. */
const SEGMENT_BYTES = 4_194_304;
/** A spool has room for this many segments, so that the last one, which stays, never fills it. */
const SEGMENTS_MIN = 4;
/** Most bytes written with one sync. */
const BATCH_BYTES_MAX = 1_048_576;
/** Most bytes that wait in memory to be written. */
const PENDING_BYTES_MAX = 8_388_608;
/** An emptied segment longer than this is left, so that a restart sends little again. */
const IDLE_SEGMENT_BYTES_MAX = 65_536;
/** Highest sequence and epoch: a frame carries both in 32 bits. */
const U32_MAX = 0xffff_ffff;
/** Wait after a failed write before the next try. */
const WRITE_RETRY_MS = 1_000;

/** Where and how large; `restamp` gives a frame another epoch and sequence, `nowS` is the machine's unix time. */
export type SpoolOptions = {
  folder: string;
  bytesMax: number;
  segmentBytes?: number;
  restamp(frame: Uint8Array, epoch: number, sequence: number): Uint8Array;
  nowS(): number;
  /** Told in one line when the disk refuses or damage is found, and `undefined` when writing works again. */
  onAlarm(message: string | undefined): void;
  /** The machine's unless told otherwise. */
  disk?: Disk;
  time?: Time;
};

/** Packs the frame that gets this place in the order. */
export type Pack = (sequence: number, epoch: number) => Uint8Array;
/** Whether the frame is on disk. After `full` the same may be tried again; nothing was taken. */
export type Appended = { ok: true; sequence: number } | { ok: false; refusal: "full" | "closed" };
/** A frame that is on disk and not acknowledged. */
export type SpooledFrame = { sequence: number; frame: Uint8Array };

type Rewritten = { segments: Segment[]; count: number };
type Pending = { sequence: number; record: Buffer; settle(appended: Appended): void };

/** Opens the spool in a folder, which is made when it is not there. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { disk = nodeDisk, folder } = options;
  const contents = await readSpool(disk, folder);
  const epoch = contents?.epoch ?? Math.min(Math.max(1, options.nowS()), U32_MAX);
  const spool = new Spool(options, epoch, contents?.segments ?? []);
  if (contents === undefined) await spool.begin();
  else if (contents.whole) {
    await keepSegments(disk, folder, contents.segments);
    await removeOtherEpochs(disk, folder, epoch);
  } else await spool.renew(epoch + 1, U32_MAX);
  return spool;
}

/** One gateway's spool. Opened by `openSpool`. */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #disk: Disk;
  readonly #time: Time;
  readonly #segmentBytes: number;
  readonly #closing = new AbortController();
  #epoch: number;
  #segments: Segment[];
  #writer: SpoolWriter;
  #acknowledged: number;
  #durable: number;
  #pending: Pending[] = [];
  #pendingBytes = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #flushing = false;

  constructor(options: SpoolOptions, epoch: number, segments: Segment[]) {
    this.#options = options;
    this.#disk = options.disk ?? nodeDisk;
    this.#time = options.time ?? machineTime;
    const mostBytes = Math.floor(options.bytesMax / SEGMENTS_MIN);
    this.#segmentBytes = Math.min(options.segmentBytes ?? SEGMENT_BYTES, mostBytes);
    this.#epoch = epoch;
    this.#segments = segments;
    this.#acknowledged = (segments[0]?.first ?? 1) - 1;
    const last = segments.at(-1);
    this.#durable = last === undefined ? 0 : last.first + last.offsets.length - 1;
    this.#writer = this.#writerOf(epoch);
  }

  /** The present epoch. */
  get epoch(): number {
    return this.#epoch;
  }
  /** The last sequence on disk. */
  get durable(): number {
    return this.#durable;
  }
  /** The last sequence that the engine has acknowledged, as far as this process knows. */
  get acknowledged(): number {
    return this.#acknowledged;
  }
  /** Bytes of all files and of what waits to be written. */
  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, this.#pendingBytes);
  }
  /** Frames that are not acknowledged. */
  get depth(): number {
    return this.#durable - this.#acknowledged + this.#pending.length;
  }

  /** Writes the first epoch file of a new spool. Only `openSpool` calls it. */
  async begin(): Promise<void> {
    await writeEpoch(this.#disk, this.#options.folder, this.#epoch);
  }

  /**
   * Packs a frame into the next place and resolves when it is on disk. What `pack` throws is thrown on, and no place
   * is used. The order of calls is the order of sequences.
   */
  append(pack: Pack): Promise<Appended> {
    if (this.#closing.signal.aborted) return Promise.resolve({ ok: false, refusal: "closed" });
    if (!this.#hasRoom()) return Promise.resolve({ ok: false, refusal: "full" });
    const sequence = this.#durable + this.#pending.length + 1;
    assert(sequence <= U32_MAX, "the sequence is within 32 bits");
    const frame = pack(sequence, this.#epoch);
    assert(frame.length > 0 && frame.length <= FRAME_BYTES_MAX, "a frame is within its bounds");
    const record = recordOf(sequence, frame);
    return new Promise((settle) => {
      this.#pending.push({ sequence, record, settle });
      this.#pendingBytes += record.length;
      this.#flush();
    });
  }

  /** Lets go of all frames up to and with this sequence. False when it is beyond what is on disk: not our epoch's. */
  acknowledge(sequence: number): boolean {
    if (sequence > this.#durable) return false;
    if (sequence <= this.#acknowledged) return true;
    this.#acknowledged = sequence;
    const last = this.#segments.at(-1);
    const idle = sequence === this.#durable && (last?.bytes ?? 0) > IDLE_SEGMENT_BYTES_MAX;
    if (idle || (this.#segments[1]?.first ?? Infinity) <= sequence + 1) {
      void this.#exclusive(async () => {
        if (idle && this.#acknowledged === this.#durable) await this.#writer.endSegment();
        await this.#removeDrained();
      }).catch((error: unknown) => this.#options.onAlarm(failed(error)));
    }
    return true;
  }

  /** Frames on disk from a sequence on, in order, up to about `bytesMax` of them; at least one where there is one. */
  async unacknowledged(from: number, bytesMax: number): Promise<SpooledFrame[]> {
    const first = Math.max(from, this.#acknowledged + 1);
    const segment = this.#segments.findLast((one) => one.first <= first);
    if (segment === undefined || first > this.#durable) return [];
    const start = segment.offsets[first - segment.first];
    if (start === undefined) return [];
    const { offsets, bytes: end } = segment;
    let count = 1;
    while ((offsets[first - segment.first + count] ?? Infinity) < start + bytesMax) count++;
    const to = offsets[first - segment.first + count] ?? end;
    const bytes = await readRange(this.#disk, segment.path, { from: start, to }).catch(() =>
      Buffer.alloc(0),
    );
    const frames: SpooledFrame[] = [];
    for (let at = 0; frames.length < count; ) {
      const frame = frameAt(bytes, at, first + frames.length);
      if (frame === undefined) break;
      frames.push({ sequence: first + frames.length, frame });
      at += RECORD_HEADER_BYTES + frame.length;
    }
    if (frames.length === 0 && first > this.#acknowledged)
      throw new Error(`frame ${first} in ${segment.path} cannot be read`);
    return frames;
  }

  /**
   * Puts all that is not acknowledged into a new epoch of at least `least`, from sequence 1. For a damaged folder, and
   * for an engine that knows more of this epoch, or a later one, than is here. Frames that cannot be read are lost and
   * raise the alarm. Only `openSpool` gives `upTo`, the last sequence to take over.
   */
  async renew(least: number, upTo?: number): Promise<void> {
    await this.#exclusive(async () => {
      const epoch = Math.max(least, this.#epoch + 1, this.#options.nowS());
      assert(epoch <= U32_MAX, "the epoch is within 32 bits");
      await this.#writer.endSegment();
      const writer = this.#writerOf(epoch);
      const { segments, count } = await this.#rewrite(writer, epoch, upTo ?? this.#durable);
      await writeEpoch(this.#disk, this.#options.folder, epoch);
      const lost = this.#durable - this.#acknowledged - count;
      this.#writer = writer;
      this.#segments = segments;
      this.#epoch = epoch;
      this.#acknowledged = 0;
      this.#durable = count;
      this.#restampPending();
      await removeOtherEpochs(this.#disk, this.#options.folder, epoch);
      if (lost > 0)
        this.#options.onAlarm(`${lost} frames of the spool could not be read: check the disk`);
    });
    this.#flush();
  }

  /** Writes what waits, then closes the files. Appends after this are refused. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#exclusive(async () => {
      while (this.#pending.length > 0) await this.#writeBatch();
      await this.#writer.endSegment();
      if (
        this.#acknowledged === this.#durable &&
        (this.#segments.at(-1)?.offsets.length ?? 0) > 0
      ) {
        this.#segments.push(await this.#writer.segmentFor(this.#durable + 1));
        await this.#removeDrained();
        await this.#writer.endSegment();
      }
    }).catch((error: unknown) => this.#options.onAlarm(failed(error)));
    for (const { settle } of this.#pending.splice(0)) settle({ ok: false, refusal: "closed" });
  }

  #hasRoom(): boolean {
    const { bytesMax } = this.#options;
    return (
      this.bytes + FRAME_BYTES_MAX <= bytesMax &&
      this.#pendingBytes + FRAME_BYTES_MAX <= PENDING_BYTES_MAX
    );
  }

  #writerOf(epoch: number): SpoolWriter {
    return new SpoolWriter({
      disk: this.#disk,
      folder: this.#options.folder,
      epoch,
      segmentBytes: this.#segmentBytes,
    });
  }

  #exclusive<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #flush(): void {
    if (this.#flushing || this.#pending.length === 0) return;
    this.#flushing = true;
    void this.#exclusive(() => this.#writeBatch())
      .then(
        () => this.#options.onAlarm(undefined),
        async (error: unknown) => {
          this.#options.onAlarm(failed(error));
          await this.#writer.endSegment().catch(() => undefined);
          await pause(this.#time, WRITE_RETRY_MS, this.#closing.signal);
        },
      )
      .finally(() => {
        this.#flushing = false;
        this.#flush();
      });
  }

  async #writeBatch(): Promise<void> {
    const head = this.#pending[0];
    if (head === undefined) return;
    const segment = await this.#writer.segmentFor(head.sequence);
    if (this.#segments.at(-1) !== segment) {
      this.#segments = this.#segments.filter(({ path }) => path !== segment.path);
      this.#segments.push(segment);
      await this.#removeDrained();
    }
    let count = 0;
    for (let bytes = 0; count < this.#pending.length && bytes < BATCH_BYTES_MAX; count++)
      bytes += this.#pending[count]?.record.length ?? 0;
    await this.#writer.write(this.#pending.slice(0, count).map(({ record }) => record));
    for (const { sequence, record, settle } of this.#pending.splice(0, count)) {
      this.#durable = sequence;
      this.#pendingBytes -= record.length;
      settle({ ok: true, sequence });
    }
  }

  async #removeDrained(): Promise<void> {
    for (let next = this.#segments[1]; next !== undefined; next = this.#segments[1]) {
      if (next.first > this.#acknowledged + 1) return;
      const drained = this.#segments.shift();
      if (drained !== undefined) await this.#disk.unlink(drained.path);
    }
  }

  async #rewrite(writer: SpoolWriter, epoch: number, upTo: number): Promise<Rewritten> {
    const segments: Segment[] = [];
    let count = 0;
    let batch: Buffer[] = [];
    const writeOut = async (): Promise<void> => {
      const segment = await writer.segmentFor(count - batch.length + 1);
      if (segments.at(-1) !== segment) segments.push(segment);
      await writer.write(batch);
      batch = [];
    };
    for (const [index, old] of this.#segments.entries()) {
      const end = Math.min(upTo, (this.#segments[index + 1]?.first ?? Infinity) - 1);
      for (const { sequence, frame } of readableRecords(await this.#disk.read(old.path))) {
        if (sequence <= this.#acknowledged || sequence > end) continue;
        count++;
        batch.push(recordOf(count, this.#options.restamp(frame, epoch, count)));
      }
      await writeOut();
    }
    if (segments.length === 0) await writeOut();
    await this.#disk.syncFolder(this.#options.folder);
    return { segments, count };
  }

  #restampPending(): void {
    this.#pendingBytes = 0;
    for (const [index, one] of this.#pending.entries()) {
      one.sequence = this.#durable + index + 1;
      const frame = one.record.subarray(RECORD_HEADER_BYTES);
      one.record = recordOf(one.sequence, this.#options.restamp(frame, this.#epoch, one.sequence));
      this.#pendingBytes += one.record.length;
    }
  }
}

function failed(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `the spool cannot be written (${reason}): free space on its disk or mend the folder`;
}
