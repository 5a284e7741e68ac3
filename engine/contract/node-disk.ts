/**
 * The real disk, through Node's file system.
 */
import { constants } from "node:fs";
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  stat,
  unlink,
} from "node:fs/promises";
import type { Disk, DiskFile, OpenMode, ReadRoom } from "./disk.ts";

/** Undefined where the system has no such way to write. */
const WRITE_THROUGH = constants.O_DSYNC as number | undefined;
const MAKE = constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC;
const FLAGS: Record<OpenMode, string | number> = {
  read: "r",
  update: "r+",
  make: MAKE,
  through: MAKE | (WRITE_THROUGH ?? 0),
};
/** Zeros are written in pieces of this size, so that other work comes between them. */
const ZEROS = Buffer.alloc(1_048_576);

/** The disk of this machine. */
export const nodeDisk: Disk = {
  open: async (path, mode) => {
    const handle = await open(path, FLAGS[mode], 0o600);
    return fileOver(handle, mode === "through" && WRITE_THROUGH !== undefined);
  },
  read: (path, room) => (room === undefined ? readFile(path) : readInto(room, path)),
  rename: (from, to) => rename(from, to),
  unlink: (path) => unlink(path),
  mkdir: async (path) => {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  readdir: async (path) => (await readdir(path)).sort(),
  stat: async (path) => ({ bytes: (await stat(path)).size }),
  syncFolder: async (path) => {
    const handle = await open(path, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/** A file that is written through has nothing to sync but a size that was cut: that saves a trip to another thread and back. */
function fileOver(handle: FileHandle, isWrittenThrough: boolean): DiskFile {
  let isSynced = isWrittenThrough;
  return {
    write: (parts, at) => writeAll(handle, parts, at),
    read: (at, bytes) => readAll(handle, at, Buffer.allocUnsafe(bytes)),
    datasync: async () => {
      if (isSynced) return;
      await handle.datasync();
      isSynced = isWrittenThrough;
    },
    preallocate: async (bytes) => {
      for (let at = (await handle.stat()).size; at < bytes; ) {
        const piece = ZEROS.subarray(0, Math.min(ZEROS.length, bytes - at));
        await writeAll(handle, [piece], at);
        at += piece.length;
      }
    },
    truncate: async (bytes) => {
      isSynced = false;
      await handle.truncate(bytes);
    },
    close: () => handle.close(),
  };
}

/** A short write is no error to the system, but the next one tells why: no space, most often. */
async function writeAll(
  handle: FileHandle,
  parts: readonly Uint8Array[],
  from: number,
): Promise<void> {
  const whole = parts.reduce((sum, part) => sum + part.length, 0);
  let { bytesWritten: done } = await handle.writev([...parts], from);
  if (done === whole) return;
  const rest = Buffer.concat(parts);
  while (done < whole) {
    const { bytesWritten } = await handle.write(rest, done, whole - done, from + done);
    if (bytesWritten === 0) throw new Error(`only ${done} of ${whole} bytes were written`);
    done += bytesWritten;
  }
}

async function readInto(room: ReadRoom, path: string): Promise<Buffer> {
  const handle = await open(path, "r");
  try {
    return await readAll(handle, 0, room.take((await handle.stat()).size));
  } finally {
    await handle.close();
  }
}

async function readAll(handle: FileHandle, from: number, buffer: Buffer): Promise<Buffer> {
  const bytes = buffer.length;
  let done = 0;
  while (done < bytes) {
    const { bytesRead } = await handle.read(buffer, done, bytes - done, from + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}
