/**
 * How long is an engine away after a crash, and how long does a shard wait for its snapshot?
 *
 * Opens accounts, saves them, then journals readings behind the snapshots; ends without saving, as a crash
 * does, and recovers in a fresh process. Prints seconds for each and the memory of the recovered process; `pause` is for
 * how long one shard waited for its copy (least / median / most of all shards; the first copies fill fresh memory). The readings must be accepted again from the journal, so seconds
 * of recovery rise with them; the aim is that a start after a crash takes less than a minute for a million accounts.
 *
 *     node --import tsx bench/engine/recovery.ts [accounts, 1 000 000] [readings behind the snapshot, 10 000 000] [shards, 64] [folder]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeDisk } from "../../engine/contract/node-disk.ts";
import { ImageRoom } from "../../engine/journal/image.ts";
import { spreadOf } from "../harness/spread.ts";
import { Fleet } from "./fleet.ts";

const [accountsText = "1000000", readingsText = "10000000", shardsText = "64", where] =
  process.argv.slice(2);
const shards = Number(shardsText);
/** Copies of each shard, for the pauses. */
const COPIES = 5;
const FRAME_METERS = 1_000;
const accounts = Number(accountsText);
const readings = Number(readingsText);
const options = { disk: nodeDisk, shards, accounts, workers: 2 };

if (process.env["FLEET_RECOVERS"] !== undefined) await recover(process.env["FLEET_RECOVERS"]);
else await measure(where ?? mkdtempSync(join(tmpdir(), "drawdown-bench-")));

async function measure(folder: string): Promise<void> {
  const pauses = timePauses();
  const fleet = await Fleet.open({ ...options, folder });
  const opened = await seconds(() => fleet.openAccounts(readings > 0));
  say(`${accounts} accounts opened in ${opened} s`);
  const saved = await seconds(() => fleet.engine.snapshot());
  say(`saved in ${saved} s, ${pauseOf(pauses)}`);
  pauses.length = 0;
  const again = await seconds(async () => {
    const room = new ImageRoom();
    for (let i = 0; i < COPIES; i++)
      for (const pump of fleet.engine.pumps.values()) await pump.image(room);
  });
  say(`copied again in ${again} s, ${pauseOf(pauses)} for ${fleet.accountsOfShard} accounts`);
  let sent = 0;
  const fed = await seconds(async () => {
    while (sent < readings) {
      const set = fleet.frames.snapshots(1, FRAME_METERS);
      await fleet.send(set);
      sent += set.readings;
    }
  });
  if (sent > 0) say(`${sent} readings journalled in ${fed} s, the making of frames included`);
  await fleet.engine.close();
  const child = fork(new URL(import.meta.url), process.argv.slice(2), {
    execArgv: process.execArgv,
    env: { ...process.env, FLEET_RECOVERS: folder },
  });
  await once(child, "exit");
  if (where === undefined) rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}

async function recover(folder: string): Promise<void> {
  let fleet: Fleet | undefined;
  const took = await seconds(async () => {
    fleet = await Fleet.open({ ...options, folder });
  });
  const rss = (process.memoryUsage().rss / 2 ** 30).toFixed(2);
  say(`${fleet?.engine.accounts()} accounts recovered in ${took} s, ${rss} GiB resident`);
  await fleet?.engine.close();
  process.exit(0);
}

/** Times every copy of a shard that is taken from here on, in milliseconds. */
function timePauses(): number[] {
  const pauses: number[] = [];
  const take = ImageRoom.prototype.take;
  ImageRoom.prototype.take = function (...given) {
    const begun = performance.now();
    const image = take.apply(this, given);
    pauses.push(performance.now() - begun);
    return image;
  };
  return pauses;
}

function pauseOf(pauses: readonly number[]): string {
  const { min, median, max } = spreadOf(pauses);
  return `pause ${min.toFixed(1)} / ${median.toFixed(1)} / ${max.toFixed(1)} ms`;
}

async function seconds(work: () => Promise<void>): Promise<string> {
  const begun = performance.now();
  await work();
  return ((performance.now() - begun) / 1_000).toFixed(2);
}

function say(line: string): void {
  console.log(line);
}
