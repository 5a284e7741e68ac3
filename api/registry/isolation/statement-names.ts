/**
 * Names for statements that come again and again: PostgreSQL then reads and plans each once a connection. Policies make a plan
 * dearer, and most requests ask the same few things.
 */

/** Times that a statement comes before it gets a name. */
const TIMES_MIN = 5;
/** Most statements with a name; later ones are planned each time. */
const NAMED_MAX = 256;
/** Most statements that are counted at a time. */
const COUNTED_MAX = 2_000;
/** Longest statement that gets a name: longer ones are inserts of many rows. */
const CHARS_MAX = 8_000;

/** A statement as pg is asked it. */
export type Asked = { text: string; name?: string };

/** The names of one pool. Those of the two roles differ, for a plan holds for one role. */
export class StatementNames {
  readonly #names = new Map<string, string>();
  readonly #times = new Map<string, number>();

  /** The statement with its name, if it has one by now. One without values is planned each time. */
  named(asked: Asked, values: readonly unknown[] | undefined, role: "app" | "system"): Asked {
    if (asked.name !== undefined || values === undefined || values.length === 0) return asked;
    const name = this.#nameOf(asked.text, role);
    return name === undefined ? asked : { ...asked, name };
  }

  #nameOf(text: string, role: "app" | "system"): string | undefined {
    if (text.length > CHARS_MAX) return undefined;
    const known = this.#names.get(text);
    if (known !== undefined) return `${role}_${known}`;
    if (this.#names.size >= NAMED_MAX) return undefined;
    const times = (this.#times.get(text) ?? 0) + 1;
    if (times < TIMES_MIN) {
      if (this.#times.size >= COUNTED_MAX) this.#times.clear();
      this.#times.set(text, times);
      return undefined;
    }
    this.#times.delete(text);
    const name = `drawdown_${this.#names.size}`;
    this.#names.set(text, name);
    return `${role}_${name}`;
  }
}
