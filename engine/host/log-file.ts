/**
 * Log files of children in the data folder: appended to, and set aside once when they have grown past a bound.
 */
import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "./folder.ts";

/** A log longer than this many bytes is renamed to `.1` (which replaces the one before) when it is opened. */
export const LOG_BYTES_MAX = 16 * 1024 * 1024;

/** Bytes at the end of a log that are read to tell why a child ended. */
const TAIL_BYTES_MAX = 4096;

/** Opens a log for appending, making its folder; the caller closes the descriptor. */
export function openLog(path: string): number {
  makeFolder(dirname(path));
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES_MAX)
    renameSync(path, `${path}.1`);
  return openSync(path, "a", 0o640);
}

/** The length of a log in bytes, to read later only what was added since. */
export function logLength(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** The last lines that were added after `fromByte`, at most TAIL_BYTES_MAX of them. */
export function logTail(path: string, fromByte: number): string {
  const file = openSync(path, "r");
  try {
    const end = fstatSync(file).size;
    const start = Math.max(fromByte, end - TAIL_BYTES_MAX);
    const bytes = Buffer.alloc(Math.max(0, end - start));
    return bytes.toString("utf8", 0, readSync(file, bytes, 0, bytes.length, start)).trim();
  } finally {
    closeSync(file);
  }
}
