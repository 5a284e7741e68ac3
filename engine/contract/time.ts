/**
 * Time as a process lives it: what the machine's clock shows, and waiting. Whatever waits or looks at the clock inside
 * the parts that keep promises takes it from here, so that the simulator can put seeded time in its place.
 */

/** The machine's clock and its timers. */
export type Time = {
  /** Unix time in milliseconds, by a clock that may be set. */
  nowMs(): number;
  /** Milliseconds since some moment, never going back: what waits are measured by. */
  monotonicMs(): number;
  /** Calls `run` once after so many milliseconds; gives the way to call it off. */
  after(waitMs: number, run: () => void): () => void;
};

/** The machine's own. */
export const machineTime: Time = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (waitMs, run) => {
    const timer = setTimeout(run, waitMs);
    return () => clearTimeout(timer);
  },
};

/** Resolves after so many milliseconds, or at once when the signal says that nobody waits any more. */
export function pause(time: Time, waitMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal?.aborted) {
      done();
      return;
    }
    const end = (): void => {
      cancel();
      signal?.removeEventListener("abort", end);
      done();
    };
    const cancel = time.after(waitMs, end);
    signal?.addEventListener("abort", end, { once: true });
  });
}
