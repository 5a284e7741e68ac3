/**
 * Appends records to segments of one epoch and syncs them: a segment's header and name are on disk before its first
 * record, and a record counts once `write` has resolved.
 */
import { type FileHandle, open } from "node:fs/promises";
import { syncFolder } from "../../engine/contract/files.ts";
import { type Segment, segmentPath } from "./spool-files.ts";
import { SEGMENT_HEADER_BYTES, segmentHeader } from "./spool-record.ts";

/** Where a writer writes. */
export type SpoolWriterOptions = { folder: string; epoch: number; segmentBytes: number };

/** One epoch's writer. Not for concurrent use. */
export class SpoolWriter {
  readonly #options: SpoolWriterOptions;
  #file: FileHandle | undefined;
  #segment: Segment | undefined;

  constructor(options: SpoolWriterOptions) {
    this.#options = options;
  }

  /** The segment that the next records go to, made new when there is none or the last one is long enough. */
  async segmentFor(first: number): Promise<Segment> {
    if (this.#segment !== undefined && this.#segment.bytes < this.#options.segmentBytes)
      return this.#segment;
    await this.endSegment();
    const { folder, epoch } = this.#options;
    const path = segmentPath(folder, { epoch, first });
    this.#file = await open(path, "w", 0o600);
    await this.#put(segmentHeader({ epoch, first }), 0);
    await this.#file.sync();
    await syncFolder(folder);
    this.#segment = { epoch, first, path, offsets: [], bytes: SEGMENT_HEADER_BYTES };
    return this.#segment;
  }

  /** Appends records, in order, to the segment of the last `segmentFor`; they are on disk when this resolves. */
  async write(records: readonly Buffer[]): Promise<void> {
    const segment = this.#segment;
    if (segment === undefined) throw new Error("no segment is open");
    await this.#put(Buffer.concat(records), segment.bytes);
    await this.#file?.datasync();
    for (const record of records) {
      segment.offsets.push(segment.bytes);
      segment.bytes += record.length;
    }
  }

  /** Ends the present segment; the next record starts another. After a failed write nothing more may go to the same file. */
  async endSegment(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#segment = undefined;
    await file?.close();
  }

  async #put(bytes: Buffer, at: number): Promise<void> {
    const written = await this.#file?.write(bytes, 0, bytes.length, at);
    if (written?.bytesWritten !== bytes.length) throw new Error("the disk took only a part");
  }
}
