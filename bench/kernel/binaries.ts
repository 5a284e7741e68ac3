/**
 * How many nanoseconds does the kernel take for a reading that needs nothing special?
 *
 * Frames of 1 000 meters, one reading each, over 100 000 accounts, on one thread; encoding and copying frames in is not
 * counted. `node --import tsx bench/kernel/binaries.ts [kernel.wasm …]` measures each binary in turn, interleaved, and
 * prints for each the least, median and most of the rounds: "same day" is the common path alone, "across midnight" a round
 * of readings that all cross a boundary of the price list. The sum of balances must be the same for all.
 */
import { HOT_BALANCE, HOT_BASE, HOT_BYTES } from "../../kernel-as/assembly/layout.ts";
import { spreadOf } from "../harness/spread.ts";
import { Shard } from "./shard.ts";

const ACCOUNTS = 100_000;
const METERS = 1_000;
/** Readings of one call; more would have to be taken out in between. */
const FRAMES = 50;
const ROUNDS = 20;
const STEP_S = 600;
const USED_WH = 100;
const DAY_S = 86_400;

type Side = { name: string; shard: Shard; atS: number; register: number; ns: number[] };

const binaries = process.argv.slice(2);
const sides = (binaries.length > 0 ? binaries : ["dist/wasm/kernel.wasm"]).map(sideOf);
for (const side of sides) round(side);
for (let i = 0; i < ROUNDS; i++) for (const side of sides) side.ns.push(round(side));
for (const side of sides) say(side, "same day");
for (const side of sides) {
  side.ns = [];
  for (let day = 1; day <= ROUNDS; day++) {
    side.atS = Shard.beginS + day * DAY_S - 2 * STEP_S;
    round(side);
    side.ns.push(round(side));
  }
  say(side, "across midnight");
}

function sideOf(name: string): Side {
  const shard = new Shard(name, ACCOUNTS);
  return { name, shard, atS: Shard.beginS, register: 0, ns: [] };
}

/** A reading of every account; gives nanoseconds a reading. */
function round(side: Side): number {
  side.atS += STEP_S;
  side.register += USED_WH;
  let ns = 0;
  for (let first = 0; first < ACCOUNTS; first += METERS * FRAMES) {
    for (let i = 0; i < FRAMES; i++)
      side.shard.snapshot(first + i * METERS, METERS, side.atS, side.register);
    ns += side.shard.run();
  }
  return ns / ACCOUNTS;
}

function say({ name, shard, ns }: Side, what: string): void {
  const { min, median, max } = spreadOf(ns);
  const figures = [min, median, max].map((each) => each.toFixed(1)).join(" / ");
  console.log(
    `${name}: ${what} ${figures} ns a reading (least / median / most), sum ${sumOf(shard)}`,
  );
}

function sumOf({ view }: Shard): bigint {
  let sum = 0n;
  for (let slot = 0; slot < ACCOUNTS; slot++)
    sum += view.getBigInt64(HOT_BASE + slot * HOT_BYTES + HOT_BALANCE, true);
  return sum;
}
