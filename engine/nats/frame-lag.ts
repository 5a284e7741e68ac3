/**
 * How far a shard is behind its stream: what was taken and is not settled, and what the stream had behind the last one.
 */
import type { Delivery } from "../contract/transport.ts";

/** The lag of one consumer of frames. */
export class FrameLag {
  /** Frames that are not settled, in the order in which they came. */
  readonly #open = new Set<Delivery>();
  #newest: Delivery | undefined;

  /** A frame was taken. One whose place the broker does not tell is not counted. */
  taken(frame: Delivery): void {
    if (frame.place === undefined) return;
    this.#open.add(frame);
    this.#newest = frame;
  }

  /** A frame is settled. */
  settled(frame: Delivery): void {
    this.#open.delete(frame);
  }

  /** Frames that are not settled, and the age of the oldest of those that were taken, in milliseconds. */
  now(nowMs: number): { frames: number; ms: number } {
    const [oldest] = this.#open;
    const storedMs = oldest?.place?.().storedMs;
    // What is behind is told with each frame only: when all are settled there is none.
    if (storedMs === undefined) return { frames: 0, ms: 0 };
    const behind = this.#newest?.place?.().behind ?? 0;
    return {
      frames: this.#open.size + behind,
      ms: Math.max(0, Math.round(nowMs - storedMs)),
    };
  }
}
