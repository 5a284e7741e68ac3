/**
 * Turns: so many requests at once over all, one at a time to each peer, and a bound on who waits.
 */

/** Most requests under way at once. */
export const UNDER_WAY_MAX = 100;
/** Most requests that wait for their turn. */
export const WAITING_MAX = 16_384;

type Waiting = { peer: string; go: () => void };

/** Hands out turns in the order of asking, past those whose peer is being asked already. */
export class Turns {
  readonly #busy = new Set<string>();
  readonly #queues = new Map<string, Waiting[]>();
  /** Peers that are free and have somebody waiting, in the order in which they became so. */
  readonly #ready: string[] = [];
  #waiting = 0;

  /** Resolves when it is this peer's turn, `false` at once when too many wait. Each `true` is ended by {@link done}. */
  take(peer: string): Promise<boolean> {
    if (!this.#busy.has(peer) && this.#busy.size < UNDER_WAY_MAX && this.#ready.length === 0) {
      this.#busy.add(peer);
      return Promise.resolve(true);
    }
    if (this.#waiting >= WAITING_MAX) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#waiting++;
      const queue = this.#queues.get(peer);
      const waiting = { peer, go: () => resolve(true) };
      if (queue !== undefined) queue.push(waiting);
      else {
        this.#queues.set(peer, [waiting]);
        if (!this.#busy.has(peer)) this.#ready.push(peer);
      }
      this.#serve();
    });
  }

  /** Ends a turn. */
  done(peer: string): void {
    this.#busy.delete(peer);
    if (this.#queues.has(peer)) this.#ready.push(peer);
    this.#serve();
  }

  #serve(): void {
    while (this.#busy.size < UNDER_WAY_MAX) {
      const peer = this.#ready.shift();
      if (peer === undefined) return;
      const queue = this.#queues.get(peer);
      const first = queue?.shift();
      if (queue === undefined || first === undefined) continue;
      if (queue.length === 0) this.#queues.delete(peer);
      this.#busy.add(peer);
      this.#waiting--;
      first.go();
    }
  }
}
