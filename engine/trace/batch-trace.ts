/**
 * The spans of what is traced in one batch: how long the journal and the kernel took is the batch's, and is told in the
 * span of each frame and command in it. Without any it does nothing.
 */
import type { Span } from "../contract/trace/tracer.ts";

/** Most frames and commands of a batch that are followed. */
export const TRACED_MAX = 64;

/** What is traced in a batch. */
export class BatchTrace {
  #spans: Span[] | undefined;

  /** Follows one more, if it is traced. */
  add(span: Span | undefined): void {
    if (span === undefined) return;
    this.#spans ??= [];
    if (this.#spans.length < TRACED_MAX) this.#spans.push(span);
  }

  /** Settles when both have; rejects when one does. */
  async during(work: Record<string, Promise<unknown>>): Promise<void> {
    if (this.#spans === undefined) {
      await Promise.all(Object.values(work));
      return;
    }
    await Promise.all(
      Object.entries(work).map(async ([name, promise]) => {
        const end = this.begin(name);
        await promise;
        end?.();
      }),
    );
  }

  /** Begins a part in each span; gives its end. */
  begin(name: string): (() => void) | undefined {
    const parts = this.#spans?.map((span) => span.child(name));
    return parts === undefined ? undefined : () => parts.forEach((part) => void part.end());
  }

  /** All is answered. */
  end(): void {
    for (const span of this.#spans ?? []) span.end();
  }
}
