/**
 * The sides of the kernel's comparisons: the kernel, the C program, memcpy.
 */
import { HOT_BYTES } from "../../kernel-as/assembly/layout.ts";
import type { Side } from "../harness/rounds.ts";
import type { KernelPeer } from "../peers/kernel-peer.ts";
import { ROW_BYTES, rowsOf, stateOf } from "./digest.ts";
import type { Batches } from "./meters.ts";
import type { Shard } from "./shard.ts";

/** Bytes that a reading of the common path moves: the account's line in and out, a row out. Its frame's bytes are left out. */
export const TOUCHED_BYTES = 2 * HOT_BYTES + ROW_BYTES;
const MEMCPY_BYTES = 64 << 20;
const MEMCPY_TIMES = 4;

type BatchesOf = (round: number) => Batches;

/** The kernel on this thread. */
export function kernelSide(shard: Shard, batchesOf: BatchesOf): Side {
  return {
    name: "kernel (WebAssembly)",
    unit: "readings",
    run: (round) => {
      const { batches, readings } = batchesOf(round);
      let ns = 0;
      let cpuMicros = 0;
      const rows: string[] = [];
      for (const batch of batches) {
        shard.restore(batch);
        const before = process.cpuUsage();
        ns += shard.run();
        const { user, system } = process.cpuUsage(before);
        cpuMicros += user + system;
        const { rows: count, crc } = rowsOf(shard.view);
        rows.push(`${count}:${crc}`);
      }
      const { sum, crc } = stateOf(shard.view, shard.accounts);
      const check = checkOf(rows, sum, crc);
      return { units: readings, seconds: ns / 1e9, cpuSeconds: cpuMicros / 1e6, check };
    },
  };
}

/** The C program. */
export function peerSide(peer: KernelPeer, batchesOf: BatchesOf): Side {
  return {
    name: "the same in C",
    unit: "readings",
    run: async (round) => {
      const { batches, readings } = batchesOf(round);
      let ns = 0;
      let cpuNs = 0;
      const rows: string[] = [];
      for (const batch of batches) {
        const run = await peer.run(batch);
        ns += run.ns;
        cpuNs += run.cpuNs;
        rows.push(`${run.rows}:${run.rowsCrc}`);
      }
      const { sum, crc } = await peer.state();
      const check = checkOf(rows, sum, crc);
      return { units: readings, seconds: ns / 1e9, cpuSeconds: cpuNs / 1e9, check };
    },
  };
}

/** Bytes read and written by copying memory that fits no cache, on this thread. */
export function memcpySide(): Side {
  const from = Buffer.alloc(MEMCPY_BYTES, 1);
  const to = Buffer.alloc(MEMCPY_BYTES, 2);
  return {
    name: "memcpy",
    unit: "bytes",
    run: () => {
      const before = process.cpuUsage();
      const begun = performance.now();
      for (let i = 0; i < MEMCPY_TIMES; i++) from.copy(to);
      const seconds = (performance.now() - begun) / 1_000;
      const { user, system } = process.cpuUsage(before);
      return {
        units: 2 * MEMCPY_TIMES * MEMCPY_BYTES,
        seconds,
        cpuSeconds: (user + system) / 1e6,
      };
    },
  };
}

function checkOf(rows: readonly string[], sum: bigint, crc: number): string {
  return `balances ${sum}, state ${crc}, rows ${rows.join(" ")}`;
}
