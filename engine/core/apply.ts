/**
 * One call of the kernel over a shard's batch in its memory. The host sees to it that a shard has one batch in flight at
 * most.
 */
import { instantiate, type Kernel } from "../../kernel-as/kernel.ts";

/** `end` is the address behind the batch; `first` begins it, later calls go on after RUN_SUSPENDED. */
export type ApplyCall = { shard: number; end: number; first: boolean };

/** Makes the calls over these memories; each gives the kernel's status. */
export function kernelCalls(
  module: WebAssembly.Module,
  memories: readonly (WebAssembly.Memory | undefined)[],
): (call: ApplyCall) => number {
  const kernels: (Kernel | undefined)[] = [];
  return ({ shard, end, first }) => {
    const memory = memories[shard];
    if (memory === undefined) throw new Error(`shard ${shard} is not this engine's`);
    const kernel = kernels[shard] ?? instantiate(module, memory);
    kernels[shard] = kernel;
    if (first) kernel.begin();
    const status = kernel.run(end);
    // On the worker's time: what is to be published leaves the shared memory in few bytes.
    kernel.pack();
    return status;
  };
}
