/**
 * Finds WebSockets whose far end is gone without a word: each is pinged in every round, and one that said nothing since
 * the last round is cut. A round goes over a part of the sockets at a time: thousands of pings at once would hold up all
 * that is to be sent.
 */

/** What the heartbeat needs of a socket. */
export type Beating = { ping(): void; cut(): void };

/** Parts of a round. */
const PARTS = 32;

/** Rounds over a set of sockets, until stopped. */
export class Heartbeat {
  readonly #parts = Array.from({ length: PARTS }, () => new Map<Beating, boolean>());
  readonly #partOf = new Map<Beating, Map<Beating, boolean>>();
  readonly #timer: NodeJS.Timeout;
  #turn = 0;

  constructor(everyMs: number) {
    this.#timer = setInterval(() => this.#beat(), everyMs / PARTS);
    this.#timer.unref();
  }

  /** Begins with a socket: its first ping comes after a whole round. */
  add(socket: Beating): void {
    const part = this.#parts[(this.#turn + PARTS - 1) % PARTS];
    if (part === undefined) return;
    part.set(socket, true);
    this.#partOf.set(socket, part);
  }
  /** The socket was heard. */
  heard(socket: Beating): void {
    this.#partOf.get(socket)?.set(socket, true);
  }
  /** Ends with a socket. */
  remove(socket: Beating): void {
    this.#partOf.get(socket)?.delete(socket);
    this.#partOf.delete(socket);
  }
  stop(): void {
    clearInterval(this.#timer);
    this.#partOf.clear();
    for (const part of this.#parts) part.clear();
  }

  #beat(): void {
    const part = this.#parts[this.#turn];
    this.#turn = (this.#turn + 1) % PARTS;
    for (const [socket, wasHeard] of [...(part ?? [])]) {
      if (!wasHeard) {
        socket.cut();
        continue;
      }
      part?.set(socket, false);
      socket.ping();
    }
  }
}
