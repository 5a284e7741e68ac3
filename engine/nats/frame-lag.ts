/**
 * How far a shard is behind its stream: what was taken and is not settled, and what the stream had behind the last one.
 */

/** The lag of one consumer of frames. */
export class FrameLag {
  /** When the stream took each frame that is not settled, in the order in which they came. */
  readonly #open = new Set<{ storedMs: number }>();
  #behind = 0;

  /** A frame was taken; call what is given when it is settled. Without a place nothing is counted. */
  taken(place: { storedMs: number; behind: number } | undefined): () => void {
    if (place === undefined) return () => undefined;
    const { storedMs, behind } = place;
    const held = { storedMs };
    this.#behind = behind;
    this.#open.add(held);
    return () => void this.#open.delete(held);
  }

  /** Frames that are not settled, and the age of the oldest of those that were taken, in milliseconds. */
  now(nowMs: number): { frames: number; ms: number } {
    const [oldest] = this.#open;
    // What is behind is told with each frame only: when all are settled there is none.
    const frames = oldest === undefined ? 0 : this.#open.size + this.#behind;
    return {
      frames,
      ms: oldest === undefined ? 0 : Math.max(0, Math.round(nowMs - oldest.storedMs)),
    };
  }
}
