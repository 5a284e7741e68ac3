/**
 * The simulated disk of one machine: files with what is synced and what is not, folders whose names are synced apart, and
 * errors that come and go. The system stays up when a process dies; a power cut loses what was not synced.
 */
import { dirname } from "node:path";
import { type Disk, type DiskFile, type OpenMode, SECTOR_BYTES } from "../../contract/disk.ts";
import type { Random } from "../../prove/random.ts";
import { FileNode } from "./disk-node.ts";
import type { Faults } from "./faults.ts";
import type { Life } from "./life.ts";
import type { Scheduler } from "./scheduler.ts";

/** A change of a folder's names that is not synced yet. */
type Change = { name: string; node: FileNode | undefined };
type Folder = { names: Map<string, FileNode>; synced: Map<string, FileNode>; changes: Change[][] };

/** What may go wrong now, as shares of operations. */
export type DiskTrouble = { isFull: boolean; writeErrors: number; syncErrors: number };

/** Places that are tried for one where something stands. */
const PLACES_MAX = 20;
/** How long operations take, in microseconds. */
const TAKES_US = { small: [20, 200], write: [30, 400], sync: [200, 3_000] } as const;

/** A disk that outlives the processes on its machine. */
export class SimDisk {
  readonly trouble: DiskTrouble = { isFull: false, writeErrors: 0, syncErrors: 0 };
  readonly #folders = new Map<string, Folder>();
  readonly #random: Random;
  readonly #faults: Faults;
  readonly #scheduler: Scheduler;
  readonly #name: string;
  #trap: { operations: number; spring: () => void } | undefined;

  constructor(name: string, parts: { random: Random; faults: Faults; scheduler: Scheduler }) {
    this.#name = name;
    this.#random = parts.random;
    this.#faults = parts.faults;
    this.#scheduler = parts.scheduler;
  }

  /** The disk as one process sees it: what it asked for never settles once it is dead. */
  portOf(life: Life): Disk {
    const act = <Result>(kind: keyof typeof TAKES_US, what: string, work: () => Result) =>
      this.#act(life, { kind, what, work });
    return {
      open: (path, mode) =>
        act("small", `open ${path} ${mode}`, () =>
          this.#fileOver(act, path, this.#open(path, mode)),
        ),
      read: (path) =>
        act("small", `read ${path}`, () => {
          const node = this.#find(path);
          return node.read(0, node.length);
        }),
      rename: (from, to) => act("small", `rename ${from} ${to}`, () => this.#rename(from, to)),
      unlink: (path) => act("small", `unlink ${path}`, () => this.#unlink(path)),
      mkdir: (path) => act("small", `mkdir ${path}`, () => this.#mkdir(path)),
      readdir: (path) => act("small", `readdir ${path}`, () => this.names(path)),
      stat: (path) => act("small", `stat ${path}`, () => ({ bytes: this.#find(path).length })),
      syncFolder: (path) =>
        act("sync", `syncFolder ${path}`, () => {
          this.#failSometimes(this.trouble.syncErrors, "sync_error", path);
          const folder = this.#folder(path);
          folder.synced = new Map(folder.names);
          folder.changes = [];
        }),
    };
  }

  /** The disk as the checkers see it: at once, and without trouble. They only read. */
  get inspection(): Disk {
    const now = async <Result>(work: () => Result): Promise<Result> => work();
    const refused = (): Promise<never> => Promise.reject(new Error("a checker only reads"));
    return {
      open: (path) =>
        now(() => {
          const node = this.#find(path);
          return {
            read: async (at: number, bytes: number) => node.read(at, bytes),
            close: async () => undefined,
            write: refused,
            datasync: refused,
            preallocate: refused,
            truncate: refused,
          };
        }),
      read: (path) =>
        now(() => {
          const node = this.#find(path);
          return node.read(0, node.length);
        }),
      stat: (path) => now(() => ({ bytes: this.#find(path).length })),
      readdir: (path) => now(() => this.names(path)),
      rename: refused,
      unlink: refused,
      mkdir: refused,
      syncFolder: refused,
    };
  }

  /** Names in a folder now, rising. */
  names(path: string): string[] {
    const folder = this.#folder(path);
    const below = [...this.#folders.keys()].filter(
      (each) => dirname(each) === path && each !== path,
    );
    return [...folder.names.keys(), ...below.map((each) => each.slice(path.length + 1))].sort();
  }

  /** The files of a folder with their sizes, rising by name. */
  files(folder: string): { path: string; bytes: number }[] {
    const names = this.#folders.get(folder)?.names ?? new Map<string, FileNode>();
    return [...names]
      .map(([name, { length }]) => ({ path: `${folder}/${name}`, bytes: length }))
      .sort((one, other) => (one.path < other.path ? -1 : 1));
  }

  /** A place in a file, mostly one where something stands. */
  placeIn(path: string, random: Random): number {
    const node = this.#find(path);
    let at = random.int(0, node.length - 1);
    for (let tries = 0; tries < PLACES_MAX && node.read(at, 1)[0] === 0; tries++)
      at = random.int(0, node.length - 1);
    return at;
  }

  /** Turns one bit of a file; gives the way to turn it back. */
  flip(path: string, at: number, bit: number): () => void {
    return this.#find(path).flip(at, bit);
  }

  /** Removes a folder's files for good, as a person with a heavy hand would. */
  wipe(path: string): void {
    for (const key of [...this.#folders.keys()])
      if (key === path || key.startsWith(`${path}/`)) this.#folders.delete(key);
  }

  /** Lets something happen in the middle of an operation, after so many of them: half of the time it is still done. */
  trap(operations: number, spring: () => void): void {
    this.#trap = { operations, spring };
  }

  /** Nothing waits for an operation any more. */
  disarm(): void {
    this.#trap = undefined;
  }

  /** The power goes: what was not synced is lost or not, sector by sector and name by name. */
  cutPower(): void {
    const nodes = new Set<FileNode>();
    for (const folder of this.#folders.values()) {
      const kept = this.#random.int(0, folder.changes.length);
      if (kept < folder.changes.length) this.#faults.count("names_lost");
      for (const changes of folder.changes.slice(0, kept)) applyTo(folder.synced, changes);
      folder.changes = [];
      folder.names = new Map(folder.synced);
      for (const node of folder.names.values()) nodes.add(node);
    }
    for (const node of nodes) {
      const { lost, torn } = node.cut(this.#random);
      if (lost) this.#faults.count("unsynced_tail_lost");
      if (torn) this.#faults.count("torn_write");
    }
  }

  #act<Result>(
    life: Life,
    { kind, what, work }: { kind: keyof typeof TAKES_US; what: string; work: () => Result },
  ): Promise<Result> {
    return new Promise((done, failed) => {
      const [least, most] = TAKES_US[kind];
      life.after(this.#random.int(least, most), () => {
        this.#scheduler.note(`${this.#name} ${what}`);
        const spring = this.#sprung();
        if (spring !== undefined && this.#random.chance(0.5)) {
          spring();
          return;
        }
        try {
          if (spring !== undefined) {
            work();
            spring();
            return;
          }
          done(work());
        } catch (error) {
          failed(error);
        }
      });
    });
  }

  #sprung(): (() => void) | undefined {
    if (this.#trap === undefined || this.#trap.operations-- > 0) return undefined;
    const { spring } = this.#trap;
    this.#trap = undefined;
    return spring;
  }

  #fileOver(
    act: <Result>(kind: keyof typeof TAKES_US, what: string, work: () => Result) => Promise<Result>,
    path: string,
    node: FileNode,
  ): DiskFile {
    return {
      write: (parts, at) => {
        // The bytes as they are when the system is called.
        const data = Buffer.concat(parts);
        return act("write", `write ${path} ${at} ${data.length}`, () =>
          this.#write(node, path, at, data),
        );
      },
      read: (at, bytes) => act("small", `read ${path} ${at}`, () => node.read(at, bytes)),
      datasync: () =>
        act("sync", `datasync ${path}`, () => {
          if (this.#happens(this.trouble.syncErrors)) {
            node.failSync();
            this.#faults.count("sync_error");
            throw errorOf("EIO", "fdatasync", path);
          }
          node.sync();
        }),
      preallocate: (bytes) =>
        act("write", `preallocate ${path} ${bytes}`, () => {
          if (bytes <= node.length) return;
          this.#refuseWhenFull(path);
          node.write(Buffer.alloc(bytes - node.length), node.length);
        }),
      truncate: (bytes) => act("write", `truncate ${path} ${bytes}`, () => node.resize(bytes)),
      close: () => act("small", `close ${path}`, () => undefined),
    };
  }

  /** A full disk and a bad one take a part of what was written: the system copies pages, so it ends with a whole sector. */
  #write(node: FileNode, path: string, at: number, data: Buffer): void {
    const isGrowing = at + data.length > node.length;
    if (isGrowing && this.trouble.isFull) {
      node.write(this.#partOf(data, at), at);
      this.#refuseWhenFull(path);
    }
    if (this.#happens(this.trouble.writeErrors)) {
      node.write(this.#partOf(data, at), at);
      this.#faults.count("write_error");
      throw errorOf("EIO", "write", path);
    }
    node.write(data, at);
  }

  #partOf(data: Buffer, at: number): Buffer {
    const end = at + this.#random.int(0, data.length);
    return data.subarray(0, Math.max(0, end - (end % SECTOR_BYTES) - at));
  }

  #refuseWhenFull(path: string): void {
    if (!this.trouble.isFull) return;
    this.#faults.count("disk_full");
    throw errorOf("ENOSPC", "write", path);
  }

  #failSometimes(share: number, kind: "sync_error", path: string): void {
    if (!this.#happens(share)) return;
    this.#faults.count(kind);
    throw errorOf("EIO", "fsync", path);
  }

  #happens(share: number): boolean {
    return share > 0 && this.#random.chance(share);
  }

  #open(path: string, mode: OpenMode): FileNode {
    if (mode !== "make" && mode !== "through") return this.#find(path);
    const folder = this.#folder(dirname(path));
    const known = folder.names.get(nameOf(path));
    if (known !== undefined) {
      known.resize(0);
      return known;
    }
    this.#refuseWhenFull(path);
    const node = new FileNode();
    this.#change(dirname(path), [{ name: nameOf(path), node }]);
    return node;
  }

  #rename(from: string, to: string): void {
    const node = this.#find(from);
    if (dirname(from) !== dirname(to)) throw errorOf("EXDEV", "rename", from);
    this.#change(dirname(to), [
      { name: nameOf(from), node: undefined },
      { name: nameOf(to), node },
    ]);
  }

  #unlink(path: string): void {
    this.#find(path);
    this.#change(dirname(path), [{ name: nameOf(path), node: undefined }]);
  }

  /** Folders themselves are there at once and for good. */
  #mkdir(path: string): void {
    if (this.#folders.has(path)) return;
    this.#folders.set(path, { names: new Map(), synced: new Map(), changes: [] });
    if (dirname(path) !== path) this.#mkdir(dirname(path));
  }

  #change(path: string, changes: Change[]): void {
    const folder = this.#folder(path);
    applyTo(folder.names, changes);
    folder.changes.push(changes);
  }

  #find(path: string): FileNode {
    const node = this.#folder(dirname(path)).names.get(nameOf(path));
    if (node === undefined) throw errorOf("ENOENT", "open", path);
    return node;
  }

  #folder(path: string): Folder {
    const folder = this.#folders.get(path);
    if (folder === undefined) throw errorOf("ENOENT", "scandir", path);
    return folder;
  }
}

function applyTo(names: Map<string, FileNode>, changes: readonly Change[]): void {
  for (const { name, node } of changes) {
    if (node === undefined) names.delete(name);
    else names.set(name, node);
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function errorOf(code: string, call: string, path: string): Error {
  return Object.assign(new Error(`${code}: simulated, ${call} '${path}'`), { code });
}
