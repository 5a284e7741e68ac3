/**
 * How fast is it, and compared with what? Runs the suites that are named, or all.
 *
 *     npm run bench -- [suite …] [--quick] [--large] [--rounds N] [--minutes N] [--json FILE] [--publish] [--floors]
 *
 * `--publish` keeps what was found in bench/RESULTS.md and beside it, `--json` writes it to a file as data. `--floors` ends
 * with 1 when a floor is missed by more than the margin for noisy machines. Standard output has the report; progress goes to
 * standard error. Ends with 1 when a comparison could not be trusted or something failed, with 2 on wrong use.
 */
import { existsSync, writeFileSync } from "node:fs";
import { inspect, parseArgs } from "node:util";
import { assetPath } from "../engine/contract/assets.ts";
import { dataOf, missedFloors, reportOf } from "./harness/report.ts";
import { ROUNDS_MIN } from "./harness/rounds.ts";
import { noOutcome, type Outcome, type SuiteOptions } from "./harness/suite.ts";
import { keepResults } from "./results/keep.ts";
import { settingOf } from "./results/machine.ts";
import { ALL_SUITES, SUITES } from "./suites.ts";

const USAGE = `npm run bench -- [${Object.keys(SUITES).join(" | ")} …] [--quick] [--large] [--rounds N, at least ${ROUNDS_MIN}] [--minutes N] [--json FILE] [--publish] [--floors]`;
const ROUNDS = 7;

/** What a figure may miss its floor by where floors are checked: noise of a shared machine. */
const FLOOR_MARGIN = 0.25;
const KERNEL = "dist/wasm/kernel.wasm";

const { names, output, options } = argumentsOf(process.argv.slice(2));
if (!existsSync(assetPath(KERNEL))) {
  console.error(`${KERNEL} is not there: npm run build`);
  process.exit(2);
}
const outcome = noOutcome();
const found: Parameters<typeof keepResults>[0][number][] = [];
const failed: string[] = [];
for (const suite of names) {
  try {
    const part = await runSuite(suite, options);
    found.push({ suite, isQuick: options.quick, outcome: part });
    add(outcome, part);
  } catch (error) {
    // What the other suites find is not to be lost.
    failed.push(`${suite} failed: ${inspect(error)}`);
  }
}
console.log(reportOf(outcome).join("\n"));
if (output.json !== "")
  writeFileSync(output.json, `${JSON.stringify(dataOf(outcome, settingOf()), null, 2)}\n`);
if (output.publish) keepResults(found);
const missed = output.floors ? missedFloors(outcome, FLOOR_MARGIN) : [];
const wrong = [...failed, ...outcome.faults, ...missed];
for (const line of wrong) console.error(line);
process.exit(wrong.length > 0 ? 1 : 0);

async function runSuite(name: string, given: SuiteOptions): Promise<Outcome> {
  const suite = await SUITES[name]?.();
  if (suite === undefined) throw new Error(`no suite ${name}`);
  const begun = performance.now();
  const found = await suite(given);
  given.say(`${name}: done in ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
  return found;
}

function add(whole: Outcome, part: Outcome): void {
  whole.measured.push(...part.measured);
  whole.skipped.push(...part.skipped);
  whole.charts.push(...part.charts);
  whole.tables.push(...part.tables);
  whole.faults.push(...part.faults);
}

type Arguments = {
  names: string[];
  output: { json: string; publish: boolean; floors: boolean };
  options: SuiteOptions;
};

function argumentsOf(given: string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: given,
      allowPositionals: true,
      options: {
        quick: { type: "boolean", default: false },
        large: { type: "boolean", default: false },
        json: { type: "string", default: "" },
        publish: { type: "boolean", default: false },
        floors: { type: "boolean", default: false },
        rounds: { type: "string", default: "" },
        minutes: { type: "string", default: "1" },
      },
    });
    const { quick, large, json, publish, floors } = values;
    const rounds = Number(values.rounds || (quick ? ROUNDS_MIN : ROUNDS));
    const minutes = Number(values.minutes);
    if (!(rounds >= ROUNDS_MIN) || !(minutes > 0)) throw new Error("a number is out of its range");
    const unknown = positionals.find((name) => !(name in SUITES));
    if (unknown !== undefined) throw new Error(`there is no suite "${unknown}"`);
    const names = positionals.length > 0 ? positionals : [...ALL_SUITES];
    const say = (line: string): void => console.error(line);
    return {
      names,
      output: { json, publish, floors },
      options: { quick, large, rounds, minutes, say },
    };
  } catch (error) {
    console.error(`${(error as Error).message}: ${USAGE}`);
    process.exit(2);
  }
}
