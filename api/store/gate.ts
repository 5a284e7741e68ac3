/**
 * Lets several go in at a time, or one alone.
 */

/** Work that shares waits while one is alone or waits to be; the one alone waits until all others are done. */
export class Gate {
  #sharing = 0;
  #alone: Promise<void> = Promise.resolve();
  #waitingAlone = 0;
  #emptied: (() => void) | undefined;

  /** Runs work beside others. */
  async shared<T>(work: () => Promise<T>): Promise<T> {
    while (this.#waitingAlone > 0) await this.#alone;
    this.#sharing += 1;
    try {
      return await work();
    } finally {
      this.#sharing -= 1;
      if (this.#sharing === 0) this.#emptied?.();
    }
  }

  /** Runs work while no other runs. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    this.#waitingAlone += 1;
    const before = this.#alone;
    const { promise, resolve } = turn();
    this.#alone = before.then(() => promise);
    await before;
    if (this.#sharing > 0) await new Promise<void>((emptied) => (this.#emptied = emptied));
    this.#emptied = undefined;
    try {
      return await work();
    } finally {
      this.#waitingAlone -= 1;
      resolve();
    }
  }
}

function turn(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
