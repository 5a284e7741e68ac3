/**
 * `drawdown prove`: the kernel against the reference model, by stories of random inputs.
 */
import { parseFlags, UsageError } from "../commands/rating-options.ts";
import type { CommandIo } from "../host/command-io.ts";
import { type Mismatch, prove } from "./prove.ts";
import { stepText } from "./story.ts";

const USAGE = "drawdown prove [--steps N] [--seed S] [--json]";
const STEPS = 100_000;
/** Most steps of one run. */
export const PROVE_STEPS_MAX = 1_000_000_000;
const SEED_MAX = 0xffff_ffff;

const FLAGS = {
  steps: { type: "string" },
  seed: { type: "string" },
  json: { type: "boolean" },
} as const;

/** Runs the command; gives the exit code: 1 where kernel and model differ. Throws a UsageError. */
export function proveCommand(argv: readonly string[], io: CommandIo): number {
  const values = parseFlags(argv, FLAGS, USAGE);
  const steps = numberOf(values["steps"], "--steps", PROVE_STEPS_MAX) ?? STEPS;
  const seed = numberOf(values["seed"], "--seed", SEED_MAX) ?? (Date.now() & SEED_MAX) >>> 0;
  const isTerminal = process.stderr.isTTY === true;
  const { proof, mismatch } = prove(seed, steps, (done) => {
    if (isTerminal) io.stderr.write(`\r${done} of ${steps} steps`);
  });
  if (isTerminal) io.stderr.write("\r\u001b[K");
  if (mismatch !== undefined) io.stderr.write(textOf(mismatch));
  const { accounts, outputs, mismatches } = proof;
  io.stdout.write(
    values["json"] === true
      ? `${JSON.stringify(proof)}\n`
      : `${proof.steps} steps of ${accounts} accounts with ${outputs} outputs: ${mismatches} mismatches (seed ${seed})\n`,
  );
  return mismatches === 0 ? 0 : 1;
}

function numberOf(value: unknown, flag: string, most: number): number | undefined {
  if (value === undefined) return undefined;
  const number = typeof value === "string" && /^\d{1,10}$/.test(value) ? Number(value) : -1;
  if (number >= 0 && number <= most) return number;
  throw new UsageError(`${flag} must be a whole number up to ${most}; usage: ${USAGE}`);
}

/** The shortest story that shows the difference, to be told again. */
function textOf({ seed, story, differences }: Mismatch): string {
  const versions = story.versions.map(
    ({ effectiveFromS, json }) => `  version from ${effectiveFromS}: ${JSON.stringify(json)}`,
  );
  const steps = story.steps.map((step, i) => `  ${i}: ${stepText(step)}`);
  const wrong = differences.map((line) => `  ${line}`);
  return [
    `kernel and model differ with --seed ${seed}:`,
    ...versions,
    ...steps,
    "after the last step:",
    ...wrong,
    "",
  ].join("\n");
}
