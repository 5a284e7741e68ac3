/**
 * A file of the simulated disk: what programs see (the page cache) and what is on the platter, sector by sector.
 */
import { SECTOR_BYTES } from "../../contract/disk.ts";
import type { Random } from "../../prove/random.ts";

/** How a power cut left a file: whether unsynced sectors were lost, and whether some but not all were. */
export type Loss = { lost: boolean; torn: boolean };

/** Smallest room of a file that grows. */
const ROOM_BYTES = 4_096;

/** One file. Its names are the folder's affair. */
export class FileNode {
  #memory = new Bytes();
  #platter = new Bytes();
  /** Sectors that were written since the last sync. */
  readonly #dirty = new Set<number>();
  /** Sectors whose way to the platter failed: no later sync brings them there. */
  readonly #forsaken = new Set<number>();

  get length(): number {
    return this.#memory.length;
  }

  /** A copy of what programs see. */
  read(at: number, bytes: number): Buffer {
    return Buffer.from(this.#memory.view(at, Math.min(at + bytes, this.length)));
  }

  /** Writes as the system does: into memory. */
  write(data: Uint8Array, at: number): void {
    if (data.length === 0) return;
    if (at + data.length > this.length) this.#memory.resize(at + data.length);
    this.#memory.put(data, at);
    const end = at + data.length;
    for (let sector = Math.floor(at / SECTOR_BYTES); sector * SECTOR_BYTES < end; sector++) {
      this.#dirty.add(sector);
      // Written again, it has another chance.
      this.#forsaken.delete(sector);
    }
  }

  /** Cuts or lengthens. */
  resize(bytes: number): void {
    this.#memory.resize(bytes);
  }

  /** Brings all that is written to the platter, save what had failed before. */
  sync(): void {
    this.#platter.resize(this.length);
    for (const sector of this.#dirty) this.#bring(sector);
    this.#dirty.clear();
  }

  /** A sync that failed: the system drops what it could not write, and counts it as written. */
  failSync(): void {
    for (const sector of this.#dirty) this.#forsaken.add(sector);
    this.#dirty.clear();
  }

  /** The power goes: each sector that was not synced is there or not, and so is the size. */
  cut(random: Random): Loss {
    const chance = random.pick([0, 0.3, 0.7, 1]);
    if (this.length !== this.#platter.length && random.chance(0.5))
      this.#platter.resize(this.length);
    const sectors = [...this.#dirty];
    const kept = sectors.filter(
      (sector) => sector * SECTOR_BYTES < this.#platter.length && random.chance(chance),
    );
    for (const sector of kept) this.#bring(sector);
    const lost = kept.length < sectors.length || this.#forsaken.size > 0;
    this.#dirty.clear();
    this.#forsaken.clear();
    this.#memory = new Bytes();
    this.#memory.resize(this.#platter.length);
    this.#memory.put(this.#platter.view(0, this.#platter.length), 0);
    return { lost, torn: lost && kept.length > 0 };
  }

  /** Turns a bit, in memory and on the platter; gives the way to turn it back, unless something else was written there. */
  flip(at: number, bit: number): () => void {
    const [before = 0] = this.#memory.view(at, at + 1);
    const turned = before ^ (1 << bit);
    const put = (from: number, to: number): void => {
      for (const side of [this.#memory, this.#platter])
        if (at < side.length && side.view(at, at + 1)[0] === from) side.put(Uint8Array.of(to), at);
    };
    put(before, turned);
    return () => put(turned, before);
  }

  #bring(sector: number): void {
    const from = sector * SECTOR_BYTES;
    const to = Math.min(from + SECTOR_BYTES, this.length, this.#platter.length);
    if (from < to) this.#platter.put(this.#memory.view(from, to), from);
  }
}

/** Bytes that grow. Behind the length there are zeros. */
class Bytes {
  #room = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  view(from: number, to: number): Uint8Array {
    return this.#room.subarray(from, Math.max(from, to));
  }

  put(data: Uint8Array, at: number): void {
    this.#room.set(data, at);
  }

  resize(bytes: number): void {
    if (bytes < this.#length) this.#room.fill(0, bytes, this.#length);
    if (bytes > this.#room.length) {
      const roomy = new Uint8Array(Math.max(bytes, this.#room.length * 2, ROOM_BYTES));
      roomy.set(this.#room);
      this.#room = roomy;
    }
    this.#length = bytes;
  }
}
