/**
 * The port to the disk: the few operations that journal, snapshots and recovery need, so that a simulated disk can stand
 * in for the real one. Offsets and sizes are bytes. Errors are Node's, with `code` ENOSPC, EIO, EROFS, ENOENT, …
 *
 * What a disk promises, and what code over it may count on:
 * - Content is there after a power cut only once `datasync` of that file has settled. A name (made, renamed, removed) is
 *   there only once `syncFolder` of its folder has settled.
 * - A write that was not synced may be there in part after a power cut: each whole sector of SECTOR_BYTES is old or new.
 * - After a `write` or `datasync` that rejected, nothing is known of what was written since the `datasync` before it, and
 *   a later `datasync` that settles proves nothing about it: it must be written again, to another place.
 */

/** What a disk writes whole or not at all, at places that are its multiples. */
export const SECTOR_BYTES = 512;
/** Files that are written through are written in whole pages of this size, at its multiples. */
export const PAGE_BYTES = 4_096;

/**
 * How a file is opened: `read`; `update` reads and writes one that exists; `make` a new one, or an old one emptied; `through`
 * as `make`, for a file that is only written, in whole pages, and each write synced at once: the disk may do both in one,
 * and past the system's memory.
 */
export type OpenMode = "read" | "update" | "make" | "through";

/** An open file. */
export type DiskFile = {
  /** Writes the parts one behind the other from an offset. Rejects when not all could be written. */
  write(parts: readonly Uint8Array[], at: number): Promise<void>;
  /** Reads from an offset; shorter than asked for only at the end of the file. */
  read(at: number, bytes: number): Promise<Buffer>;
  /** Settles when all that was written, and the size, will be there after a power cut. */
  datasync(): Promise<void>;
  /** Fills the file with zeros from its end up to this size, so that later writes into it need no more space. */
  preallocate(bytes: number): Promise<void>;
  /** Cuts or lengthens the file to this size. */
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
};

/**
 * Room for large files that are read one after the other: memory of their own for each would be given page by page, and
 * kept long after the last was read.
 */
export class ReadRoom {
  #bytes = Buffer.alloc(0);

  /** Room for a file of that size; what was read into it before is overwritten. */
  take(bytes: number): Buffer {
    if (this.#bytes.length < bytes) this.#bytes = Buffer.allocUnsafeSlow(bytes);
    return this.#bytes.subarray(0, bytes);
  }
}

/** A disk. */
export type Disk = {
  /** Opens a file; a new one has mode 600. */
  open(path: string, mode: OpenMode): Promise<DiskFile>;
  /** A file's whole content; with `room` perhaps in it, and then whole only until the next read into it. */
  read(path: string, room?: ReadRoom): Promise<Buffer>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file. */
  unlink(path: string): Promise<void>;
  /** Makes a folder (mode 700) and those above it; none is made twice. */
  mkdir(path: string): Promise<void>;
  /** Names in a folder, in rising order. */
  readdir(path: string): Promise<string[]>;
  /** A file's size; rejects with ENOENT when there is none. */
  stat(path: string): Promise<{ bytes: number }>;
  /** Syncs a folder, so that names made, renamed or removed in it stay so. */
  syncFolder(path: string): Promise<void>;
};

/** The code of an error of a disk, or undefined for another error. */
export function diskErrorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}
