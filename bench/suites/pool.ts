/**
 * What do two workers bring, beside one kernel thread?
 *
 * One side runs batches of 64 Ki readings on this thread; the other gives the same batches to two shards, each with its
 * own memory, through the pool, one batch a shard in flight as in the engine. Putting a batch where the kernel reads it and
 * packing what was rated are counted on both. 1 would mean that the second core is had for nothing; what the pool costs shows, and what the cores
 * take from each other's memory. All three states must be the same at the end of a round.
 */
import { assetPath } from "../../engine/contract/assets.ts";
import { type Pool, startPool } from "../../engine/core/pool.ts";
import { loadKernel } from "../../kernel-as/kernel.ts";
import { interleave, type Side, timed } from "../harness/rounds.ts";
import { ratioOf } from "../harness/spread.ts";
import { noOutcome, type Outcome, type SuiteOptions } from "../harness/suite.ts";
import { stateOf } from "../kernel/digest.ts";
import { Meters } from "../kernel/meters.ts";
import { Shard } from "../kernel/shard.ts";

const WORKERS = 2;
const STEP_S = 600;
const LEAST_WH = 100;
/** Rounds until the workers' kernels are compiled for speed. */
const WARM_UP = 4;

/** Runs the suite. */
export async function poolSuite(options: SuiteOptions): Promise<Outcome> {
  const accounts = options.quick ? 131_072 : 524_288;
  const steps = options.quick ? 4 : 8;
  options.say(`pool: opening ${1 + WORKERS} × ${accounts} accounts`);
  const binary = assetPath("dist/wasm/kernel.wasm");
  const alone = new Shard(binary, accounts);
  const shards = Array.from({ length: WORKERS }, () => new Shard(binary, accounts));
  const pool = await startPool(
    loadKernel(),
    shards.map(({ memory }) => memory),
    WORKERS,
  );
  const meters = new Meters(alone);
  let atS = Shard.beginS;
  const next = (): Buffer[] => {
    atS += STEP_S;
    return meters.snapshots(atS, LEAST_WH).batches;
  };
  const made = { round: Number.NaN, batches: [] as Buffer[] };
  const batchesOf = (round: number): Buffer[] => {
    if (made.round !== round) made.batches = Array.from({ length: steps }, next).flat();
    made.round = round;
    return made.batches;
  };
  try {
    const sides = [
      poolSide(pool, shards, batchesOf, accounts * steps),
      aloneSide(alone, batchesOf, accounts * steps),
    ];
    options.say(`pool: row 4, ${options.rounds} rounds`);
    const [ours, one] = await interleave(sides, options.rounds, WARM_UP);
    if (ours === undefined || one === undefined) throw new Error("no round was run");
    const twice = one.rates.map((rate) => rate * WORKERS);
    const notes = [`${accounts} accounts a shard, batches of 64 Ki readings`];
    return {
      ...noOutcome(),
      measured: [{ row: "4", value: ratioOf(ours.rates, twice), sides: [ours, one], notes }],
    };
  } finally {
    await pool.close();
  }
}

type BatchesOf = (round: number) => readonly Buffer[];

function poolSide(
  pool: Pool,
  shards: readonly Shard[],
  batchesOf: BatchesOf,
  readings: number,
): Side {
  return {
    name: `pool of ${shards.length} workers`,
    unit: "readings",
    run: async (round) => {
      const batches = batchesOf(round);
      const sample = await timed(async () => {
        await Promise.all(
          shards.map(async (shard, index) => {
            for (const batch of batches) {
              shard.restore(batch);
              await pool.apply({ shard: index, end: shard.end, isQuick: false }, () => {});
            }
          }),
        );
        return readings * shards.length;
      });
      const checks = new Set(shards.map(checkOf));
      return { ...sample, check: [...checks].join(" and ") };
    },
  };
}

function aloneSide(shard: Shard, batchesOf: BatchesOf, readings: number): Side {
  return {
    name: "one kernel thread",
    unit: "readings",
    run: async (round) => {
      const batches = batchesOf(round);
      const sample = await timed(async () => {
        for (const batch of batches) {
          shard.restore(batch);
          shard.runAsWorker();
        }
        return readings;
      });
      return { ...sample, check: checkOf(shard) };
    },
  };
}

function checkOf({ view, accounts }: Shard): string {
  const { sum, crc } = stateOf(view, accounts);
  return `balances ${sum}, state ${crc}`;
}
