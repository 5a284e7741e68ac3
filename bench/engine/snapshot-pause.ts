/**
 * How long does a snapshot hold up its shard?
 *
 * One shard of 150 000 open and paid accounts; the copy that the shard waits for, once as most accounts are and once with
 * what only some accounts need kept for every one of them (layout.ts, EXTRA). Prints least, median and most milliseconds; the
 * aim is under 20. `node --import tsx bench/engine/snapshot-pause.ts [kernel.wasm]`.
 */
import { ImageRoom } from "../../engine/journal/image.ts";
import { spreadOf } from "../harness/spread.ts";
import { Shard } from "../kernel/shard.ts";

const ACCOUNTS = 150_000;
const ROUNDS = 41;
/** A cap of payments is one of the things that are kept beside an account. */
const CAPPED = { topup: { cap_micros: "4000000000000000000", cap_every: "day" } };

const binary = process.argv[2] ?? "dist/wasm/kernel.wasm";
for (const [name, policy] of [
  ["plain", {}],
  ["with extras", CAPPED],
] as const) {
  const { memory } = new Shard(binary, ACCOUNTS, policy);
  const room = new ImageRoom();
  room.prepare(memory);
  const waits: number[] = [];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    const { parts } = room.take(memory, 0, round);
    waits.push(performance.now() - begun);
    bytes = parts.reduce((sum, { length }) => sum + length, 0);
  }
  const { min, median, max } = spreadOf(waits);
  console.log(
    `${ACCOUNTS} accounts ${name}, ${(bytes / 1e6).toFixed(1)} MB: ` +
      `${min.toFixed(1)} / ${median.toFixed(1)} / ${max.toFixed(1)} ms (least / median / most)`,
  );
}
