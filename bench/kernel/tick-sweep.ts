/**
 * How long does a tick take over a million accounts that have nothing due?
 *
 * One shard of 1 048 576 open and paid accounts; then ticks a minute apart, on one thread, within a day. Prints the
 * least, median and most milliseconds of a sweep; the aim is under 30. `node --import tsx bench/kernel/tick-sweep.ts [kernel.wasm]`.
 */
import { SLOTS_MAX } from "../../kernel-as/assembly/layout.ts";
import { spreadOf } from "../harness/spread.ts";
import { Shard } from "./shard.ts";

const ROUNDS = 50;
const STEP_S = 60;

const shard = new Shard(process.argv[2] ?? "dist/wasm/kernel.wasm", SLOTS_MAX);
let atS = Shard.beginS;
sweep();
const { min, median, max } = spreadOf(Array.from({ length: ROUNDS }, sweep));
console.log(
  `${SLOTS_MAX} idle accounts: ${min.toFixed(2)} / ${median.toFixed(2)} / ${max.toFixed(2)} ms a tick ` +
    `(least / median / most)`,
);

function sweep(): number {
  atS += STEP_S;
  shard.tick(atS);
  return shard.run() / 1e6;
}
