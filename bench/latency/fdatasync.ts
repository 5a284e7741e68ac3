/**
 * What one durable write costs on this disk: 64 KiB appended and synced, again and again, with nothing else under way.
 */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

const BYTES = 65_536;

/** Milliseconds of each of so many writes with their syncs, in a folder of the disk that is asked about. */
export function timeSyncs(folder: string, times: number): number[] {
  const path = join(folder, "fdatasync.probe");
  const file = openSync(path, "w");
  const bytes = Buffer.alloc(BYTES, 0x5a);
  try {
    return Array.from({ length: times }, () => {
      const begun = performance.now();
      writeSync(file, bytes);
      fdatasyncSync(file);
      return performance.now() - begun;
    });
  } finally {
    closeSync(file);
    rmSync(path);
  }
}
