/**
 * Files that must be there after a power cut: written beside, synced, renamed, and the folder's names synced.
 */
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Syncs a folder, so that files made, renamed or removed in it stay so. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Puts parts into the file at a path (mode 600): after a crash the old or the new one is whole. Rejects, with the old one
 * in place, when not all of it could be written.
 */
export async function replaceFile(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const beside = `${path}.new`;
  const handle = await open(beside, "w", 0o600);
  try {
    const { bytesWritten } = await handle.writev([...parts]);
    const whole = parts.reduce((sum, part) => sum + part.length, 0);
    if (bytesWritten !== whole) {
      throw new Error(`only ${bytesWritten} of ${whole} bytes of ${path} were written`);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, path);
  await syncFolder(dirname(path));
}

/** The same for a text. */
export function replaceText(path: string, text: string): Promise<void> {
  return replaceFile(path, [Buffer.from(text, "utf8")]);
}
