/**
 * How fast is the kernel, beside the same algorithm in C and beside the machine's memory?
 *
 * Rows 1 and 2: both sides take the same batches of 64 Ki readings in turn, on one thread, and must leave the same rows
 * and the same state, byte for byte. Making the frames is not counted, nor is putting them where they are read.
 * Row 3: bytes of accounts, rows and frames that the kernel moved a second, by what memcpy moves (read and written both
 * count). The accounts do not fit the caches.
 */
import { assetPath } from "../../engine/contract/assets.ts";
import { SLOTS_MAX } from "../../kernel-as/assembly/layout.ts";
import { interleave, type SideResult, timesAsFast } from "../harness/rounds.ts";
import { SkipError } from "../harness/skip.ts";
import { ratioOf } from "../harness/spread.ts";
import { noOutcome, type Outcome, type SuiteOptions } from "../harness/suite.ts";
import { type Batches, Meters } from "../kernel/meters.ts";
import { Shard } from "../kernel/shard.ts";
import { kernelSide, memcpySide, peerSide, TOUCHED_BYTES } from "../kernel/sides.ts";
import { KernelPeer, PEER_FLAGS } from "../peers/kernel-peer.ts";

const SNAPSHOT_S = 600;
const PROFILE_READINGS = 48;
const PROFILE_S = 1_800;
const LEAST_WH = 100;
/** Rounds before those that count: the engine compiles the kernel's functions for speed once they have run for a while. */
const WARM_UP = 4;

/** Runs the suite. */
export async function kernelSuite(options: SuiteOptions): Promise<Outcome> {
  const outcome = noOutcome();
  await snapshots(options, outcome);
  await profiles(options, outcome);
  return outcome;
}

/** Rows 1 and 3: the common path, a reading of every account a round, all within a day. */
async function snapshots(options: SuiteOptions, outcome: Outcome): Promise<void> {
  const accounts = options.quick ? 131_072 : SLOTS_MAX;
  const { shard, meters } = world(accounts, options);
  let atS = Shard.beginS;
  const next = (): Batches => {
    atS += SNAPSHOT_S;
    return meters.snapshots(atS, LEAST_WH);
  };
  const { kernel, peer, memcpy } = await race(shard, next, options, outcome, "1");
  outcome.measured.push({
    row: "3",
    value: ratioOf(
      kernel.rates.map((rate) => rate * TOUCHED_BYTES),
      memcpy.rates,
    ),
    byCpu: ratioOf(
      kernel.cpuMicros.map((micros) => TOUCHED_BYTES / micros),
      memcpy.cpuMicros.map((micros) => 1 / micros),
    ),
    sides: [kernel, memcpy],
    notes: [
      `a reading touches ${TOUCHED_BYTES} bytes: an account's line read and written, and a row`,
      `${accounts} accounts of 64 bytes; memcpy of 64 MiB, its bytes counted as read and as written`,
    ],
  });
  if (peer === undefined) return;
  outcome.measured.push({
    row: "1",
    value: timesAsFast(kernel, peer),
    byCpu: ratioOf(peer.cpuMicros, kernel.cpuMicros),
    sides: [kernel, peer],
    notes: [`${accounts} accounts; frames of 1 000 meters; cc ${PEER_FLAGS.join(" ")}`],
  });
}

/** Row 2: a day of half hours of every account a round. Each profile crosses one midnight. */
async function profiles(options: SuiteOptions, outcome: Outcome): Promise<void> {
  const accounts = options.quick ? 8_192 : 65_536;
  const { shard, meters } = world(accounts, options);
  let atS = Shard.beginS;
  const next = (): Batches => {
    const baseS = atS + PROFILE_S;
    atS += PROFILE_READINGS * PROFILE_S;
    return meters.profiles(baseS, PROFILE_S, PROFILE_READINGS, LEAST_WH);
  };
  const { kernel, peer } = await race(shard, next, options, outcome, "2");
  if (peer === undefined) return;
  outcome.measured.push({
    row: "2",
    value: timesAsFast(kernel, peer),
    byCpu: ratioOf(peer.cpuMicros, kernel.cpuMicros),
    sides: [kernel, peer],
    notes: [`${accounts} accounts; frames of 32 meters, 48 half hours each; one midnight in each`],
  });
}

/** A shard whose accounts are open, paid and read once. */
function world(accounts: number, { say }: SuiteOptions): { shard: Shard; meters: Meters } {
  say(`kernel: opening ${accounts} accounts`);
  const shard = new Shard(assetPath("dist/wasm/kernel.wasm"), accounts);
  const meters = new Meters(shard);
  for (const batch of meters.snapshots(Shard.beginS, LEAST_WH).batches) {
    shard.restore(batch);
    shard.run();
  }
  return { shard, meters };
}

async function race(
  shard: Shard,
  next: () => Batches,
  options: SuiteOptions,
  outcome: Outcome,
  row: string,
): Promise<{ kernel: SideResult; peer: SideResult | undefined; memcpy: SideResult }> {
  const peer = await KernelPeer.start(shard).catch((error: unknown) => {
    if (!(error instanceof SkipError)) throw error;
    outcome.skipped.push({ row, reason: error.message });
    return undefined;
  });
  // The sides of a round take the same batches.
  const made = { round: Number.NaN, batches: undefined as Batches | undefined };
  const batchesOf = (round: number): Batches => {
    if (made.batches === undefined || made.round !== round) made.batches = next();
    made.round = round;
    return made.batches;
  };
  try {
    const sides = [kernelSide(shard, batchesOf), memcpySide()];
    if (peer !== undefined) sides.push(peerSide(peer, batchesOf));
    options.say(`kernel: row ${row}, ${options.rounds} rounds`);
    const [kernel, memcpy, other] = await interleave(sides, options.rounds, WARM_UP);
    if (kernel === undefined || memcpy === undefined) throw new Error("no round was run");
    return { kernel, peer: other, memcpy };
  } finally {
    await peer?.stop();
  }
}
