/**
 * The kernel's host side: compiles the WebAssembly once, makes a shard's memory, and puts an instance over it.
 * Instances on other threads over the same memory are the same kernel; only one may run at a time.
 */
import { readFileSync } from "node:fs";
import { assetPath } from "../engine/contract/assets.ts";
import { MEMORY_PAGES } from "./assembly/layout.ts";

/** The kernel over one shard's memory. */
export type Kernel = {
  /** Makes an empty memory the shard's. */
  format(shard: number): void;
  /** Begins with the first record of a new batch in the input area. */
  begin(): void;
  /** Applies records up to the address `end`: RUN_COMPLETE, or RUN_SUSPENDED to be called again. Traps on a bug. */
  run(end: number): number;
  /** Packs the rows that the last run left, as blocks (engine/core/outputs.ts reads them). Changes no state. */
  pack(): void;
  /** What a payment would come to, left as the first result; gives its code. Changes no state. Never while a batch is applied. */
  quote(slot: number, nowS: number, paymentMicros: bigint): number;
};

/** Reads and compiles the built kernel; throws when it was not built. */
export function loadKernel(): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(assetPath("dist/wasm/kernel.wasm")));
}

/** A shard's memory: large in addresses, small in fact, since only touched pages are given by the system. */
export function createMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: MEMORY_PAGES, shared: true });
}

/** An instance of the kernel over a memory. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernel {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Kernel;
}
