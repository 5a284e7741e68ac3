/**
 * A pool worker: runs the kernel over a shard's batch in shared memory.
 */
import { workerData } from "piscina";
import { kernelCalls } from "../core/apply.ts";

const { module, memories } = workerData as {
  module: WebAssembly.Module;
  memories: (WebAssembly.Memory | undefined)[];
};

/** Answers when the worker has started. */
export function ready(): boolean {
  return true;
}

/** One call of the kernel. */
export default kernelCalls(module, memories);
