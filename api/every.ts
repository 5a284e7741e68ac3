/**
 * Work that is done again and again, never twice at a time.
 */
import { setTimeout as sleep } from "node:timers/promises";

/** Ends it; resolves when work under way is done. */
export type Ongoing = { stop(): Promise<void> };

/** Does the work at once and then so long after each end. What it throws goes to `onFault`, and it goes on. */
export function every(
  ms: number,
  work: () => Promise<void>,
  onFault: (error: unknown) => void,
): Ongoing {
  const stopping = new AbortController();
  const { signal } = stopping;
  const done = (async () => {
    while (!signal.aborted) {
      try {
        await work();
      } catch (error) {
        onFault(error);
      }
      await sleep(ms, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}
