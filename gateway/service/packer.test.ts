import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { decodeFrame, REGISTER_MAX, TIME_MAX, tagMatches } from "../../engine/contract/frame.ts";
import { PACKED_READINGS_MAX, PACKED_REPORTS_MAX, Packer } from "./packer.ts";
import { openSpool, type Spool } from "./spool.ts";

const KEY = new Uint8Array(32).fill(3);
const FRAME_TARGET_BYTES = 32_768;
let folder = "";
let spool: Spool;
let packer: Packer;
let full: boolean[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "packer-"));
  full = [];
});
afterEach(async () => {
  await packer.close();
  await spool.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(bytesMax: number, waitMs = 5): Promise<void> {
  spool = await openSpool({
    folder,
    bytesMax,
    restamp: (frame) => frame,
    nowS: () => 1_000,
    onAlarm: () => undefined,
  });
  packer = new Packer({
    head: { shard: 2, gateway: 9, rosterVersion: () => 6 },
    key: KEY,
    spool,
    waitMs,
    onFull: (now) => full.push(now),
    onSpooled: () => undefined,
  });
}

const reading = (slot: number, register = 1, atS = 5) => ({
  slot,
  register,
  atS,
  quality: "actual" as const,
});
const report = (slot: number) => ({ slot, kind: 1, state: 2, atS: TIME_MAX, number: 1, value: 0 });
const frames = async () =>
  (await spool.unacknowledged(1, 10_000_000)).map(({ frame }) => ({
    frame,
    ...decodeFrame(frame),
  }));

test("what comes within a moment shares a frame, under the gateway's key and roster version", async () => {
  await open(10_000_000);
  packer.addReading(reading(4));
  const spooled = packer.addReport(report(4));
  packer.addReading(reading(2));
  expect(await spooled).toBe(true);
  const [only] = await frames();
  expect(only).toMatchObject({ shard: 2, gateway: 9, rosterVersion: 6, sequence: 1, epoch: 1_000 });
  expect(only?.readings.map(({ slot }) => slot)).toEqual([2, 4]);
  expect(tagMatches(only?.frame ?? new Uint8Array(64), KEY)).toBe(true);
});

test("the largest frame stays within its target, and nothing is left out or out of order", async () => {
  await open(10_000_000, 60_000);
  const slots = Array.from(
    { length: 2 * PACKED_READINGS_MAX + 1 },
    (_, i) => (i * 7_919) % 1_000_003,
  );
  for (const [i, slot] of slots.entries()) {
    packer.addReading(reading(slot, REGISTER_MAX, (i * 2_654_435_761) % TIME_MAX));
    if (i < PACKED_REPORTS_MAX) void packer.addReport(report(slot));
  }
  await packer.flush();
  const packed = await frames();
  expect(packed.every(({ frame }) => frame.length <= FRAME_TARGET_BYTES)).toBe(true);
  expect(packed.flatMap(({ reports }) => reports).length).toBe(PACKED_REPORTS_MAX);
  const seen = packed.flatMap(({ readings }) => readings.map(({ slot }) => slot));
  expect(seen.toSorted()).toEqual(slots.toSorted());
  expect(packed.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
});

test("a full spool is told, entries wait, and go on when there is room", async () => {
  await open(150_000);
  for (let i = 0; spool.depth < 3 || !full.includes(true); i++) {
    packer.addReading(reading(i % 1_000, REGISTER_MAX - i, (i * 2_654_435_761) % TIME_MAX));
    if (i % PACKED_READINGS_MAX === 0)
      await Promise.race([packer.flush(), new Promise((r) => setTimeout(r, 50))]);
  }
  expect([packer.open, packer.waiting > 0]).toEqual([false, true]);
  await vi.waitFor(() => {
    spool.acknowledge(spool.durable);
    expect([packer.open, packer.waiting]).toEqual([true, 0]);
  }, 10_000);
  expect(full.at(-1)).toBe(false);
});

test.each([
  ["a register beyond a frame's", reading(1, REGISTER_MAX + 1)],
  ["a negative register", reading(1, -1)],
  ["a time after the last", reading(1, 1, TIME_MAX + 1)],
])("%s is not taken", async (_, bad) => {
  await open(10_000_000);
  expect(packer.addReading(bad)).toBe(false);
  expect(packer.waiting).toBe(0);
});

test("closing packs what waits; a report that cannot be kept says so", async () => {
  await open(10_000_000, 60_000);
  packer.addReading(reading(1));
  await packer.close();
  expect(spool.depth).toBe(1);
  await spool.close();
  const late = packer.addReport(report(1));
  await packer.close();
  expect(await late).toBe(false);
});
