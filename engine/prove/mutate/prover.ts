/**
 * A worker that proves a kernel: told where its binary is, it tells stories until one goes wrong or all are told. What the
 * model makes of a story is kept for the kernels that come after.
 */
import { readFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { KernelSide } from "../kernel-side.ts";
import { type Told, tellToKernel, tellToModel } from "../prove.ts";

/** What to prove, and by how many steps of which seed's stories; `pulse` counts those that were told, for whoever waits. */
export type Task = { wasm: string; seed: number; steps: number; pulse: Int32Array };
/** After how many steps which difference was seen; `how` is empty where none was. */
export type Verdict = { steps: number; how: string };

/** Stories of so many steps are kept; they are most of what is needed, and fit the memory. */
const KEPT_STEPS_MAX = 80_000;
const told: Told[] = [];

parentPort?.on("message", (task: Task) => {
  parentPort?.postMessage(verdictOf(task));
});

function verdictOf({ wasm, seed, steps: most, pulse }: Task): Verdict {
  const kernel = new KernelSide(new WebAssembly.Module(readFileSync(wasm)));
  let steps = 0;
  for (let chapter = 0; steps < most; chapter++) {
    const story = told[chapter] ?? tellToModel(seed, chapter);
    if (steps < KEPT_STEPS_MAX) told[chapter] = story;
    Atomics.add(pulse, 0, 1);
    steps += story.weight;
    const wrong = tellToKernel(kernel, story);
    if (wrong.length > 0) return { steps, how: wrong[0] ?? "" };
  }
  return { steps, how: "" };
}
