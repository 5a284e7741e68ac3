/**
 * A pool worker: runs the kernel over a shard's batch in shared memory. The host sees to it that a shard has one batch
 * in flight at most.
 */
import { workerData } from "piscina";
import { instantiate, type Kernel } from "../../kernel-as/kernel.ts";

const { module, memories } = workerData as {
  module: WebAssembly.Module;
  memories: (WebAssembly.Memory | undefined)[];
};
const kernels: (Kernel | undefined)[] = [];

/** Answers when the worker has started. */
export function ready(): boolean {
  return true;
}

/** One call of the kernel: `first` begins the batch, later calls go on after RUN_SUSPENDED. */
export default function apply({
  shard,
  end,
  first,
}: {
  shard: number;
  end: number;
  first: boolean;
}): number {
  const memory = memories[shard];
  if (memory === undefined) throw new Error(`shard ${shard} is not this engine's`);
  const kernel = kernels[shard] ?? instantiate(module, memory);
  kernels[shard] = kernel;
  if (first) kernel.begin();
  return kernel.run(end);
}
