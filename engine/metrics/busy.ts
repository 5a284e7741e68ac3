/**
 * The share of the pool's time that was spent in the kernel lately; the pool itself tells it since its start.
 */

/** Gives the share, 0 to 1, since it was asked before. */
export function makeBusyShare(sinceStart: () => number): (nowMs?: number) => number {
  const startedMs = performance.now();
  let before = { atMs: startedMs, busyMs: 0 };
  return (nowMs = performance.now()) => {
    // Per worker: the pool divides by their number.
    const busyMs = sinceStart() * (nowMs - startedMs);
    const elapsedMs = nowMs - before.atMs;
    const share = elapsedMs <= 0 ? 0 : (busyMs - before.busyMs) / elapsedMs;
    before = { atMs: nowMs, busyMs };
    return Math.min(1, Math.max(0, share)) || 0;
  };
}
