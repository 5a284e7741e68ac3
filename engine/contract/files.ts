/**
 * Files that must be there after a power cut: written beside, synced, renamed, and the folder's names synced.
 */
import { dirname } from "node:path";
import type { Disk } from "./disk.ts";
import { nodeDisk } from "./node-disk.ts";

/**
 * Puts parts into the file at a path (mode 600): after a crash the old or the new one is whole. Rejects, with the old one
 * in place, when not all of it could be written; what was written beside is removed again where the disk lets.
 */
export async function replaceFile(
  path: string,
  parts: readonly Uint8Array[],
  disk: Disk = nodeDisk,
): Promise<void> {
  const beside = `${path}.new`;
  try {
    const file = await disk.open(beside, "make");
    try {
      await file.write(parts, 0);
      await file.datasync();
    } finally {
      await file.close();
    }
    await disk.rename(beside, path);
  } catch (error) {
    // A disk that is full needs the room back.
    await disk.unlink(beside).catch(() => {});
    throw error;
  }
  await disk.syncFolder(dirname(path));
}

/** The same for a text. */
export function replaceText(path: string, text: string, disk: Disk = nodeDisk): Promise<void> {
  return replaceFile(path, [Buffer.from(text, "utf8")], disk);
}
