/**
 * How fast is it, and compared with what? Runs the suites that are named, or all.
 *
 *     npm run bench -- [suite …] [--quick] [--large] [--rounds N] [--minutes N] [--json]
 *
 * Standard output has the report; progress goes to standard error. Ends with 1 when a comparison could not be trusted or
 * something failed, with 2 on wrong use.
 */
import { parseArgs } from "node:util";
import { dataOf, reportOf } from "./harness/report.ts";
import { ROUNDS_MIN } from "./harness/rounds.ts";
import { noOutcome, type Outcome, type SuiteOptions } from "./harness/suite.ts";
import { SUITES } from "./suites.ts";

const USAGE = `npm run bench -- [${Object.keys(SUITES).join(" | ")} …] [--quick] [--large] [--rounds N, at least ${ROUNDS_MIN}] [--minutes N] [--json]`;
const ROUNDS = 7;

const { names, isJson, options } = argumentsOf(process.argv.slice(2));
const outcome = noOutcome();
for (const name of names) add(outcome, await runSuite(name, options));
console.log(isJson ? JSON.stringify(dataOf(outcome), null, 2) : reportOf(outcome).join("\n"));
process.exit(0);

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
}

function argumentsOf(given: string[]): { names: string[]; isJson: boolean; options: SuiteOptions } {
  try {
    const { values, positionals } = parseArgs({
      args: given,
      allowPositionals: true,
      options: {
        quick: { type: "boolean", default: false },
        large: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        rounds: { type: "string", default: "" },
        minutes: { type: "string", default: "1" },
      },
    });
    const { quick, large } = values;
    const rounds = Number(values.rounds || (quick ? ROUNDS_MIN : ROUNDS));
    const minutes = Number(values.minutes);
    if (!(rounds >= ROUNDS_MIN) || !(minutes > 0)) throw new Error("a number is out of its range");
    const unknown = positionals.find((name) => !(name in SUITES));
    if (unknown !== undefined) throw new Error(`there is no suite "${unknown}"`);
    const names = positionals.length > 0 ? positionals : Object.keys(SUITES);
    const say = (line: string): void => console.error(line);
    return { names, isJson: values.json, options: { quick, large, rounds, minutes, say } };
  } catch (error) {
    console.error(`${(error as Error).message}: ${USAGE}`);
    process.exit(2);
  }
}
