/**
 * The Piscina pool around the kernel: workers own no sockets and no files, only shared memory.
 */
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { RUN_COMPLETE } from "../../kernel-as/assembly/layout.ts";
import { runsBuilt } from "../contract/assets.ts";
import type { ApplyCall } from "./apply.ts";

/** Runs batches on worker threads. */
export type Pool = {
  /** Applies the batch up to `end`, calling `drain` each time outputs are to be taken, the last time included. */
  apply(shard: number, end: number, drain: (part: number) => void): Promise<void>;
  /** Share of the workers' time that was spent in the kernel, 0 to 1, since the start. */
  utilization(): number;
  close(): Promise<void>;
};

/** Starts a pool over the shards' memories. */
export type StartPool = (
  module: WebAssembly.Module,
  memories: readonly (WebAssembly.Memory | undefined)[],
  workers: number,
) => Promise<Pool>;

/** Starts the workers and waits until each has answered once, so that one which can't start is an error here. */
export async function startPool(
  module: WebAssembly.Module,
  memories: readonly (WebAssembly.Memory | undefined)[],
  workers: number,
): Promise<Pool> {
  const built = runsBuilt();
  const file = new URL(`../workers/apply.${built ? "js" : "ts"}`, import.meta.url);
  const piscina = new Piscina({
    filename: fileURLToPath(file),
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker: 1,
    workerData: { module, memories },
    ...(built ? {} : { execArgv: ["--import", "tsx"] }),
  });
  const failed = new Promise<never>((_, reject) => piscina.once("error", reject));
  failed.catch(() => {});
  await Promise.race([failed, piscina.run(undefined, { name: "ready" })]);
  return {
    apply: (shard, end, drain) => applyAll((call) => piscina.run(call), { shard, end }, drain),
    utilization: () => piscina.utilization,
    close: () => piscina.close(),
  };
}

/** Has a batch applied, part by part, by whatever runs a call of the kernel (apply.ts). */
export async function applyAll(
  run: (call: ApplyCall) => Promise<unknown>,
  batch: { shard: number; end: number },
  drain: (part: number) => void,
): Promise<void> {
  for (let part = 0; ; part++) {
    const status = await run({ ...batch, first: part === 0 });
    drain(part);
    if (status === RUN_COMPLETE) return;
  }
}
