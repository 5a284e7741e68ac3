/**
 * The bytes of a snapshot: the used ranges of a shard's memory with the journal position that they stand for. Little-endian.
 *
 *   magic u32 | layout u32 | shard u32 | ranges u32 | journal sequence u64 | bytes of ranges u64 | SHA-256 of all else
 *   then ranges: address u32 | bytes u32 | content
 */
import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { LAYOUT_VERSION } from "../../kernel-as/assembly/layout.ts";
import type { SnapshotImage } from "./image.ts";
import type { StateRange } from "./migrations/migration.ts";
import { migrated } from "./migrations/registry.ts";

/** "DDS1" as a little-endian number. */
const MAGIC = 0x3153_4444;
const HEADER_BYTES = 64;
const DIGEST_AT = 32;
/** Hashed at a time; other work comes in between. */
const HASHED_BYTES = 1_048_576;

/** A snapshot that is whole: the layout it was written in, and its ranges brought to this program's. */
export type SnapshotContent = { layout: number; sequence: number; ranges: StateRange[] };
/** What a file came to: a snapshot, or why it is none. */
export type SnapshotRead = ({ ok: true } & SnapshotContent) | { ok: false; reason: string };

/** The parts of an image's file. */
export async function encodeSnapshot(image: SnapshotImage): Promise<Uint8Array[]> {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt32LE(LAYOUT_VERSION, 4);
  header.writeUInt32LE(image.shard, 8);
  header.writeUInt32LE(image.parts.length / 2, 12);
  header.writeBigUInt64LE(BigInt(image.sequence), 16);
  header.writeBigUInt64LE(BigInt(image.parts.reduce((sum, part) => sum + part.length, 0)), 24);
  (await digestOf(header, image.parts)).copy(header, DIGEST_AT);
  return [header, ...image.parts];
}

/** Reads a file that should be the shard's snapshot at a sequence. */
export async function decodeSnapshot(
  bytes: Buffer,
  expected: { shard: number; sequence: number },
): Promise<SnapshotRead> {
  const reason = await faultIn(bytes, expected);
  if (reason !== undefined) return { ok: false, reason };
  const layout = bytes.readUInt32LE(4);
  const ranges = migrated(layout, rangesOf(bytes));
  if (ranges === undefined) {
    const can = `this program reads layouts up to ${LAYOUT_VERSION}`;
    return { ok: false, reason: `it has layout version ${layout}, ${can}` };
  }
  return { ok: true, layout, sequence: expected.sequence, ranges };
}

async function faultIn(
  bytes: Buffer,
  expected: { shard: number; sequence: number },
): Promise<string | undefined> {
  if (bytes.length < HEADER_BYTES || bytes.readUInt32LE(0) !== MAGIC) return "it is no snapshot";
  if (Number(bytes.readBigUInt64LE(24)) !== bytes.length - HEADER_BYTES) return "it is cut off";
  const digest = await digestOf(bytes.subarray(0, HEADER_BYTES), [bytes.subarray(HEADER_BYTES)]);
  if (!digest.equals(bytes.subarray(DIGEST_AT, HEADER_BYTES))) return "its digest is wrong";
  if (bytes.readUInt32LE(8) !== expected.shard) return "it is another shard's";
  const isNamed = Number(bytes.readBigUInt64LE(16)) === expected.sequence;
  return isNamed ? undefined : "its name tells another sequence than its content";
}

function rangesOf(bytes: Buffer): StateRange[] {
  const ranges: StateRange[] = [];
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const end = at + 8 + bytes.readUInt32LE(at + 4);
    ranges.push({ address: bytes.readUInt32LE(at), content: bytes.subarray(at + 8, end) });
    at = end;
  }
  return ranges;
}

async function digestOf(header: Buffer, parts: readonly Uint8Array[]): Promise<Buffer> {
  const hash = createHash("sha256").update(header.subarray(0, DIGEST_AT));
  let hashed = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += HASHED_BYTES) {
      const piece = part.subarray(at, at + HASHED_BYTES);
      hash.update(piece);
      hashed += piece.length;
      if (hashed < HASHED_BYTES) continue;
      hashed = 0;
      await nextTurn();
    }
  }
  return hash.digest();
}
