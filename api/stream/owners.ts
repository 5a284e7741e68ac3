/**
 * Whose an account is, remembered: an account never changes its operator.
 */
import type { StreamAccess } from "./access.ts";

/** Most owners that are remembered; the longest unused goes first. */
const OWNERS_MAX = 200_000;

/** Owners by account. */
export class Owners {
  readonly #access: StreamAccess;
  readonly #known = new Map<string, string>();

  constructor(access: StreamAccess) {
    this.#access = access;
  }

  /** The owner if it is remembered, else a promise of it; undefined when there is no such account. */
  of(accountId: string): string | Promise<string | undefined> {
    const known = this.#known.get(accountId);
    if (known === undefined) return this.#ask(accountId);
    this.#known.delete(accountId);
    this.#known.set(accountId, known);
    return known;
  }

  async #ask(accountId: string): Promise<string | undefined> {
    const owner = await this.#access.ownerOf(accountId);
    if (owner === undefined) return undefined;
    if (this.#known.size >= OWNERS_MAX) {
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest);
        break;
      }
    }
    this.#known.set(accountId, owner);
    return owner;
  }
}
