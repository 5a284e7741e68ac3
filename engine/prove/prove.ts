/**
 * Kernel against model: stories of random inputs told to both, compared after every step. A difference is told again with
 * fewer and fewer steps, until none can be left out.
 */

import { KernelSide } from "./kernel-side.ts";
import { ModelSide } from "./model-side.ts";
import { differences, type Outcome, outputsIn } from "./outcome.ts";
import { Random } from "./random.ts";
import { shorten } from "./shorten.ts";
import { type Step, type Story, weightOf } from "./story.ts";
import { Teller } from "./teller.ts";

/** What `npm run prove` prints. */
export type Proof = {
  steps: number;
  accounts: number;
  outputs: number;
  mismatches: number;
  seed: number;
};

/** Where the two sides differ: the shortest story found, and what differs at its end. */
export type Mismatch = { seed: number; story: Story; differences: readonly string[] };

/** Tells stories until this many steps are done, or one goes wrong. `progress` is told the steps now and then. */
export function prove(
  seed: number,
  steps: number,
  progress: (steps: number) => void = () => {},
): { proof: Proof; mismatch: Mismatch | undefined } {
  const kernel = new KernelSide();
  const { proof, mismatch } = proveKernel(kernel, seed, steps, progress);
  return { proof, mismatch: mismatch && shortest(kernel, mismatch) };
}

function shortest(kernel: KernelSide, { seed, story, differences }: Mismatch): Mismatch {
  return { seed, ...shorten({ story, differences }, (shorter) => retellQuietly(kernel, shorter)) };
}

/** As `prove`, with the kernel that is given; a story that goes wrong is not shortened. */
export function proveKernel(
  kernel: KernelSide,
  seed: number,
  steps: number,
  progress: (steps: number) => void = () => {},
): { proof: Proof; mismatch: Mismatch | undefined } {
  const proof: Proof = { steps: 0, accounts: 0, outputs: 0, mismatches: 0, seed };
  for (let chapter = 0; proof.steps < steps; chapter++) {
    const { story, wrong } = tell(kernel, seedOf(seed, chapter), proof);
    if (wrong.length > 0) {
      proof.mismatches += 1;
      return { proof, mismatch: { seed, story, differences: wrong } };
    }
    progress(proof.steps);
  }
  return { proof, mismatch: undefined };
}

/** Tells a whole story again; gives what differs after its first step that differs. */
export function retell(kernel: KernelSide, { versions, steps }: Story): string[] {
  kernel.begin(versions);
  const model = new ModelSide(versions);
  for (const step of steps) {
    const wrong = compare(kernel, model, step).wrong;
    if (wrong.length > 0) return wrong;
  }
  return [];
}

/** A whole story with what the model makes of each step, to be told to one kernel after another. */
export type Told = { story: Story; expected: readonly Outcome[]; weight: number };

/** The story of this chapter. */
export function tellToModel(seed: number, chapter: number): Told {
  const teller = new Teller(new Random(seedOf(seed, chapter)));
  const versions = [...teller.scene.versions, teller.scene.other];
  const model = new ModelSide(versions);
  const steps: Step[] = [];
  const expected: Outcome[] = [];
  let weight = 0;
  for (let step = teller.next(model); step !== undefined; step = teller.next(model)) {
    steps.push(step);
    expected.push(model.apply(step));
    weight += weightOf(step);
  }
  return { story: { versions, steps }, expected, weight };
}

/** Tells it to a kernel; gives what differs after its first step that differs. */
export function tellToKernel(kernel: KernelSide, { story, expected }: Told): string[] {
  kernel.begin(story.versions);
  for (const [i, step] of story.steps.entries()) {
    const wanted = expected[i];
    if (wanted === undefined) throw new Error("the model was told fewer steps");
    const { wrong } = differencesOf(kernel, step, wanted);
    if (wrong.length > 0) return wrong;
  }
  return [];
}

function tell(kernel: KernelSide, seed: number, proof: Proof): { story: Story; wrong: string[] } {
  const teller = new Teller(new Random(seed));
  const versions = [...teller.scene.versions, teller.scene.other];
  kernel.begin(versions);
  const model = new ModelSide(versions);
  const steps: Step[] = [];
  for (let step = teller.next(model); step !== undefined; step = teller.next(model)) {
    steps.push(step);
    const { wrong, outputs } = compare(kernel, model, step);
    proof.steps += weightOf(step);
    proof.outputs += outputs;
    if (wrong.length > 0) return { story: { versions, steps }, wrong };
  }
  proof.accounts += model.accounts.size;
  return { story: { versions, steps }, wrong: [] };
}

function compare(
  kernel: KernelSide,
  model: ModelSide,
  step: Step,
): { wrong: string[]; outputs: number } {
  return differencesOf(kernel, step, model.apply(step));
}

function differencesOf(
  kernel: KernelSide,
  step: Step,
  expected: Outcome,
): { wrong: string[]; outputs: number } {
  try {
    const outcome = kernel.apply(step);
    return { wrong: differences(outcome, expected), outputs: outputsIn(outcome) };
  } catch (error) {
    return { wrong: [`the kernel stopped: ${String(error)}`], outputs: 0 };
  }
}

/** A part of a story may make no sense to the model; that is no difference. */
export function retellQuietly(kernel: KernelSide, story: Story): string[] {
  try {
    return retell(kernel, story);
  } catch {
    return [];
  }
}

/** Each story has a seed of its own, so that one of them can be told alone. */
function seedOf(seed: number, chapter: number): number {
  return new Random(seed + Math.imul(chapter, 0x9e37_79b1)).int(0, 0xffff_ffff);
}
