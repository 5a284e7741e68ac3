/**
 * Finds WebSockets whose far end is gone without a word: each is pinged in every round, and one that said nothing since
 * the last round is cut.
 */

/** What the heartbeat needs of a socket. */
export type Beating = { ping(): void; cut(): void };

/** Rounds over a set of sockets, until stopped. */
export class Heartbeat {
  readonly #heard = new Map<Beating, boolean>();
  readonly #timer: NodeJS.Timeout;

  constructor(everyMs: number) {
    this.#timer = setInterval(() => this.#round(), everyMs);
    this.#timer.unref();
  }

  /** Begins with a socket. */
  add(socket: Beating): void {
    this.#heard.set(socket, true);
  }
  /** The socket was heard. */
  heard(socket: Beating): void {
    if (this.#heard.has(socket)) this.#heard.set(socket, true);
  }
  /** Ends with a socket. */
  remove(socket: Beating): void {
    this.#heard.delete(socket);
  }
  stop(): void {
    clearInterval(this.#timer);
    this.#heard.clear();
  }

  #round(): void {
    for (const [socket, wasHeard] of [...this.#heard]) {
      if (!wasHeard) {
        socket.cut();
        continue;
      }
      this.#heard.set(socket, false);
      socket.ping();
    }
  }
}
