/**
 * What must hold and does not. The first violation ends a run: what comes after it is its consequence.
 */

/** What was violated: the promise in one word, and the facts in one line. */
export type Violation = { promise: string; text: string };

/** The violations of a run. */
export class Violations {
  readonly all: Violation[] = [];

  /** Whether there is one. */
  get any(): boolean {
    return this.all.length > 0;
  }

  add(promise: string, text: string): void {
    this.all.push({ promise, text });
  }
}
