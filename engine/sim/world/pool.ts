/**
 * A worker pool in this thread: the same calls of the same kernel, each taking its time; a worker may die before or after
 * one.
 */
import { type ApplyCall, kernelCalls } from "../../core/apply.ts";
import { applyAll, type Pool, type StartPool } from "../../core/pool.ts";
import type { Random } from "../../prove/random.ts";
import type { Life } from "./life.ts";

const CALL_US: readonly [number, number] = [30, 900];

/** What a pool asks of its world. */
export type PoolWorld = {
  life: Life;
  random: Random;
  /** Whether a worker dies in this call. */
  dies(): boolean;
  /** Told of the shards' memories when the engine has recovered them. */
  onMemories(memories: readonly (WebAssembly.Memory | undefined)[]): Promise<void>;
};

/** Starts such a pool. */
export function simPool({ life, random, dies, onMemories }: PoolWorld): StartPool {
  return async (module, memories) => {
    await onMemories(memories);
    const run = kernelCalls(module, memories);
    const call = (asked: ApplyCall): Promise<number> =>
      new Promise((done, failed) => {
        life.after(random.int(...CALL_US), () => {
          const isDying = dies();
          if (isDying && random.chance(0.5)) {
            failed(new Error("the worker died before its call"));
            return;
          }
          const status = run(asked);
          if (isDying) failed(new Error("the worker died with its call done"));
          else done(status);
        });
      });
    return {
      apply: (batch, drain) => applyAll(call, batch, drain),
      utilization: () => 0,
      close: async () => undefined,
    } satisfies Pool;
  };
}
