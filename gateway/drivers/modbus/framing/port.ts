/**
 * What modbus-serial calls a port: here any duplex stream with a framing of our own. It hands over whole answers only,
 * and tells its owner about the rest.
 */
import { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import type { Framing } from "./framing.ts";

/** What a port tells beside answers. */
export type PortEvents = {
  /** Bytes that cannot be the answer. */
  onBroken(message: string): void;
  /** Bytes while nothing was asked. */
  onUnasked(): void;
};

/** A port for modbus-serial. */
export class StreamPort extends EventEmitter {
  readonly #stream: Duplex;
  readonly #framing: Framing;
  readonly #events: PortEvents;
  readonly #onData: (chunk: Buffer) => void;
  #open = true;

  constructor(stream: Duplex, framing: Framing, events: PortEvents) {
    super();
    this.#stream = stream;
    this.#framing = framing;
    this.#events = events;
    this.#onData = (chunk) => this.#take(chunk);
    stream.on("data", this.#onData);
  }

  /** Whether requests can be sent. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Called by modbus-serial; the stream is open already. */
  open(done: (error?: Error) => void): void {
    done();
  }

  /** Sends one request. */
  write(adu: Buffer): void {
    this.#stream.write(this.#framing.ask(adu));
  }

  /** Lets go of the stream, which is its owner's to close; nothing more is read. */
  destroy(): void {
    this.#open = false;
    this.#stream.removeListener("data", this.#onData);
  }

  #take(chunk: Buffer): void {
    const taken = this.#framing.take(chunk);
    if (taken.kind === "answer") this.emit("data", taken.adu);
    else if (taken.kind === "broken") this.#events.onBroken(taken.message);
    else if (taken.kind === "unasked") this.#events.onUnasked();
  }
}
