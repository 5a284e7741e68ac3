/**
 * Writing to a file all that is to be written.
 */
import type { FileHandle } from "node:fs/promises";
import { PAGE_BYTES } from "./disk.ts";

/**
 * Writes the parts one behind the other from an offset. A short write is no error to the system, but the next one tells why:
 * no space, most often. It goes on from the page where it stopped, and for one part from the same memory: past the system's
 * memory only whole aligned pages can be written.
 */
export async function writeAll(
  handle: FileHandle,
  parts: readonly Uint8Array[],
  from: number,
): Promise<void> {
  const whole = parts.reduce((sum, part) => sum + part.length, 0);
  let { bytesWritten: done } = await handle.writev([...parts], from);
  if (done === whole) return;
  const [only] = parts;
  const rest = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
  while (done < whole) {
    const at = done - (done % PAGE_BYTES);
    const { bytesWritten } = await handle.write(rest, at, whole - at, from + at);
    if (at + bytesWritten <= done) throw new Error(`only ${done} of ${whole} bytes were written`);
    done = at + bytesWritten;
  }
}
