/**
 * A process with an engine in it, to be killed: fills a folder, or recovers what lies there, and tells its parent.
 * Arguments: what to do, the folder, accounts, shards, readings of each account behind the snapshots.
 */
import { nodeDisk } from "../../engine/contract/node-disk.ts";
import { ImageRoom } from "../../engine/journal/image.ts";
import { Fleet } from "../engine/fleet.ts";
import { balanceSumAt } from "../engine/fleet-frames.ts";

/** What the process tells once it is done; it then waits to be killed. */
export type Told = {
  /** Seconds from nothing to an engine that takes inputs. */
  openSeconds: number;
  accounts: number;
  /** Bytes resident behind it. */
  rss: number;
  /** Sum of balances, and what it must be. */
  sum: string;
  expected: string;
  /** Milliseconds for which each shard waited for its image, when it was copied. */
  pausesMs: number[];
};

const FRAME_METERS = 1_000;
const WORKERS = 2;

const [mode, folder = "", accountsText, shardsText, stepsText] = process.argv.slice(2);
const accounts = Number(accountsText);
const shards = Number(shardsText);
const steps = Number(stepsText);
const begun = performance.now();
const fleet = await Fleet.open({ disk: nodeDisk, folder, shards, accounts, workers: WORKERS });
const openSeconds = (performance.now() - begun) / 1_000;
// Before the balances are looked at one by one, which leaves garbage behind.
const { rss } = process.memoryUsage();
const pausesMs = mode === "fill" ? await fill() : [];
const whole = fleet.accountsOfShard * shards;
const told: Told = {
  openSeconds,
  accounts: fleet.engine.accounts(),
  rss,
  sum: String(fleet.balanceSum()),
  expected: String(balanceSumAt(whole, steps)),
  pausesMs,
};
process.send?.(told);
setInterval(() => {}, 60_000);

/** Opens and pays all accounts, saves them, and journals readings behind the snapshots. */
async function fill(): Promise<number[]> {
  const pauses = timePauses();
  await fleet.openAccounts(true);
  await fleet.engine.snapshot();
  for (let step = 0; step <= steps; step++) {
    // As an engine does from time to time; what the last step gave is made again.
    await fleet.engine.notePublished();
    await fleet.send(fleet.frames.snapshots(1, FRAME_METERS));
  }
  return pauses;
}

/** Times every copy of a shard that is taken from here on, in milliseconds. */
function timePauses(): number[] {
  const pauses: number[] = [];
  const take = ImageRoom.prototype.take;
  ImageRoom.prototype.take = function (...given) {
    const from = performance.now();
    const image = take.apply(this, given);
    pauses.push(performance.now() - from);
    return image;
  };
  return pauses;
}
