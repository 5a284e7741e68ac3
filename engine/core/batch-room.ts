/**
 * Room for a shard's batch while the journal writes it, used again for the next one: new room for each would have the
 * collector look at the whole heap every second.
 */

/** Largest room that is kept; batches beyond it are rare, and have room of their own. */
export const ROOM_KEPT_BYTES_MAX = 1_048_576;

/** The room of one shard, which has one batch in flight. */
export class BatchRoom {
  #room = Buffer.alloc(0);

  /** A copy, which is good until the next one is made. */
  copy(batch: Uint8Array): Uint8Array {
    if (batch.length > ROOM_KEPT_BYTES_MAX) return Uint8Array.from(batch);
    // To the next power of two, so that batches which grow don't each need new room.
    if (this.#room.length < batch.length)
      this.#room = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(batch.length)));
    const copy = this.#room.subarray(0, batch.length);
    copy.set(batch);
    return copy;
  }
}
