/**
 * Files that must be there after a power cut: contents and directory entries are synced.
 */
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Syncs a directory, so that files made, renamed or removed in it stay so. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a file beside its place, syncs it and puts it there: after a crash the old or the new one is whole. */
export async function replaceFile(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const beside = `${path}.new`;
  const handle = await open(beside, "w");
  try {
    await handle.writev([...parts]);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, path);
  await syncDirectory(dirname(path));
}
