/**
 * The loop of a fuzz run: feeds inputs to a decoder, counts what becomes of them, and watches time and memory.
 */
import { setImmediate as breathe } from "node:timers/promises";
import type { FuzzOptions, FuzzReport } from "./report.ts";

/** Inputs between two breaths of the event loop. */
const BATCH = 2_000;

/** Takes one input; true when it was sound enough to be taken, false when it was refused. What it throws is counted. */
export type TryInput = (index: number) => boolean;

/** Runs `count` inputs through `tryInput`. */
export async function runInputs({ count }: FuzzOptions, tryInput: TryInput): Promise<FuzzReport> {
  const report = {
    inputs: 0,
    refused: 0,
    decoded: 0,
    thrown: 0,
    slowestMs: 0,
    heapGrowthBytes: 0,
  };
  const warmInputs = Math.ceil(count / 10);
  let heapBytes = heapNow();
  for (let index = 0; index < count; index++) {
    if (index % BATCH === 0) await breathe();
    if (index === warmInputs) heapBytes = heapNow();
    const startMs = performance.now();
    try {
      if (tryInput(index)) report.decoded++;
      else report.refused++;
    } catch {
      report.thrown++;
    }
    report.inputs++;
    report.slowestMs = Math.max(report.slowestMs, performance.now() - startMs);
  }
  report.heapGrowthBytes = heapNow() - heapBytes;
  return report;
}

/** Bytes in use, after a collection where the process was started with `--expose-gc`. */
function heapNow(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
