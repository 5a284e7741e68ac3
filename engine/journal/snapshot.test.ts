import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import {
  COLD_BASE,
  GATEWAYS_BASE,
  HOT_BASE,
  LAYOUT_VERSION,
  MEMORY_PAGES,
  STATE_BASE,
  STATE_LAYOUT,
  STATE_SLOTS,
} from "../../kernel-as/assembly/layout.ts";
import { ImageRoom } from "./image.ts";
import { loadSnapshot, snapshotName, snapshotsOf, stateDigest, writeSnapshot } from "./snapshot.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot-file.ts";
import { MemoryDisk } from "./testing/memory-disk.ts";

/** Corruptions and truncations that are tried. */
const CORRUPTIONS = 100_000;
const FOLDER = "/snapshots";
const SHARD = 3;

function memoryOf(marks: number): WebAssembly.Memory {
  const memory = new WebAssembly.Memory({
    initial: MEMORY_PAGES,
    maximum: MEMORY_PAGES,
    shared: true,
  });
  const view = new DataView(memory.buffer);
  view.setUint32(STATE_BASE + STATE_LAYOUT, LAYOUT_VERSION, true);
  view.setUint32(STATE_BASE + STATE_SLOTS, 2, true);
  view.setBigInt64(HOT_BASE + 8, BigInt(marks), true);
  view.setUint32(COLD_BASE + 4, marks, true);
  view.setUint32(GATEWAYS_BASE + 4, marks, true);
  return memory;
}

/** The file of a small shard at sequence 9. */
async function small(): Promise<Buffer> {
  const image = new ImageRoom().take(memoryOf(5), SHARD, 9);
  return Buffer.concat(await encodeSnapshot(image));
}

const load = (disk: MemoryDisk, memory: WebAssembly.Memory) =>
  loadSnapshot(disk, FOLDER, { shard: SHARD, through: Number.MAX_SAFE_INTEGER }, memory);

describe("a damaged snapshot is never loaded", () => {
  const expected = { shard: SHARD, sequence: 9 };

  test("with any single bit flipped", async () => {
    const bytes = await small();
    expect((await decodeSnapshot(bytes, expected)).ok).toBe(true);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const { ok } = await decodeSnapshot(bytes, expected);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (ok) expect(bit).toBe("found");
    }
  });

  test("cut off anywhere, or with bytes changed, moved or added", async () => {
    const whole = await small();
    const damage = fc.oneof(
      fc.nat(whole.length - 1).map((at) => whole.subarray(0, at)),
      fc
        .tuple(fc.nat(whole.length - 33), fc.uint8Array({ minLength: 1, maxLength: 32 }))
        .map(([at, bytes]) => {
          const changed = Buffer.from(whole);
          changed.set(bytes, at);
          return changed;
        }),
      fc
        .tuple(fc.nat(whole.length - 1), fc.nat(whole.length - 1), fc.nat(300))
        .map(([from, at, length]) => {
          const moved = Buffer.from(whole);
          whole.copy(moved, at, from, from + length);
          return moved;
        }),
      fc.uint8Array({ minLength: 1, maxLength: 64 }).map((more) => Buffer.concat([whole, more])),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (bytes) => {
        if (!bytes.equals(whole)) expect((await decodeSnapshot(bytes, expected)).ok).toBe(false);
      }),
      { numRuns: CORRUPTIONS, seed: 4 },
    );
  });

  test.each([
    ["another shard's", { shard: 4, sequence: 9 }, /another shard/],
    ["another sequence's", { shard: SHARD, sequence: 10 }, /another sequence/],
  ])("under %s name", async (_, wanted, reason) => {
    const read = await decodeSnapshot(await small(), wanted);
    expect(read).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
  });
});

describe("of several", () => {
  let disk: MemoryDisk;
  beforeEach(async () => {
    disk = new MemoryDisk();
    for (const sequence of [9, 12])
      await writeSnapshot(
        disk,
        FOLDER,
        new ImageRoom().take(memoryOf(sequence), SHARD, sequence),
        99,
      );
  });

  test("the newest is loaded, and gives the state byte for byte", async () => {
    const memory = memoryOf(0);
    expect(await load(disk, memory)).toMatchObject({ sequence: 12, faults: [] });
    expect(stateDigest(memory)).toBe(stateDigest(memoryOf(12)));
  });

  test("a bad newest falls back to the one before, and says so", async () => {
    const path = `${FOLDER}/${snapshotName(SHARD, 12)}`;
    const bytes = await disk.read(path);
    bytes[100] = (bytes[100] ?? 0) ^ 4;
    disk.put(path, bytes);
    const memory = memoryOf(0);
    expect(await load(disk, memory)).toMatchObject({
      sequence: 9,
      faults: [{ file: path, reason: "its digest is wrong" }],
    });
    expect(stateDigest(memory)).toBe(stateDigest(memoryOf(9)));
  });

  test("one that a power cut caught is not there, and those before are", async () => {
    const room = new ImageRoom();
    disk.failing = (operation) => (operation === "datasync" ? "EIO" : undefined);
    await expect(
      writeSnapshot(disk, FOLDER, room.take(memoryOf(15), SHARD, 15), 99),
    ).rejects.toThrow("EIO");
    const after = disk.powerCut(() => true);
    expect(await load(after, memoryOf(0))).toMatchObject({ sequence: 12, faults: [] });
    expect(await snapshotsOf(after, FOLDER, SHARD)).toEqual([12, 9]);
  });
});

test("a room is used again for images of any size", () => {
  const room = new ImageRoom();
  for (const marks of [1, 2, 3]) {
    const { parts } = room.take(memoryOf(marks), SHARD, marks);
    expect(Buffer.concat(parts).includes(Buffer.from([marks]))).toBe(true);
  }
});
