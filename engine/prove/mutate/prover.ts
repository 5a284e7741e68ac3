/**
 * A worker that proves a kernel: told where its binary is, it tells stories until one goes wrong or all are told.
 */
import { readFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { KernelSide } from "../kernel-side.ts";
import { proveKernel } from "../prove.ts";

/** What to prove, and by which stories. */
export type Task = { wasm: string; seeds: readonly number[]; steps: number };
/** After how many steps which difference was seen; `how` is empty where none was. */
export type Verdict = { steps: number; how: string };

parentPort?.on("message", ({ wasm, seeds, steps }: Task) => {
  parentPort?.postMessage(verdictOf(wasm, seeds, steps));
});

function verdictOf(wasm: string, seeds: readonly number[], stepsEach: number): Verdict {
  const kernel = new KernelSide(new WebAssembly.Module(readFileSync(wasm)));
  let steps = 0;
  for (const seed of seeds) {
    const { proof, mismatch } = proveKernel(kernel, seed, stepsEach);
    steps += proof.steps;
    if (mismatch !== undefined) return { steps, how: mismatch.differences[0] ?? "unknown" };
  }
  return { steps, how: "" };
}
