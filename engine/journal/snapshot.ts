/**
 * A shard's state as a file: the used parts of its memory with the journal position that they stand for. Pages of zeros
 * are left out of the directories; accounts are copied as they lie.
 *
 *   magic u32 | layout u32 | shard u32 | extents u32 | journal sequence u64 | bytes of extents u64 | SHA-256 of all else
 *   then extents: address u32 | bytes u32 | content
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  COLD_BASE,
  COLD_BYTES,
  DUE_BASE,
  GATEWAYS_BASE,
  HOT_BASE,
  HOT_BYTES,
  INPUT_BASE,
  LAYOUT_VERSION,
  STATE_BASE,
  STATE_BYTES,
  STATE_SLOTS,
  STATE_TABLES_BYTES,
  TABLES_BASE,
} from "../../kernel-as/assembly/layout.ts";
import type { Disk } from "../contract/disk.ts";
import { replaceFile } from "../contract/files.ts";
import { keptSnapshots } from "./retention.ts";

/** "DDS1" as a little-endian number. */
const MAGIC = 0x3153_4444;
const HEADER_BYTES = 64;
const DIGEST_AT = 32;
const PAGE_BYTES = 4_096;

/** A copy of a shard's state at a journal position. */
export type SnapshotImage = { shard: number; sequence: number; parts: Uint8Array[] };

/** Copies the state out of the memory. Quick: the only part that the shard waits for. */
export function takeImage(
  memory: WebAssembly.Memory,
  shard: number,
  sequence: number,
): SnapshotImage {
  const parts = extentsOf(memory).flatMap(([address, bytes]) => [
    extentHeader(address, bytes),
    copyOf(memory, address, bytes),
  ]);
  return { shard, sequence, parts };
}

/** SHA-256 over a shard's state, the same for the same state whatever became of outputs. */
export function stateDigest(memory: WebAssembly.Memory): string {
  const hash = createHash("sha256");
  for (const [address, bytes] of extentsOf(memory))
    hash.update(extentHeader(address, bytes)).update(copyOf(memory, address, bytes));
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
  await disk.mkdir(folder);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt32LE(LAYOUT_VERSION, 4);
  header.writeUInt32LE(image.shard, 8);
  header.writeUInt32LE(image.parts.length / 2, 12);
  header.writeBigUInt64LE(BigInt(image.sequence), 16);
  header.writeBigUInt64LE(BigInt(image.parts.reduce((sum, part) => sum + part.length, 0)), 24);
  digestOf(header, image.parts).copy(header, DIGEST_AT);
  const path = join(folder, snapshotName(image.shard, image.sequence));
  await replaceFile(path, [header, ...image.parts], disk);
  const names = await snapshotsOf(disk, folder, image.shard);
  const kept = new Set(keptSnapshots(names.map(sequenceOf), handedOn));
  for (const name of names) if (!kept.has(sequenceOf(name))) await disk.unlink(join(folder, name));
}

/** Where a shard's snapshots could not be used, and why. */
export type SnapshotFault = { file: string; reason: string };
/** What was loaded: the journal sequence it stands for (0: none was there) and the snapshots that were passed over. */
export type LoadedSnapshot = { sequence: number; faults: SnapshotFault[] };

/** Which snapshot: a shard's newest one, of a sequence of at most `through`. */
export type SnapshotWanted = { shard: number; through: number };

/** Puts the newest good snapshot into the memory; a damaged one falls back to the one before. */
export async function loadSnapshot(
  disk: Disk,
  folder: string,
  { shard, through }: SnapshotWanted,
  memory: WebAssembly.Memory,
): Promise<LoadedSnapshot> {
  const faults: SnapshotFault[] = [];
  for (const name of await snapshotsOf(disk, folder, shard)) {
    if (sequenceOf(name) > through) continue;
    const bytes = await disk.read(join(folder, name));
    const reason = faultIn(bytes, shard);
    if (reason === undefined) {
      restore(bytes, memory);
      return { sequence: Number(bytes.readBigUInt64LE(16)), faults };
    }
    faults.push({ file: join(folder, name), reason });
  }
  return { sequence: 0, faults };
}

/** The address ranges that hold state: [address, bytes]. */
function extentsOf(memory: WebAssembly.Memory): [number, number][] {
  const view = new DataView(memory.buffer);
  const slots = view.getUint32(STATE_BASE + STATE_SLOTS, true);
  const tables = view.getUint32(STATE_BASE + STATE_TABLES_BYTES, true);
  const extents: [number, number][] = [[STATE_BASE, STATE_BYTES]];
  const words = new BigUint64Array(memory.buffer);
  for (let page = GATEWAYS_BASE; page < INPUT_BASE; page += PAGE_BYTES) {
    if (words.subarray(page / 8, (page + PAGE_BYTES) / 8).some((word) => word !== 0n))
      extents.push([page, PAGE_BYTES]);
  }
  if (tables > 0) extents.push([TABLES_BASE, tables]);
  if (slots > 0)
    extents.push(
      [DUE_BASE, slots * 4],
      [HOT_BASE, slots * HOT_BYTES],
      [COLD_BASE, slots * COLD_BYTES],
    );
  return extents;
}

function extentHeader(address: number, bytes: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(address, 0);
  header.writeUInt32LE(bytes, 4);
  return header;
}

function copyOf(memory: WebAssembly.Memory, address: number, bytes: number): Uint8Array {
  return Buffer.from(new Uint8Array(memory.buffer, address, bytes).slice());
}

function digestOf(header: Buffer, parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256").update(header.subarray(0, DIGEST_AT));
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function faultIn(bytes: Buffer, shard: number): string | undefined {
  if (bytes.length < HEADER_BYTES || bytes.readUInt32LE(0) !== MAGIC) return "it is no snapshot";
  const layout = bytes.readUInt32LE(4);
  if (layout !== LAYOUT_VERSION)
    return `it has layout version ${layout}; this program reads ${LAYOUT_VERSION}`;
  if (bytes.readUInt32LE(8) !== shard) return "it is another shard's";
  if (Number(bytes.readBigUInt64LE(24)) !== bytes.length - HEADER_BYTES) return "it is cut off";
  const digest = digestOf(bytes.subarray(0, HEADER_BYTES), [bytes.subarray(HEADER_BYTES)]);
  return digest.equals(bytes.subarray(DIGEST_AT, HEADER_BYTES)) ? undefined : "its digest is wrong";
}

function restore(bytes: Buffer, memory: WebAssembly.Memory): void {
  const target = new Uint8Array(memory.buffer);
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    target.set(bytes.subarray(at + 8, at + 8 + length), bytes.readUInt32LE(at));
    at += 8 + length;
  }
}

function snapshotName(shard: number, sequence: number): string {
  return `${shard.toString().padStart(4, "0")}-${sequence.toString().padStart(16, "0")}.snap`;
}

function sequenceOf(name: string): number {
  return Number(name.slice(name.indexOf("-") + 1, name.indexOf(".")));
}

/** A shard's snapshot files, newest first. */
async function snapshotsOf(disk: Disk, folder: string, shard: number): Promise<string[]> {
  await disk.mkdir(folder);
  const prefix = `${shard.toString().padStart(4, "0")}-`;
  return (await disk.readdir(folder))
    .filter((name) => name.startsWith(prefix) && name.endsWith(".snap"))
    .reverse();
}
