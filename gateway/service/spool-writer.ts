/**
 * Appends records to segments of one epoch and syncs them: a segment's header and name are on disk before its first
 * record, and a record counts once `write` has resolved.
 */
import type { Disk, DiskFile } from "../../engine/contract/disk.ts";
import { type Segment, segmentPath } from "./spool-files.ts";
import { SEGMENT_HEADER_BYTES, segmentHeader } from "./spool-record.ts";

/** Where a writer writes. */
export type SpoolWriterOptions = {
  disk: Disk;
  folder: string;
  epoch: number;
  segmentBytes: number;
};

/** One epoch's writer. Not for concurrent use. */
export class SpoolWriter {
  readonly #options: SpoolWriterOptions;
  #file: DiskFile | undefined;
  #segment: Segment | undefined;

  constructor(options: SpoolWriterOptions) {
    this.#options = options;
  }

  /** The segment that the next records go to, made new when there is none or the last one is long enough. */
  async segmentFor(first: number): Promise<Segment> {
    if (this.#segment !== undefined && this.#segment.bytes < this.#options.segmentBytes)
      return this.#segment;
    await this.endSegment();
    const { disk, folder, epoch } = this.#options;
    const path = segmentPath(folder, { epoch, first });
    this.#file = await disk.open(path, "make");
    await this.#file.write([segmentHeader({ epoch, first })], 0);
    await this.#file.datasync();
    await disk.syncFolder(folder);
    this.#segment = { epoch, first, path, offsets: [], bytes: SEGMENT_HEADER_BYTES };
    return this.#segment;
  }

  /** Appends records, in order, to the segment of the last `segmentFor`; they are on disk when this resolves. */
  async write(records: readonly Buffer[]): Promise<void> {
    const file = this.#file;
    const segment = this.#segment;
    if (file === undefined || segment === undefined) throw new Error("no segment is open");
    await file.write(records, segment.bytes);
    await file.datasync();
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
}
