/**
 * How far rated blocks have left the broker for the store. A block that only the broker has is lost with the broker's
 * store, so snapshots and journal are kept from which it can be made again, and what was lost is found out: by a stream
 * that was made anew, that ends before where it ended, or that gives a place a second time.
 *
 * The stream is a work queue: what stands before its first message has been taken. So a look at the stream tells, some
 * looks later, that everything published before the first look is in the store.
 */
import { join } from "node:path";
import { z } from "zod";
import { type Disk, diskErrorCode } from "../contract/disk.ts";
import { replaceText } from "../contract/files.ts";

/** A stream as the broker tells it: when it was made, its first message that was not taken, and its last one. */
export type StreamState = { created: string; first: number; last: number };

/** Newest places in the stream that are remembered. */
const PLACES_MAX = 65_536;
const FILE = "handed-on.json";
const noted = z.object({
  through: z.int().nonnegative(),
  created: z.string(),
  last: z.int().nonnegative(),
});
/** What the engine notes: outputs through this journal sequence are in the store, as of this stream. */
export type Noted = z.infer<typeof noted>;

/** In place of a stream's time of making: whatever stream is there, something is lost. */
const LOST = "lost";

/** What a look at the stream came to: something was lost, or nothing was. */
export type Look = "lost" | "sound";

/** Sees from the places that messages are put at whether their stream went back. */
export class Places {
  readonly #seen = new Set<number>();
  #highest = 0;
  #wentBack = false;

  /** Whether a place was given twice, or one from long ago. */
  get wentBack(): boolean {
    return this.#wentBack;
  }

  /** Takes the place of a message that the stream did not know. Answers may overtake each other. */
  put(sequence: number): void {
    if (this.#seen.has(sequence) || sequence <= this.#highest - PLACES_MAX) this.#wentBack = true;
    this.#seen.add(sequence);
    this.#highest = Math.max(this.#highest, sequence);
    if (this.#seen.size <= PLACES_MAX) return;
    for (const oldest of this.#seen) {
      this.#seen.delete(oldest);
      return;
    }
  }
}

/** The notes of one engine. Opened by `openHandedOn`. */
export class HandedOn {
  readonly #disk: Disk;
  readonly #path: string;
  /** Outputs that are made again are published when the mark of publishing has come here. */
  readonly #againThrough: number;
  #noted: Noted;
  /** Whether the file is this stream's. */
  #isWritten = false;
  #sample: { published: number; last: number } | undefined;

  constructor(disk: Disk, path: string, start: { noted: Noted; againThrough: number }) {
    this.#disk = disk;
    this.#path = path;
    this.#noted = start.noted;
    this.#againThrough = start.againThrough;
  }

  /** Everything through this journal sequence is in the store. */
  get through(): number {
    return this.#noted.through;
  }

  /** Takes a look; `published` is the outbox's mark from before the stream was asked, `places` where messages were put. */
  async look(published: number, stream: StreamState, places: Places): Promise<Look> {
    if (places.wentBack || isLost(this.#noted, stream)) {
      await this.#write({ ...this.#noted, created: LOST });
      return "lost";
    }
    let { through } = this.#noted;
    if (this.#sample !== undefined && stream.first > this.#sample.last) {
      through = Math.max(through, this.#sample.published);
      this.#sample = undefined;
    }
    // While outputs are made again, a note of the new stream would make forget that the old one was lost.
    if (published < this.#againThrough) return "sound";
    this.#sample ??= { published, last: stream.last };
    const next = { through, created: stream.created, last: stream.last };
    const isNews = next.through !== this.#noted.through || next.last !== this.#noted.last;
    if (isNews || !this.#isWritten) await this.#write(next);
    this.#isWritten = true;
    this.#noted = next;
    return "sound";
  }

  #write(next: Noted): Promise<void> {
    return replaceText(this.#path, `${JSON.stringify(next)}\n`, this.#disk);
  }
}

/** What is noted in the engine's folder; undefined where nothing is. */
export async function readHandedOn(disk: Disk, folder: string): Promise<Noted | undefined> {
  try {
    return noted.parse(JSON.parse((await disk.read(join(folder, FILE))).toString("utf8")));
  } catch (error) {
    if (diskErrorCode(error) === "ENOENT") return undefined;
    throw new Error(`${join(folder, FILE)} can't be used: move it away and start again`, {
      cause: error,
    });
  }
}

/** Whether the stream is another one than was noted, or has forgotten what it had taken. */
export function isLost(before: Noted, stream: StreamState): boolean {
  return stream.created !== before.created || stream.last < before.last;
}

/** Goes on from what is noted; `againThrough` is the last journal sequence whose outputs are made again, 0 for none. */
export function openHandedOn(
  disk: Disk,
  folder: string,
  start: { noted: Noted | undefined; stream: StreamState; againThrough: number },
): HandedOn {
  const { created, last } = start.stream;
  const before = { through: start.noted?.through ?? 0, created, last };
  return new HandedOn(disk, join(folder, FILE), {
    noted: before,
    againThrough: start.againThrough,
  });
}
