/**
 * Copies of a shard's state. The shard waits while one is taken, so it goes into memory that is there already: fresh
 * memory would be given page by page, which takes several times as long as the copy.
 */
import { type Extent, stateExtents } from "./extents.ts";

/** A copy of a shard's state at a journal position: for each range its head (address u32, bytes u32) and its content. */
export type SnapshotImage = { shard: number; sequence: number; parts: Uint8Array[] };

const HEAD_BYTES = 8;
/** What is kept free over what is needed, so that a growing shard seldom outgrows it. */
const SPARE_SHARE = 1.125;

/** Room for one image at a time; the next one overwrites it. */
export class ImageRoom {
  #room = Buffer.alloc(0);

  /** Makes room for the shard's state as it is now. To be called before the shard has to wait. */
  prepare(memory: WebAssembly.Memory): void {
    this.#reserve(sizeOf(stateExtents(memory)));
  }

  /** Copies the state out of the memory. The shard waits for this alone. */
  take(memory: WebAssembly.Memory, shard: number, sequence: number): SnapshotImage {
    const extents = stateExtents(memory);
    this.#reserve(sizeOf(extents));
    const source = new Uint8Array(memory.buffer);
    const parts: Uint8Array[] = [];
    let at = 0;
    for (const { address, bytes } of extents) {
      const head = this.#room.subarray(at, at + HEAD_BYTES);
      head.writeUInt32LE(address, 0);
      head.writeUInt32LE(bytes, 4);
      const content = this.#room.subarray(at + HEAD_BYTES, at + HEAD_BYTES + bytes);
      content.set(source.subarray(address, address + bytes));
      parts.push(head, content);
      at += HEAD_BYTES + bytes;
    }
    return { shard, sequence, parts };
  }

  #reserve(bytes: number): void {
    if (this.#room.length >= bytes) return;
    // Filled, so that the system gives the pages now.
    this.#room = Buffer.alloc(Math.ceil(bytes * SPARE_SHARE), 1);
  }
}

function sizeOf(extents: readonly Extent[]): number {
  return extents.reduce((sum, { bytes }) => sum + HEAD_BYTES + bytes, 0);
}
