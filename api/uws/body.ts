/**
 * A request's body as it comes in from the native module: bounded, paused while nobody takes it, and readable once,
 * whole or as a stream.
 */
import type { NativeResponse } from "./native.ts";

/** Bytes that may wait for the reader before the client is told to pause. */
const BODY_WAITING_BYTES_MAX = 256 * 1024;

/** What the body needs of the response object that it arrives on. */
export type BodySource = Pick<NativeResponse, "onData" | "pause" | "resume">;

/** Told once that the body is longer than allowed; `isEndless`: so much longer that the client should be cut off. */
export type Overflow = (isEndless: boolean) => void;

/**
 * The incoming body. One longer than `bytesMax` fails its readers at once, but is let flow past up to twice that before
 * the refusal goes out: a client that is cut off while it sends would never read why.
 */
export class IncomingBody {
  readonly #source: BodySource;
  readonly #bytesMax: number;
  readonly #overflow: Overflow;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #bytes = 0;
  #ended = false;
  #paused = false;
  #dropped = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  /** Begins to take the body at once: the native module gives it to nobody later. */
  constructor(source: BodySource, bytesMax: number, overflow: Overflow) {
    this.#source = source;
    this.#bytesMax = bytesMax;
    this.#overflow = overflow;
    source.onData((chunk, isLast) => this.#take(chunk, isLast));
  }

  /** Whether all of it has arrived. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether it was longer than allowed. */
  get isTooLong(): boolean {
    return this.#bytes > this.#bytesMax;
  }

  /** The next piece, undefined at the end. Rejects when the client went away or the body is too long. */
  async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      const piece = this.#waiting.shift();
      if (piece !== undefined) {
        this.#waitingBytes -= piece.byteLength;
        this.#flow();
        return piece;
      }
      if (this.#ended) return undefined;
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
  }

  /** All of it in one piece. */
  async whole(): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for (;;) {
      const piece = await this.next();
      if (piece === undefined) break;
      pieces.push(piece);
    }
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  }

  /** As a stream; cancelling it drops what is still to come. */
  stream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const piece = await this.next();
          if (piece === undefined) controller.close();
          else controller.enqueue(piece);
        },
        cancel: () => this.drop(),
      },
      { highWaterMark: 0 },
    );
  }

  /** Nobody wants the rest: let it flow past. */
  drop(): void {
    this.#dropped = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#flow();
  }

  /** The client is gone: readers are told. The native object may not be touched any more. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.#error = error;
    this.#paused = false;
    this.#wake?.();
  }

  #take(chunk: ArrayBuffer, isLast: boolean): void {
    this.#bytes += chunk.byteLength;
    if (this.isTooLong) {
      this.#takeTooLong(isLast);
      return;
    }
    if (this.#error !== undefined) return;
    if (chunk.byteLength > 0 && !this.#dropped) {
      // The native module takes its memory back when this returns.
      this.#waiting.push(new Uint8Array(chunk.slice(0)));
      this.#waitingBytes += chunk.byteLength;
    }
    this.#ended = isLast;
    this.#flow();
    this.#wake?.();
  }

  #takeTooLong(isLast: boolean): void {
    this.drop();
    this.fail(new Error(`the body is longer than ${this.#bytesMax} bytes`));
    const isEndless = this.#bytes > 2 * this.#bytesMax;
    if (isLast || isEndless) this.#overflow(isEndless && !isLast);
    this.#ended = isLast;
  }

  #flow(): void {
    if (this.#error !== undefined || this.#ended) return;
    const full = this.#waitingBytes > BODY_WAITING_BYTES_MAX;
    if (full === this.#paused) return;
    this.#paused = full;
    if (full) this.#source.pause();
    else this.#source.resume();
  }
}
