/**
 * `drawdown torture`: a whole installation of real processes under load, killed and cut at random, against the clients'
 * own ledger.
 */
import { parseFlags, UsageError } from "../commands/rating-options.ts";
import type { CommandIo } from "../host/command-io.ts";
import { type TortureReport, torture, USUAL_SIZE } from "./torture.ts";

const USAGE = "drawdown torture [--cycles N] [--seconds S] [--seed S] [--json]";
const CYCLES = 10;
const SECONDS = 10;
/** Most cycles of one run: the load's clock reaches no further. */
export const TORTURE_CYCLES_MAX = 2_000;
const SECONDS_MAX = 120;
const SEED_MAX = 0xffff_ffff;

const FLAGS = {
  cycles: { type: "string" },
  seconds: { type: "string" },
  seed: { type: "string" },
  json: { type: "boolean" },
} as const;

/** Runs the command; gives the exit code: 1 where anything was lost, doubled or differs. Throws a UsageError. */
export async function tortureCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const values = parseFlags(argv, FLAGS, USAGE);
  const cycles = numberOf(values["cycles"], "--cycles", TORTURE_CYCLES_MAX) ?? CYCLES;
  const seconds = numberOf(values["seconds"], "--seconds", SECONDS_MAX) ?? SECONDS;
  const seed = numberOf(values["seed"], "--seed", SEED_MAX) ?? (Date.now() & SEED_MAX) >>> 0;
  const say = (line: string): void => void io.stderr.write(`${line}\n`);
  const report = await torture({ cycles, seconds, seed, size: USUAL_SIZE, env: io.env, say });
  if (values["json"] === true) io.stdout.write(`${JSON.stringify(report)}\n`);
  else io.stdout.write(textOf(report));
  if (report.folder !== undefined) io.stderr.write(`data and logs are kept in ${report.folder}\n`);
  return report.folder === undefined ? 0 : 1;
}

function numberOf(value: unknown, flag: string, most: number): number | undefined {
  if (value === undefined) return undefined;
  const number = typeof value === "string" && /^\d{1,10}$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= most) return number;
  throw new UsageError(`${flag} must be a whole number from 1 to ${most}; usage: ${USAGE}`);
}

function textOf(report: TortureReport): string {
  const recovery = Object.entries(report.recovery_ms).map(
    ([part, { count, p50, p99, max }]) =>
      `  ${part.padEnd(13)} ${count} times, p50 ${p50} ms, p99 ${p99} ms, longest ${max} ms`,
  );
  const faults = Object.entries(report.faults).map(([kind, many]) => `${kind} ${many}`);
  return [
    `${report.cycles} cycles in ${report.seconds} s (seed ${report.seed})`,
    `acknowledged readings ${report.acked_readings}, lost ${report.lost_readings}`,
    `acknowledged vends ${report.acked_vends}, lost ${report.lost_vends}, double ${report.double_vends}`,
    `balances that differ ${report.balance_mismatches}, accounts that differ in the store ${report.store_mismatches}`,
    ...report.other_faults.map((line) => `other: ${line}`),
    ...report.differences.map((line) => `  ${line}`),
    "until a killed part worked again:",
    ...recovery,
    `faults: ${faults.join(", ")}`,
    "",
  ].join("\n");
}
