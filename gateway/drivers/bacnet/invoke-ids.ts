/**
 * Numbers of requests to one peer. A number is given again only after all others were, and one whose answer never came
 * rests for a while: a late answer finds nobody.
 */

/** Numbers that there are. */
const IDS = 256;
/** How long the number of a request that was not answered rests, in milliseconds. */
export const REST_MS = 60_000;

/** The numbers of one peer. */
export class InvokeIds {
  readonly #taken = new Set<number>();
  readonly #restUntilMs = new Map<number, number>();
  #next = Math.floor(Math.random() * IDS);

  /** A number that nobody waits for; undefined when there is none at this time. */
  take(nowMs: number): number | undefined {
    for (let tried = 0; tried < IDS; tried++) {
      const id = this.#next;
      this.#next = (this.#next + 1) % IDS;
      if (this.#taken.has(id) || (this.#restUntilMs.get(id) ?? 0) > nowMs) continue;
      this.#restUntilMs.delete(id);
      this.#taken.add(id);
      return id;
    }
    return undefined;
  }

  /** Gives a number back; one that was not answered rests. */
  give(id: number, answered: boolean, nowMs: number): void {
    this.#taken.delete(id);
    if (!answered) this.#restUntilMs.set(id, nowMs + REST_MS);
  }

  /** Whether nothing is remembered that matters. */
  isIdle(nowMs: number): boolean {
    return (
      this.#taken.size === 0 && [...this.#restUntilMs.values()].every((until) => until <= nowMs)
    );
  }
}
