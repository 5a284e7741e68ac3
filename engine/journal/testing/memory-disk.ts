/**
 * A disk in memory that loses what was not synced, and fails when it is told to. A sync that fails forgets what it should
 * have written, as operating systems do: the next one settles, and proves nothing about it.
 */
import { dirname } from "node:path";
import { type Disk, type DiskFile, type OpenMode, SECTOR_BYTES } from "../../contract/disk.ts";

type Dirty = { at: number; bytes: Buffer };
type Inode = { cached: Buffer; durable: Buffer; dirty: Dirty[] };
/** What is being done to which file, for deciding whether it fails. */
export type DiskOperation = "open" | "write" | "datasync" | "rename" | "unlink" | "syncFolder";

/** The disk. Paths are plain keys; folders exist by being named. */
export class MemoryDisk implements Disk {
  /** Gives the code of the error with which an operation fails, if it does. */
  failing: (operation: DiskOperation, path: string) => string | undefined = () => undefined;
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    if (mode !== "read") this.#check("open", path);
    const known = this.#names.get(path);
    const isNew = mode === "make" || mode === "through";
    if (known === undefined && !isNew) throw failure("ENOENT", path);
    const inode = known ?? { cached: Buffer.alloc(0), durable: Buffer.alloc(0), dirty: [] };
    if (isNew) Object.assign(inode, { cached: Buffer.alloc(0), dirty: [] });
    this.#names.set(path, inode);
    return this.#file(path, inode);
  }

  async read(path: string): Promise<Buffer> {
    const inode = this.#names.get(path);
    if (inode === undefined) throw failure("ENOENT", path);
    return Buffer.from(inode.cached);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#check("rename", to);
    const inode = this.#names.get(from);
    if (inode === undefined) throw failure("ENOENT", from);
    this.#names.delete(from);
    this.#names.set(to, inode);
  }

  async unlink(path: string): Promise<void> {
    this.#check("unlink", path);
    if (!this.#names.delete(path)) throw failure("ENOENT", path);
  }

  async mkdir(): Promise<void> {}

  async readdir(path: string): Promise<string[]> {
    const names = [...this.#names.keys()].filter((each) => dirname(each) === path);
    return names.map((each) => each.slice(path.length + 1)).sort();
  }

  async stat(path: string): Promise<{ bytes: number }> {
    return { bytes: (await this.read(path)).length };
  }

  async syncFolder(path: string): Promise<void> {
    this.#check("syncFolder", path);
    const isHere = (each: string): boolean => dirname(each) === path;
    for (const name of this.#durableNames.keys()) {
      if (isHere(name) && !this.#names.has(name)) this.#durableNames.delete(name);
    }
    for (const [name, inode] of this.#names) if (isHere(name)) this.#durableNames.set(name, inode);
  }

  /** Puts a file in place as if it had always been there. */
  put(path: string, content: Uint8Array): void {
    const inode = { cached: Buffer.from(content), durable: Buffer.from(content), dirty: [] };
    this.#names.set(path, inode);
    this.#durableNames.set(path, inode);
  }

  /** Forgets a file as if it had never been there. */
  forget(path: string): void {
    this.#names.delete(path);
    this.#durableNames.delete(path);
  }

  /** The disk after a power cut: of what was not synced, the sectors that `isThere` says are there. */
  powerCut(isThere: (sector: number) => boolean = () => false): MemoryDisk {
    const after = new MemoryDisk();
    for (const [path, inode] of this.#durableNames) after.put(path, torn(inode, isThere));
    return after;
  }

  #file(path: string, inode: Inode): DiskFile {
    const write = (bytes: Buffer, at: number): void => {
      const size = Math.max(inode.cached.length, at + bytes.length);
      const grown = size > inode.cached.length ? Buffer.alloc(size) : inode.cached;
      if (grown !== inode.cached) inode.cached.copy(grown);
      bytes.copy(grown, at);
      inode.cached = grown;
      inode.dirty.push({ at, bytes });
    };
    return {
      write: async (parts, at) => {
        this.#check("write", path);
        write(Buffer.concat(parts), at);
      },
      read: async (at, bytes) => Buffer.from(inode.cached.subarray(at, at + bytes)),
      datasync: async () => {
        const dirty = inode.dirty.splice(0);
        this.#check("datasync", path);
        inode.durable = applied(inode, dirty, () => true);
      },
      preallocate: async (bytes) => {
        this.#check("write", path);
        const from = inode.cached.length;
        if (bytes > from) write(Buffer.alloc(bytes - from), from);
      },
      truncate: async (bytes) => {
        this.#check("write", path);
        inode.cached = Buffer.concat([inode.cached.subarray(0, bytes)], bytes);
      },
      close: async () => {},
    };
  }

  #check(operation: DiskOperation, path: string): void {
    const code = this.failing(operation, path);
    if (code !== undefined) throw failure(code, path);
  }
}

function applied(inode: Inode, dirty: Dirty[], isThere: (sector: number) => boolean): Buffer {
  const after = Buffer.alloc(inode.cached.length);
  inode.durable.copy(after);
  for (const { at, bytes } of dirty) {
    for (let from = 0; from < bytes.length; ) {
      const sector = Math.floor((at + from) / SECTOR_BYTES);
      const to = Math.min((sector + 1) * SECTOR_BYTES - at, bytes.length);
      if (isThere(sector)) bytes.copy(after, at + from, from, to);
      from = to;
    }
  }
  return after;
}

function torn(inode: Inode, isThere: (sector: number) => boolean): Buffer {
  return inode.dirty.length === 0 ? inode.durable : applied(inode, inode.dirty, isThere);
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
