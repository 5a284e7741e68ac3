/**
 * A disk that can't be written, in words: what is wrong and how to mend it. The engine waits for it and goes on by itself.
 */
import { diskErrorCode } from "../contract/disk.ts";

/** Why nothing can be written at the moment, in one line with the mend; `code` is the system's. */
export type DiskTrouble = { code: string; reason: string };

const FULL = "is full: make room";
const CAUSES: Record<string, string> = {
  ENOSPC: FULL,
  EDQUOT: `${FULL}, or raise the quota`,
  EFBIG: "lets files grow no further: raise the limit (ulimit -f)",
  EROFS: "is mounted read-only: find out why (dmesg), then mount it writable",
  EIO: "reports an error: look at dmesg and the disk's health, and replace it if it lasts",
  EACCES: "refuses to be written: give the folder back to the user that runs the engine",
};

/** The trouble that an error of a disk under a folder means. */
export function diskTrouble(folder: string, error: unknown): DiskTrouble {
  const code = diskErrorCode(error) ?? "unknown";
  const message = error instanceof Error ? error.message : String(error);
  const cause = CAUSES[code] ?? `can't be written (${message})`;
  return { code, reason: `the disk under ${folder} ${cause}; it goes on by itself then` };
}
