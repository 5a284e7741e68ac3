/**
 * What does it cost that everything acknowledged is on disk?
 *
 * Two engines of the same accounts take the same readings in turn, in one process: one journals and syncs, of the other's
 * journal nothing is written. In each turn 20 readings of every account wait from the start, so that what counts is how
 * much passes, not how long one sync takes. Prints readings a second of both (medians) and their ratio: 1 would mean that the
 * journal is free, the aim is at least 0.8. Look at the spread before believing a small difference; a busy machine
 * shows in it.
 *
 *     node --import tsx bench/engine/journal.ts [accounts, 200 000] [turns, 8] [shards, 16]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Disk } from "../../engine/contract/disk.ts";
import { nodeDisk } from "../../engine/contract/node-disk.ts";
import { spreadOf } from "../harness/spread.ts";
import { Fleet } from "./fleet.ts";

const [accountsText = "200000", turnsText = "8", shardsText = "16"] = process.argv.slice(2);
const accounts = Number(accountsText);
const shards = Number(shardsText);
/** Readings of an account in a turn. */
const ROUNDS = 20;
const FRAME_METERS = 1_000;
/** Turns that are not counted: code is compiled and memory touched in them. */
const WARM_UP = 2;

/** The real disk, but nothing is written to files that are open for it. */
const idleDisk: Disk = {
  ...nodeDisk,
  open: async (path, mode) => {
    const file = await nodeDisk.open(path, mode);
    if (!isIdle) return file;
    return { ...file, write: async () => {}, datasync: async () => {} };
  },
};
let isIdle = false;

const folder = mkdtempSync(join(tmpdir(), "drawdown-bench-"));
const open = (name: string, disk: Disk): Promise<Fleet> =>
  Fleet.open({ disk, folder: join(folder, name), shards, accounts, workers: 2 });
const on = await open("on", nodeDisk);
isIdle = true;
const off = await open("off", idleDisk);
for (const fleet of [on, off]) await fleet.openAccounts(true);

const rates: Record<"on" | "off", number[]> = { on: [], off: [] };
for (let turn = 0; turn < Number(turnsText) + WARM_UP; turn++) {
  const frames = on.frames.snapshots(ROUNDS, FRAME_METERS);
  const count = ROUNDS * shards * on.accountsOfShard;
  // Each is first as often as the other.
  for (const name of turn % 2 === 0 ? (["on", "off"] as const) : (["off", "on"] as const)) {
    const begun = performance.now();
    await (name === "on" ? on : off).send(frames);
    const rate = count / ((performance.now() - begun) / 1_000);
    if (turn >= WARM_UP) rates[name].push(rate);
  }
}
const { syncs, bytes } = on.engine.journal.figures;
await on.engine.close();
await off.engine.close();
rmSync(folder, { recursive: true, force: true });

const million = (rate: number): string => (rate / 1e6).toFixed(2);
for (const name of ["on", "off"] as const) {
  const { min, median, max } = spreadOf(rates[name]);
  console.log(
    `journal ${name}: ${million(min)} / ${million(median)} / ${million(max)} M readings/s (least / median / most)`,
  );
}
console.log(`ratio ${(spreadOf(rates.on).median / spreadOf(rates.off).median).toFixed(2)}`);
console.log(`${syncs} syncs, ${(bytes / 1e6).toFixed(0)} MB journalled`);
process.exit(0);
