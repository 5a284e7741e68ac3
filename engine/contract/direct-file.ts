/**
 * Files that are written past the system's memory, from pages of our own to the disk (O_DIRECT): what is synced at once and
 * not read again soon need not be copied there first, nor drive out what others keep there.
 *
 * The system takes such writes only from page-aligned memory, in whole pages at multiples of pages. Node gives no aligned
 * buffers, but a WebAssembly memory begins at a page.
 */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { diskErrorCode, PAGE_BYTES } from "./disk.ts";
import { writeAll } from "./write-all.ts";

/** Undefined where the system has no such way to write. */
const DIRECT = constants.O_DIRECT as number | undefined;
/** Longer content is written in pieces of this size. */
const ROOM_BYTES = 1_048_576;
/** What WebAssembly counts memory in. */
const WASM_PAGE_BYTES = 65_536;
/** Room of files that were closed, kept for the next ones: a memory takes much of the address space until it is collected. */
const ROOMS_KEPT_MAX = 4;

const kept: Buffer[] = [];

/** ROOM_BYTES zeros that begin at a page. */
function alignedRoom(): Buffer {
  const pages = ROOM_BYTES / WASM_PAGE_BYTES;
  return Buffer.from(
    new WebAssembly.Memory({ initial: pages, maximum: pages, shared: false }).buffer,
  );
}

/** Zeros to write, page-aligned; nobody changes them. */
export const ZEROS: Uint8Array = alignedRoom();

/** Writes a file's content through page-aligned room; one write at a time. */
export class DirectWriter {
  readonly #handle: FileHandle;
  readonly #room = kept.pop() ?? alignedRoom();
  #isWriting = false;
  #isClosed = false;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Writes the parts one behind the other from an offset. */
  async write(parts: readonly Uint8Array[], at: number): Promise<void> {
    if (this.#isWriting || this.#isClosed)
      throw new Error("a file takes one write at a time, and none when it is closed");
    this.#isWriting = true;
    try {
      let from = at;
      for (const piece of this.#pieces(parts)) {
        await writeAll(this.#handle, [piece], from);
        from += piece.length;
      }
    } finally {
      this.#isWriting = false;
    }
  }

  /** Closes the file, and leaves the room to the next one. */
  async close(): Promise<void> {
    await this.#handle.close();
    if (!this.#isClosed && !this.#isWriting && kept.length < ROOMS_KEPT_MAX) kept.push(this.#room);
    this.#isClosed = true;
  }

  /** Each piece is good until the next one is asked for. */
  *#pieces(parts: readonly Uint8Array[]): Generator<Uint8Array> {
    let filled = 0;
    for (const part of parts) {
      for (let from = 0; from < part.length; ) {
        const some = part.subarray(from, from + ROOM_BYTES - filled);
        this.#room.set(some, filled);
        from += some.length;
        filled += some.length;
        if (filled < ROOM_BYTES) continue;
        yield this.#room;
        filled = 0;
      }
    }
    if (filled > 0) yield this.#room.subarray(0, filled);
  }
}

/** Opens an empty file with these flags and O_DIRECT; undefined where the system or its file system can't. */
export async function openDirect(
  path: string,
  flags: number,
  mode: number,
): Promise<FileHandle | undefined> {
  if (DIRECT === undefined) return undefined;
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, flags | DIRECT, mode);
    // Some file systems take the flag and refuse the write, or want larger pages.
    await handle.write(ZEROS, 0, PAGE_BYTES, 0);
    await handle.truncate(0);
    return handle;
  } catch (error) {
    await handle?.close();
    if (diskErrorCode(error) === "EINVAL") return undefined;
    throw error;
  }
}
