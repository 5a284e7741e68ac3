/**
 * The frames that a consumer has taken and not acknowledged. They are acknowledged in the order in which they came: a
 * stream that loses its oldest messages only moves its begin on, which costs the broker a fifth less than holes do.
 */
import type { Delivery } from "../contract/transport.ts";

/**
 * Most frames that wait for one before them. Beyond it a frame is acknowledged when it is settled, so that one shard that
 * stands still does not have the others' frames come again.
 */
export const IN_ORDER_MAX = 16_384;
/** Least places at the front that are given up together. */
const SPENT_MIN = 1_024;

/** How far a shard is behind: frames in the stream that are not settled, and how long the oldest of them has been there. */
export type ShardLag = { shard: number; frames: number; ms: number };

/** A frame in hand; made by `take`. */
export type FrameInHand = {
  shard: number;
  message: Delivery;
  isSettled: boolean;
  isAcknowledged: boolean;
};

/** The frames in hand of the shards that one consumer takes frames for. */
export class FramesInHand {
  readonly #shards: readonly number[];
  /** In the order in which they came; those before `#front` are acknowledged, and let go at once: what is not held dies young, at no cost. */
  #frames: (FrameInHand | undefined)[] = [];
  #front = 0;

  constructor(shards: Iterable<number>) {
    this.#shards = [...shards];
  }

  /** A frame of a shard was taken. */
  take(shard: number, message: Delivery): FrameInHand {
    const frame = { shard, message, isSettled: false, isAcknowledged: false };
    this.#frames.push(frame);
    return frame;
  }

  /** A frame is settled: it is acknowledged when all before it are, too. Called once. */
  settle(frame: FrameInHand): void {
    frame.isSettled = true;
    if (frame === this.#frames[this.#front]) this.#acknowledgeFront();
    else if (this.#frames.length - this.#front > IN_ORDER_MAX) acknowledge(frame);
  }

  #acknowledgeFront(): void {
    for (let frame = this.#frames[this.#front]; frame?.isSettled; ) {
      acknowledge(frame);
      this.#frames[this.#front] = undefined;
      this.#front += 1;
      frame = this.#frames[this.#front];
    }
    if (this.#front < Math.max(SPENT_MIN, this.#frames.length / 2)) return;
    this.#frames.splice(0, this.#front);
    this.#front = 0;
  }

  /**
   * The lag of each shard at a time in milliseconds; none where the broker does not tell a frame's place. The stream tells
   * what it has for the consumer, not for each shard of it: that is shared out evenly, so that the shards add up.
   */
  lags(nowMs: number): ShardLag[] {
    const open = this.#frames.filter(
      (frame): frame is FrameInHand =>
        frame !== undefined && !frame.isSettled && frame.message.place !== undefined,
    );
    // What is behind is told with each frame only: when all are settled there is none.
    const behind = open.at(-1)?.message.place?.().behind ?? 0;
    return this.#shards.map((shard, at) => {
      const own = open.filter((frame) => frame.shard === shard);
      const frames = own.length + Math.floor((behind + at) / this.#shards.length);
      return { shard, frames, ms: ageMs(own[0], nowMs) };
    });
  }
}

function acknowledge(frame: FrameInHand): void {
  if (!frame.isAcknowledged) frame.message.ack();
  frame.isAcknowledged = true;
}

function ageMs(oldest: FrameInHand | undefined, nowMs: number): number {
  const storedMs = oldest?.message.place?.().storedMs;
  return storedMs === undefined ? 0 : Math.max(0, Math.round(nowMs - storedMs));
}
