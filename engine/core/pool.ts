/**
 * The Piscina pool around the kernel: workers own no sockets and no files, only shared memory.
 */
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { RUN_COMPLETE } from "../../kernel-as/assembly/layout.ts";
import { runsBuilt } from "../contract/assets.ts";
import { type ApplyCall, kernelCalls } from "./apply.ts";

/** A batch in a shard's memory, up to `end`; `isQuick` where it is over before a worker would hear of it (quick.ts). */
export type PoolBatch = { shard: number; end: number; isQuick: boolean };

/** Runs batches on worker threads, and quick ones on the caller's. */
export type Pool = {
  /** Applies the batch, calling `drain` each time outputs are to be taken, the last time included. */
  apply(batch: PoolBatch, drain: (part: number) => void): Promise<void>;
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
  const here = kernelCalls(module, memories);
  return {
    apply: (batch, drain) =>
      applyAll(
        batch.isQuick ? async (call) => here(call) : (call) => piscina.run(call),
        batch,
        drain,
      ),
    utilization: () => piscina.utilization,
    close: () => piscina.close(),
  };
}

/** Has a batch applied, part by part, by whatever runs a call of the kernel (apply.ts). */
export async function applyAll(
  run: (call: ApplyCall) => Promise<unknown>,
  { shard, end }: Pick<PoolBatch, "shard" | "end">,
  drain: (part: number) => void,
): Promise<void> {
  for (let part = 0; ; part++) {
    const status = await run({ shard, end, first: part === 0 });
    drain(part);
    if (status === RUN_COMPLETE) return;
  }
}
