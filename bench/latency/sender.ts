/**
 * Sends frames at a steady rate and times their acknowledgements, on a thread of its own: the collector of the thread that
 * makes the frames stands still for 10 to 30 ms at a time, which a gateway does not, and which would be counted as the
 * engine's time.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { BrokerAccess } from "../../engine/contract/broker/connect.ts";
import type { FrameSet } from "../engine/fleet-frames.ts";

/** Room for all that the thread leaves behind in a round: its own collector is to rest while frames are timed. */
const YOUNG_MB = 384;

/** What the thread is started with. */
export type SenderStart = { access: BrokerAccess };

/** One round: frames one behind the other in memory that both threads see, in the order in which they are sent. */
export type SenderRound = {
  framesPerSecond: number;
  bytes: Uint8Array;
  /** Where each frame ends in `bytes`, and its shard. */
  ends: Uint32Array;
  shards: Uint8Array;
  /** The last sequence of each shard's gateway before this round. */
  before: readonly number[];
};

/** What the thread answers: milliseconds of each frame from when it was due, or why there are none. */
export type SenderAnswer = { acksMs: Float64Array } | { fault: string };

/** The thread. */
export class Sender {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Starts it; settles when it is connected. */
  static async start(access: BrokerAccess): Promise<Sender> {
    const workerData: SenderStart = { access };
    const worker = new Worker(new URL("./sender-thread.ts", import.meta.url), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    await once(worker, "message");
    return new Sender(worker);
  }

  /** Sends the frames; `before` as in SenderRound. Rejects when one is not acknowledged in time. */
  async round(
    { frames, bytes: total }: FrameSet,
    { framesPerSecond, before }: Pick<SenderRound, "framesPerSecond" | "before">,
  ): Promise<number[]> {
    const bytes = new Uint8Array(new SharedArrayBuffer(total));
    const ends = new Uint32Array(frames.length);
    let end = 0;
    for (const [i, frame] of frames.entries()) {
      bytes.set(frame.bytes, end);
      end += frame.bytes.length;
      ends[i] = end;
    }
    const shards = Uint8Array.from(frames, ({ shard }) => shard);
    const round: SenderRound = { framesPerSecond, bytes, ends, shards, before };
    this.#worker.postMessage(round);
    const [answer] = (await once(this.#worker, "message")) as [SenderAnswer];
    if ("fault" in answer) throw new Error(answer.fault);
    return [...answer.acksMs];
  }

  /** Ends it. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
