/**
 * Does speed stay the same with more accounts, and with more shards?
 *
 * An engine over the real disk, without a broker: frames of 1 000 meters wait from the start, and are checked, decoded, rated,
 * journalled, synced and acknowledged. First the accounts grow, in 16 shards; then the shards, with the same accounts. Ten
 * million accounts are opened only with `--large`: that takes a quarter of an hour.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeDisk } from "../../engine/contract/node-disk.ts";
import { Fleet } from "../engine/fleet.ts";
import { balanceSumAt } from "../engine/fleet-frames.ts";
import { short } from "../harness/format.ts";
import { interleave, timed } from "../harness/rounds.ts";
import { type Spread, spreadOf } from "../harness/spread.ts";
import { type Line, noOutcome, type Outcome, type SuiteOptions } from "../harness/suite.ts";

const WORKERS = 2;
const FRAME_METERS = 1_000;
/** Frames that a shard takes at a time at most. */
const FRAMES_MAX = 4_000;

/** Runs the suite. */
export async function scaleSuite(options: SuiteOptions): Promise<Outcome> {
  const { quick, large } = options;
  const outcome = noOutcome();
  const fixed = quick ? 20_000 : 200_000;
  const counts = quick ? [10_000, 40_000] : [10_000, 100_000, 1_000_000];
  const byAccounts = [...counts, ...(large ? [10_000_000] : [])].map((accounts) => ({
    accounts,
    shards: accounts < 1_000_000 ? 16 : 64,
  }));
  const byShards = (quick ? [1, 16] : [1, 4, 16, 64]).map((shards) => ({
    accounts: fixed,
    shards,
  }));
  await measure("accounts", byAccounts, options, outcome);
  await measure("shards", byShards, options, outcome);
  return outcome;
}

type Size = { accounts: number; shards: number };

async function measure(
  by: keyof Size,
  sizes: readonly Size[],
  options: SuiteOptions,
  outcome: Outcome,
): Promise<void> {
  const line: Line = { name: "readings journalled and rated", points: [] };
  const lines: string[][] = [];
  for (const size of sizes) {
    options.say(`scale: ${size.accounts} accounts in ${size.shards} shards`);
    const rate = await rateOf(size, options);
    line.points.push({ x: size[by], y: rate });
    lines.push([size.accounts, size.shards, short(rate.median)].map(String));
  }
  const title = `An engine by number of ${by}, without a broker (medians)`;
  outcome.tables.push({ title, head: ["accounts", "shards", "readings/s"], lines });
  outcome.charts.push({
    file: `scale-by-${by}`,
    title: `Readings a second by number of ${by}`,
    x: { label: by, isLog: true },
    y: { label: "readings a second", isLog: false },
    lines: [line],
  });
}

async function rateOf(
  { accounts, shards }: Size,
  { quick, rounds }: SuiteOptions,
): Promise<Spread> {
  const folder = mkdtempSync(join(tmpdir(), "drawdown-bench-"));
  const fleet = await Fleet.open({ disk: nodeDisk, folder, shards, accounts, workers: WORKERS });
  try {
    await fleet.openAccounts(true);
    await fleet.send(fleet.frames.snapshots(1, FRAME_METERS));
    const framesAStep = Math.ceil(fleet.accountsOfShard / FRAME_METERS);
    const wanted = Math.ceil((quick ? 200_000 : 2_000_000) / accounts);
    const steps = Math.max(1, Math.min(wanted, Math.floor(FRAMES_MAX / framesAStep)));
    const run = async () => {
      const set = fleet.frames.snapshots(steps, FRAME_METERS);
      const sample = await timed(async () => {
        await fleet.send(set);
        return set.readings;
      });
      const expected = balanceSumAt(fleet.accountsOfShard * shards, fleet.frames.nextStep - 1);
      const sum = fleet.balanceSum();
      if (sum !== expected) throw new Error(`balances come to ${sum} in place of ${expected}`);
      return sample;
    };
    const [side] = await interleave([{ name: "engine", unit: "readings", run }], rounds);
    return spreadOf(side?.rates ?? []);
  } finally {
    await fleet.engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
