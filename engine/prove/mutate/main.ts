/**
 * `npm run mutate -- [--only TEXT] [--steps N] [--json]`: plants small faults in the kernel, one at a time, and tells
 * which of them the proof sees. Ends with 1 where one is not seen.
 */
import { parseArgs } from "node:util";
import { FAULTS } from "./faults.ts";
import { Lane, type Measure, readSources } from "./lane.ts";
import { type Fault, plant } from "./plant.ts";
import type { Verdict } from "./prover.ts";

const LANES = 2;
const SEED = 1;
const STEPS = 250_000;
/** `wrong`: why the fault could not be tried, which counts as not seen. */
type Line = { fault: Fault; verdict: Verdict; wrong?: string };

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    steps: { type: "string", default: `${STEPS}` },
    json: { type: "boolean", default: false },
  },
});
const measure: Measure = { seed: SEED, steps: Number(values.steps) };
const sources = readSources(FAULTS.map(({ file }) => file));
// All texts are looked for first: a list that does not fit the sources any more wastes no time.
for (const fault of FAULTS) plant(sources.get(fault.file) ?? "", fault);
const wanted = FAULTS.filter(({ file, what }) => `${file} ${what}`.includes(values.only));
const lanes = Array.from({ length: LANES }, () => new Lane(measure));
try {
  await checkSound(lanes);
  const lines = await runAll(lanes, wanted);
  const missed = lines.filter(({ verdict }) => verdict.how === "");
  console.log(
    values.json ? JSON.stringify(lines) : `${lines.length - missed.length} of ${lines.length} seen`,
  );
  if (missed.length > 0) process.exitCode = 1;
} finally {
  await Promise.all(lanes.map((lane) => lane.end()));
}

/** Without a fault nothing may differ, or everything would count as seen. */
async function checkSound(all: readonly Lane[]): Promise<void> {
  for (const { steps, how } of await Promise.all(all.map((lane) => lane.try(sources)))) {
    if (how !== "") throw new Error(`the kernel as it is differs from the model: ${how}`);
    console.error(`the kernel as it is: nothing after ${steps} steps`);
  }
}

async function runAll(all: readonly Lane[], faults: readonly Fault[]): Promise<Line[]> {
  const lines: Line[] = [];
  const queue = [...faults];
  const work = async (lane: Lane): Promise<void> => {
    for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) {
      const line = await tried(lane, fault);
      lines.push(line);
      if (!values.json) console.log(textOf(line));
    }
  };
  await Promise.all(all.map(work));
  return lines;
}

async function tried(lane: Lane, fault: Fault): Promise<Line> {
  try {
    return { fault, verdict: await lane.try(sources, fault) };
  } catch (error) {
    return { fault, verdict: { steps: 0, how: "" }, wrong: String(error) };
  }
}

function textOf({ fault, verdict, wrong }: Line): string {
  if (wrong !== undefined) return `WRONG  ${wrong}`;
  const result = verdict.how === "" ? "MISSED" : "seen  ";
  const steps = `${verdict.steps}`.padStart(7);
  return `${result} ${steps} steps  ${fault.file.padEnd(14)} ${fault.what}`;
}
