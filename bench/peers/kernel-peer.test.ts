import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { assetPath } from "../../engine/contract/assets.ts";
import { rowsOf, stateOf } from "../kernel/digest.ts";
import { Meters } from "../kernel/meters.ts";
import { Shard } from "../kernel/shard.ts";
import { KernelPeer } from "./kernel-peer.ts";

/** The C program against the kernel: what they leave must be the same, or no ratio of the two means anything. */

const ACCOUNTS = 500;
const DAY_S = 86_400;
const hasCompiler = spawnSync("cc", ["--version"]).status === 0;

test.skipIf(!hasCompiler)(
  "both leave the same rows and states, over midnights and a month's end",
  async () => {
    const shard = new Shard(assetPath("dist/wasm/kernel.wasm"), ACCOUNTS);
    const meters = new Meters(shard);
    const opening = meters.snapshots(Shard.beginS, 10).batches;
    for (const batch of opening) {
      shard.restore(batch);
      shard.run();
    }
    const peer = await KernelPeer.start(shard);
    try {
      for (let day = 0; day < 33; day++) {
        const dayS = Shard.beginS + day * DAY_S;
        const made =
          day % 2 === 0
            ? meters.profiles(dayS + 1_800, 1_800, 48, 100)
            : meters.snapshots(dayS + DAY_S - 1, 4_000);
        for (const batch of made.batches) {
          shard.restore(batch);
          shard.run();
          const run = await peer.run(batch);
          expect({ rows: run.rows, crc: run.rowsCrc }).toEqual(rowsOf(shard.view));
        }
        expect(await peer.state()).toEqual(stateOf(shard.view, ACCOUNTS));
      }
    } finally {
      await peer.stop();
    }
  },
  60_000,
);
