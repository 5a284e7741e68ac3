/**
 * `drawdown simulate`: a whole installation in one thread, with what goes wrong in it, by seeds.
 */
import { createHash } from "node:crypto";
import { parseFlags, UsageError } from "../commands/rating-options.ts";
import type { CommandIo } from "../host/command-io.ts";
import { countsOf, openStage, runSeed, type SeedResult, type Stage, shorten } from "./simulate.ts";
import type { FaultKind } from "./world/faults.ts";

const USAGE = "drawdown simulate [--seed N] [--seeds N] [--minutes N] [--json]";
const SEEDS = 20;
const MINUTES = 2;
/** Most seeds of one run. */
export const SEEDS_MAX = 1_000_000;
/** Longest time of one seed. */
export const MINUTES_MAX = 1_440;
const SEED_MAX = 0xffff_ffff;
const MS_PER_S = 1_000;

const FLAGS = {
  seed: { type: "string" },
  seeds: { type: "string" },
  minutes: { type: "string" },
  json: { type: "boolean" },
} as const;

/** What the command prints as JSON. `digest` stands for everything that happened. */
export type SimulationReport = {
  seeds: number;
  faults: Record<FaultKind, number>;
  readings: number;
  commands: number;
  vends: number;
  violations: number;
  simulated_s: number;
  wall_s: number;
  speed: number;
  digest: string;
};

/** Runs the command; gives the exit code: 1 where a promise was broken. Throws a UsageError. */
export async function simulateCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const values = parseFlags(argv, FLAGS, USAGE);
  const first = numberOf(values["seed"], "--seed", SEED_MAX);
  const seeds =
    numberOf(values["seeds"], "--seeds", SEEDS_MAX) ?? (first === undefined ? SEEDS : 1);
  const minutes = numberOf(values["minutes"], "--minutes", MINUTES_MAX) ?? MINUTES;
  const isTerminal = process.stderr.isTTY === true;
  const stage = await openStage();
  const started = performance.now();
  const results: SeedResult[] = [];
  for (let at = 0; at < seeds; at++) {
    const options = { seed: ((first ?? 1) + at) >>> 0, minutes };
    const result = await runSeed(stage, options);
    results.push(result);
    if (isTerminal) io.stderr.write(`\r${at + 1} of ${seeds} seeds`);
    if (result.violation !== undefined) io.stderr.write(await textOf(stage, options, result));
  }
  if (isTerminal) io.stderr.write("\r\u001b[K");
  const report = reportOf(results, performance.now() - started);
  io.stdout.write(values["json"] === true ? `${JSON.stringify(report)}\n` : lineOf(report));
  await stage.server.close();
  return report.violations === 0 ? 0 : 1;
}

function reportOf(results: readonly SeedResult[], wallMs: number): SimulationReport {
  const counts = new Map<FaultKind, number>();
  const digest = createHash("sha256");
  const sum = { readings: 0, commands: 0, vends: 0, simulatedMs: 0, violations: 0 };
  for (const result of results) {
    for (const [kind, times] of Object.entries(result.faults) as [FaultKind, number][])
      counts.set(kind, (counts.get(kind) ?? 0) + times);
    sum.readings += result.readings;
    sum.commands += result.commands;
    sum.vends += result.vends;
    sum.simulatedMs += result.simulatedMs;
    sum.violations += result.violation === undefined ? 0 : 1;
    digest.update(result.digest);
  }
  return {
    seeds: results.length,
    faults: countsOf(counts),
    readings: sum.readings,
    commands: sum.commands,
    vends: sum.vends,
    violations: sum.violations,
    simulated_s: Math.round(sum.simulatedMs / MS_PER_S),
    wall_s: Math.round(wallMs) / MS_PER_S,
    speed: Math.round(sum.simulatedMs / wallMs),
    digest: digest.digest("hex"),
  };
}

function lineOf(report: SimulationReport): string {
  const { seeds, readings, commands, vends, violations, simulated_s, wall_s, speed } = report;
  const faults = Object.entries(report.faults).map(([kind, times]) => `  ${kind} ${times}`);
  const summary = `${seeds} seeds with ${readings} readings, ${commands} commands and ${vends} vends: ${violations} violations`;
  return `${summary} (${simulated_s} s in ${wall_s} s, ${speed} times as fast)\n${faults.join("\n")}\n`;
}

/** The violation, how to repeat it, and the shortest story of it. */
async function textOf(
  stage: Stage,
  options: { seed: number; minutes: number },
  found: SeedResult,
): Promise<string> {
  const shortest = await shorten(stage, options, found);
  const { seed, minutes } = options;
  return [
    `seed ${seed} broke "${found.violation?.promise}": ${found.violation?.text}`,
    `repeat it: drawdown simulate --seed ${seed} --minutes ${minutes}`,
    `with ${shortest.mishaps.length} of its ${found.mishaps.length} mishaps: ${shortest.violation?.text}`,
    ...shortest.story.map((line) => `  ${line}`),
    "",
  ].join("\n");
}

function numberOf(value: unknown, flag: string, most: number): number | undefined {
  if (value === undefined) return undefined;
  const number = typeof value === "string" && /^\d{1,10}$/.test(value) ? Number(value) : -1;
  if (number >= (flag === "--seed" ? 0 : 1) && number <= most) return number;
  throw new UsageError(`${flag} must be a whole number up to ${most}; usage: ${USAGE}`);
}
