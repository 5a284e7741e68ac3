/**
 * What a process holds, as Linux tells it.
 */
import { readdirSync, readFileSync } from "node:fs";

/** Memory resident in MiB, and open file descriptors; of a process that is gone, zeros. */
export type ProcessState = { mib: number; descriptors: number };

/** The state now. */
export function processState(pid: number): ProcessState {
  try {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return { mib: Number(kib ?? 0) / 1_024, descriptors: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return { mib: 0, descriptors: 0 };
  }
}
