/**
 * A bounded number of works at a time; the others wait in the order in which they came.
 */

/** So many at a time. */
export class Slots {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Works under way. */
  get taken(): number {
    return this.#taken;
  }

  /** Runs the work when there is room. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#taken >= this.#most) await new Promise<void>((go) => this.#waiting.push(go));
    else this.#taken += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#taken -= 1;
      else next();
    }
  }
}
