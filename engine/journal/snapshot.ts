/**
 * Snapshots of shards on disk: written beside, synced and renamed; the newest good one is loaded, and one that is damaged
 * falls back to the one before and a longer replay.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Disk, ReadRoom } from "../contract/disk.ts";
import { replaceFile } from "../contract/files.ts";
import { ImageRoom, type SnapshotImage } from "./image.ts";
import { keptSnapshots } from "./retention.ts";
import { decodeSnapshot, encodeSnapshot, type SnapshotRead } from "./snapshot-file.ts";

/** SHA-256 over a shard's state, the same for the same state whatever became of outputs. */
export function stateDigest(memory: WebAssembly.Memory): string {
  const hash = createHash("sha256");
  for (const part of new ImageRoom().take(memory, 0, 0).parts) hash.update(part);
  return hash.digest("hex");
}

/**
 * Writes an image as the shard's newest snapshot and removes those that are not kept any more (retention.ts); outputs
 * through `handedOn` never have to be made again.
 */
export async function writeSnapshot(
  disk: Disk,
  folder: string,
  image: SnapshotImage,
  handedOn: number,
): Promise<void> {
  const { shard, sequence } = image;
  await disk.mkdir(folder);
  const path = join(folder, snapshotName(shard, sequence));
  await replaceFile(path, await encodeSnapshot(image), disk);
  const sequences = await snapshotsOf(disk, folder, shard);
  const kept = new Set(keptSnapshots(sequences, handedOn));
  for (const each of sequences)
    if (!kept.has(each)) await disk.unlink(join(folder, snapshotName(shard, each)));
}

/** Where a shard's snapshots could not be used, and why. */
export type SnapshotFault = { file: string; reason: string };
/**
 * What was loaded: the journal sequence it stands for (0: none was there), the layout it was written in, and the snapshots
 * that were passed over.
 */
export type LoadedSnapshot = { sequence: number; layout: number; faults: SnapshotFault[] };

/** Which snapshot: a shard's newest one, of a sequence of at most `through`; read by way of `room`, where there is one. */
export type SnapshotWanted = { shard: number; through: number; room?: ReadRoom };

/** Puts the newest good snapshot into the memory; a damaged one falls back to the one before. */
export async function loadSnapshot(
  disk: Disk,
  folder: string,
  { shard, through, room }: SnapshotWanted,
  memory: WebAssembly.Memory,
): Promise<LoadedSnapshot> {
  const faults: SnapshotFault[] = [];
  for (const sequence of await snapshotsOf(disk, folder, shard)) {
    if (sequence > through) continue;
    const read = await readSnapshot(disk, folder, { shard, sequence }, room);
    if (read.ok) {
      const target = new Uint8Array(memory.buffer);
      for (const { address, content } of read.ranges) target.set(content, address);
      return { sequence, layout: read.layout, faults };
    }
    faults.push({ file: join(folder, snapshotName(shard, sequence)), reason: read.reason });
  }
  return { sequence: 0, layout: 0, faults };
}

/** Reads one snapshot; what it holds may lie in `room`. */
export async function readSnapshot(
  disk: Disk,
  folder: string,
  which: { shard: number; sequence: number },
  room?: ReadRoom,
): Promise<SnapshotRead> {
  const bytes = await disk.read(join(folder, snapshotName(which.shard, which.sequence)), room);
  return decodeSnapshot(bytes, which);
}

/** The sequences of a shard's snapshots, the newest first. */
export async function snapshotsOf(disk: Disk, folder: string, shard: number): Promise<number[]> {
  await disk.mkdir(folder);
  const prefix = `${shard.toString().padStart(4, "0")}-`;
  return (await disk.readdir(folder))
    .filter((name) => name.startsWith(prefix) && name.endsWith(".snap"))
    .map((name) => Number(name.slice(prefix.length, name.indexOf("."))))
    .reverse();
}

/** The name of a shard's snapshot at a sequence. */
export function snapshotName(shard: number, sequence: number): string {
  return `${shard.toString().padStart(4, "0")}-${sequence.toString().padStart(16, "0")}.snap`;
}
