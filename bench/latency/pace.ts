/**
 * Work at a steady rate, whatever the answers take: what comes late is counted from when it was due, so that a server that
 * stands still for a while is not spared the requests of that while.
 */
import { setTimeout as sleep } from "node:timers/promises";

/** Calls `start` for each piece of work when it is due, with the time in milliseconds at which it was due, until told to stop. */
export async function paced(
  perSecond: number,
  seconds: number,
  start: (dueMs: number, index: number) => void,
  stop?: AbortSignal,
): Promise<void> {
  const begunMs = performance.now();
  const count = Math.floor(perSecond * seconds);
  for (let index = 0; index < count && stop?.aborted !== true; ) {
    const nowMs = performance.now();
    for (; index < count; index++) {
      const dueMs = begunMs + (index * 1_000) / perSecond;
      if (dueMs > nowMs) break;
      start(dueMs, index);
    }
    await sleep(1);
  }
}
