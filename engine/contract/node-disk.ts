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
import { DirectWriter, openDirect, ZEROS } from "./direct-file.ts";
import { type Disk, type DiskFile, type OpenMode, PAGE_BYTES, type ReadRoom } from "./disk.ts";
import { writeAll } from "./write-all.ts";

/** Undefined where the system has no such way to write. */
const WRITE_THROUGH = constants.O_DSYNC as number | undefined;
const MAKE = constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC;
const FLAGS: Record<Exclude<OpenMode, "through">, string | number> = {
  read: "r",
  update: "r+",
  make: MAKE,
};
/** Of a new file. */
const PERMISSIONS = 0o600;

/** The disk of this machine. */
export const nodeDisk: Disk = {
  open: async (path, mode) => {
    if (mode === "through") return openThrough(path);
    return fileOver(await open(path, FLAGS[mode], PERMISSIONS), false);
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

async function openThrough(path: string): Promise<DiskFile> {
  const flags = MAKE | (WRITE_THROUGH ?? 0);
  const direct = await openDirect(path, flags, PERMISSIONS);
  const handle = direct ?? (await open(path, flags, PERMISSIONS));
  const file = fileOver(handle, WRITE_THROUGH !== undefined);
  return inPages(direct === undefined ? file : directOver(direct, file));
}

/** The contract of files that are written through, held on systems too that would not mind. */
function inPages(file: DiskFile): DiskFile {
  return {
    ...file,
    read: () => Promise.reject(new Error("a file that is written through is not read")),
    write: async (parts, at) => {
      const bytes = parts.reduce((sum, part) => sum + part.length, 0);
      if (at % PAGE_BYTES !== 0 || bytes % PAGE_BYTES !== 0)
        throw new Error(`${bytes} bytes at ${at} are no whole pages of ${PAGE_BYTES}`);
      await file.write(parts, at);
    },
  };
}

function directOver(handle: FileHandle, file: DiskFile): DiskFile {
  const writer = new DirectWriter(handle);
  return {
    ...file,
    write: (parts, at) => writer.write(parts, at),
    close: () => writer.close(),
  };
}

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
      // In pieces, so that other work comes between them.
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
