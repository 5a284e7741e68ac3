/**
 * How long is an engine away after it was killed, and how much memory does an account take?
 *
 * A process opens accounts, saves them, journals ten readings of each behind the snapshots, and is killed (SIGKILL) with
 * nothing saved. In each round a fresh process recovers, must have the right sum of balances, and is killed in its turn;
 * another opens an engine without accounts. Memory: what the one has resident more than the other. Seconds are all
 * seconds with a million accounts; with fewer, those that the accounts take, worked up to a million.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROUNDS_MIN } from "../harness/rounds.ts";
import { spreadOf } from "../harness/spread.ts";
import { noOutcome, type Outcome, type SuiteOptions } from "../harness/suite.ts";
import { tied } from "../harness/tied.ts";
import type { Told } from "../recovery/child.ts";

const CHILD = fileURLToPath(new URL("../recovery/child.ts", import.meta.url));
/** Readings of each account that are in the journal and in no snapshot. */
const STEPS = 10;

/** Runs the suite. */
export async function recoverySuite(options: SuiteOptions): Promise<Outcome> {
  const { quick, large, say } = options;
  const outcome = noOutcome();
  const sizes = quick ? [50_000] : [10_000, 100_000, 1_000_000, ...(large ? [10_000_000] : [])];
  const lines: string[][] = [];
  const points = [];
  for (const accounts of sizes) {
    say(`recovery: ${accounts} accounts`);
    const { seconds, emptySeconds, bytes, pauses } = await recoverings(accounts, options);
    const { median } = spreadOf(seconds);
    const wait = spreadOf(pauses);
    const waits = `${wait.median.toFixed(1)} (${wait.max.toFixed(1)})`;
    lines.push([String(accounts), median.toFixed(2), spreadOf(bytes).median.toFixed(0), waits]);
    points.push({ x: accounts, y: spreadOf(seconds) });
    // A million is what the rows ask for; fewer stand in for it where time is short.
    if (accounts > 1_000_000) continue;
    outcome.measured = [
      {
        row: "12a",
        value: spreadOf(
          accounts < 1_000_000
            ? seconds.map((each, i) => ((each - (emptySeconds[i] ?? 0)) * 1e6) / accounts)
            : seconds,
        ),
        sides: [],
        notes: [
          `${accounts} accounts, ${STEPS} readings of each behind the snapshots; ` +
            `${spreadOf(emptySeconds).median.toFixed(2)} s without accounts`,
        ],
      },
      { row: "12b", value: spreadOf(bytes), sides: [], notes: [`${accounts} accounts`] },
    ];
  }
  outcome.tables.push({
    title: "Recovery by number of accounts (medians)",
    head: [
      "accounts",
      "seconds",
      "bytes an account",
      "ms that a shard waits for its snapshot (most)",
    ],
    lines,
  });
  outcome.charts.push({
    file: "recovery-by-accounts",
    title: `Recovery after kill -9, ${STEPS} readings an account behind the snapshots`,
    x: { label: "accounts", isLog: true },
    y: { label: "seconds", isLog: true },
    lines: [{ name: "kill -9 to ready", points }],
  });
  return outcome;
}

type Recoverings = { seconds: number[]; emptySeconds: number[]; bytes: number[]; pauses: number[] };

async function recoverings(
  accounts: number,
  { quick, rounds }: SuiteOptions,
): Promise<Recoverings> {
  const folder = mkdtempSync(join(tmpdir(), "drawdown-bench-"));
  const shards = quick ? 8 : 64;
  const args = [join(folder, "engine"), accounts, shards, STEPS].map(String);
  try {
    const { pausesMs } = await lifeOf(["fill", ...args]);
    const found: Recoverings = { seconds: [], emptySeconds: [], bytes: [], pauses: pausesMs };
    // Ten million take minutes each time.
    const times = accounts > 1_000_000 ? ROUNDS_MIN : rounds;
    for (let round = 0; round < times; round++) {
      const told = await lifeOf(["recover", ...args]);
      const none = [join(folder, `empty-${round}`), 0, shards, STEPS].map(String);
      const empty = await lifeOf(["recover", ...none]);
      found.seconds.push(told.openSeconds);
      found.emptySeconds.push(empty.openSeconds);
      found.bytes.push((told.rss - empty.rss) / told.accounts);
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lets a process do its work, checks its balances, and kills it. */
async function lifeOf(args: readonly string[]): Promise<Told> {
  const child = tied(fork(CHILD, args, { execArgv: process.execArgv }));
  try {
    const told = await Promise.race([message(child), endOf(child)]);
    if (told.sum !== told.expected)
      throw new Error(`recovered balances come to ${told.sum} in place of ${told.expected}`);
    return told;
  } finally {
    child.kill("SIGKILL");
  }
}

async function message(child: ChildProcess): Promise<Told> {
  const [told] = (await once(child, "message")) as [Told];
  return told;
}

async function endOf(child: ChildProcess): Promise<never> {
  const [code] = await once(child, "exit");
  throw new Error(`the process ended by itself with ${code}`);
}
