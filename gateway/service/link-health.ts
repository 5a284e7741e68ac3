/**
 * How many meters of each link answered when they were last asked, and how many did not. A meter that was not asked yet
 * counts as neither.
 */

type Count = { answering: number; failing: number };

/** The counts of all links of a roster. */
export class LinkHealth {
  readonly #links = new Map<string, Count>();

  /** How a link's meters answered. */
  of(link: string): Readonly<Count> {
    return this.#links.get(link) ?? { answering: 0, failing: 0 };
  }

  /**
   * Notes that a meter answered (true) or did not, and how it was before (undefined: not asked yet). Gives whether it is
   * the first of its link to answer while others fail: the wire is back.
   */
  note(link: string, before: boolean | undefined, now: boolean): boolean {
    if (before === now) return false;
    this.forget(link, before);
    const count = this.#links.get(link) ?? { answering: 0, failing: 0 };
    if (now) count.answering++;
    else count.failing++;
    this.#links.set(link, count);
    return now && count.answering === 1 && count.failing > 0;
  }

  /** Takes a meter off its link. */
  forget(link: string, was: boolean | undefined): void {
    const count = this.#links.get(link);
    if (count === undefined || was === undefined) return;
    if (was) count.answering--;
    else count.failing--;
    if (count.answering + count.failing === 0) this.#links.delete(link);
  }
}
