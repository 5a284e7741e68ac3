/**
 * How long the event loop stood still, and how much of that was work of this process: on a busy machine the rest is time
 * in which others had the processor.
 */

/** How often the loop is expected to turn. */
const TURN_MS = 5;
const P99 = 0.99;

/** Stalls since the last time. */
export type Stalls = { stallMs: number; ownMs: number; stallP99Ms: number };

/** Measures until the process ends. */
export function watchStalls(): { take(): Stalls } {
  let lastMs = performance.now();
  let lastCpu = process.cpuUsage();
  let all: number[] = [];
  let ownMs = 0;
  setInterval(() => {
    const now = performance.now();
    const cpu = process.cpuUsage(lastCpu);
    const stallMs = Math.max(0, now - lastMs - TURN_MS);
    all.push(stallMs);
    ownMs = Math.max(ownMs, Math.min(stallMs, (cpu.user + cpu.system) / 1_000));
    lastMs = now;
    lastCpu = process.cpuUsage();
  }, TURN_MS).unref();
  return {
    take: () => {
      const sorted = all.sort((a, b) => a - b);
      const taken = {
        stallMs: sorted.at(-1) ?? 0,
        stallP99Ms: sorted[Math.floor(sorted.length * P99)] ?? 0,
        ownMs,
      };
      [all, ownMs] = [[], 0];
      return taken;
    },
  };
}
