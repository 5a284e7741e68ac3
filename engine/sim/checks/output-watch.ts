/**
 * Watches outputs: none before its batch is durable, none with another content under the same id, and none missing, save
 * those that the broker was made to lose.
 */
import type { Stored } from "../world/stream.ts";
import { digestOf } from "./shadow.ts";
import type { Violations } from "./violations.ts";

/** What must come out and what did. */
export class OutputWatch {
  readonly #violations: Violations;
  readonly #expected = new Map<string, string>();
  readonly #received = new Set<string>();
  readonly #lost = new Set<string>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  /** What a durable batch comes to. */
  expect(messages: readonly { id: string; digest: string }[]): void {
    for (const { id, digest } of messages) this.#expected.set(id, digest);
  }

  /** A message came to a stream. */
  stored({ id, payload, subject }: Omit<Stored, "sequence">): void {
    if (id !== undefined) this.#judge(id, payload, `came on ${subject}`);
  }

  /** A reader has taken a message. */
  received(id: string, payload: Uint8Array): void {
    this.#judge(id, payload, "was read");
    this.#received.add(id);
  }

  /** The broker was made to lose a message. */
  lost({ id }: Stored): void {
    if (id !== undefined) this.#lost.add(id);
  }

  /** Outputs that are still on their way. */
  missing(): string[] {
    return [...this.#expected.keys()].filter(
      (id) => !this.#received.has(id) && !this.#lost.has(id),
    );
  }

  /** At the end all must have been read. */
  conclude(): void {
    const missing = this.missing();
    if (missing.length > 0)
      this.#violations.add(
        "outputs are complete",
        `${missing.length} of ${this.#expected.size} never came, such as ${missing[0]}`,
      );
  }

  #judge(id: string, payload: Uint8Array, what: string): void {
    const expected = this.#expected.get(id);
    if (expected === undefined)
      this.#violations.add("an output is durable", `${id} ${what} before its batch was`);
    else if (expected !== digestOf(payload))
      this.#violations.add("an id stands for one output", `${id} ${what} with another content`);
  }
}
