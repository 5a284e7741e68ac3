import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Disk } from "../contract/disk.ts";
import { nodeDisk } from "../contract/node-disk.ts";
import { SEGMENTS_KEPT } from "./journal.ts";
import { JOURNAL_KIND, RECORD_HEADER_BYTES } from "./record.ts";
import { SEGMENT_HEADER_BYTES } from "./segment.ts";
import { ZEROS_BYTES } from "./segment-files.ts";
import { type OpenedJournal, openJournal } from "./testing/journals.ts";

/** Room for one group of one small record in each segment. */
const ONE_GROUP = 2 * SEGMENT_HEADER_BYTES;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drawdown-journal-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function reopen(segmentBytesMax = 1 << 20): Promise<OpenedJournal> {
  return openJournal(nodeDisk, folder, { segmentBytesMax });
}

function segments(): string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".log"));
}

test("what was durable is there after a restart, in order", async () => {
  const { journal } = await reopen();
  const payloads = Array.from({ length: 100 }, (_, i) => Buffer.from(`record ${i}`));
  await Promise.all(
    payloads.map((payload, i) => journal.append(i % 7, JOURNAL_KIND.batch, payload).durable),
  );
  await journal.close();
  const again = await reopen();
  expect(again.records.map(({ sequence }) => sequence)).toEqual(payloads.map((_, i) => i + 1));
  expect(again.records.map(({ payload }) => String(payload))).toEqual(payloads.map(String));
  expect(again.records.map(({ shard }) => shard)).toEqual(payloads.map((_, i) => i % 7));
  expect(again.journal.last).toBe(100);
  await again.journal.close();
});

test("those who append together share one sync", async () => {
  const { journal } = await reopen();
  await Promise.all(
    Array.from({ length: 50 }, () => journal.append(0, 1, Buffer.alloc(10)).durable),
  );
  expect(journal.figures.syncs).toBe(1);
  await journal.close();
});

test("a segment's room is there from the start, and what is kept is a whole file size", async () => {
  const { journal } = await reopen();
  const path = join(folder, segments()[0] ?? "");
  expect(statSync(path).size).toBe(1 << 20);
  await journal.append(0, 1, Buffer.alloc(5_000, 1)).durable;
  expect(statSync(path).size).toBe(1 << 20);
  await journal.close();
});

test("a record larger than a segment gets one of its own size", async () => {
  const { journal } = await reopen(ONE_GROUP);
  await journal.append(0, 1, Buffer.alloc(100_000, 3)).durable;
  await journal.append(0, 1, Buffer.alloc(10, 4)).durable;
  await journal.close();
  const { records, journal: again } = await reopen(ONE_GROUP);
  expect(records.map(({ payload }) => payload.length)).toEqual([100_000, 10]);
  await again.close();
});

test("the next segment is made ahead and its file goes with the journal", async () => {
  const { journal } = await reopen(4 * SEGMENT_HEADER_BYTES);
  for (let i = 0; i < 2; i++) await journal.append(0, 1, Buffer.alloc(10)).durable;
  await new Promise((done) => setTimeout(done, 100));
  expect(readdirSync(folder)).toContain("spare.new");
  await journal.close();
  expect(readdirSync(folder)).toEqual(segments());
});

test("the next segment's zeros are written as the open one fills, and are there before it is full", async () => {
  let filled = 0;
  const disk: Disk = {
    ...nodeDisk,
    open: async (path, mode) => {
      const file = await nodeDisk.open(path, mode);
      const preallocate = async (size: number): Promise<void> => {
        await file.preallocate(size);
        filled += 1;
      };
      return { ...file, preallocate };
    },
  };
  const bytesMax = 16 * ZEROS_BYTES;
  const { journal } = await openJournal(disk, folder, { segmentBytesMax: bytesMax });
  filled = 0;
  const spare = join(folder, "spare.new");
  const record = Buffer.alloc(ZEROS_BYTES / 2, 5);
  let bytes = SEGMENT_HEADER_BYTES;
  const sizes = [0];
  while (sizes.at(-1) !== bytesMax) {
    await journal.append(0, 1, record).durable;
    bytes += ZEROS_BYTES / 2 + SEGMENT_HEADER_BYTES;
    expect(bytes).toBeLessThan(0.8 * bytesMax);
    const due = bytes / 0.75;
    const wanted = due < bytesMax ? Math.floor(due / ZEROS_BYTES) * ZEROS_BYTES : bytesMax;
    if (wanted !== sizes.at(-1)) sizes.push(wanted);
    // What is due while zeros are being written is asked for by the next group: so each step is let end before it.
    await expect.poll(() => filled, { interval: 1 }).toBe(sizes.length - 1);
    await new Promise(setImmediate);
    expect(existsSync(spare) ? statSync(spare).size : 0).toBe(wanted);
  }
  const steps = sizes.slice(1).map((size, i) => size - (sizes[i] ?? 0));
  expect(Math.max(...steps)).toBe(ZEROS_BYTES);
  await journal.close();
});

test("damage before the last segment refuses to start and says file, byte and what to do", async () => {
  const { journal } = await reopen(ONE_GROUP);
  for (let i = 0; i < 5; i++) await journal.append(1, 1, Buffer.alloc(64, i + 1)).durable;
  await journal.close();
  const first = join(folder, segments()[0] ?? "");
  const bytes = readFileSync(first);
  bytes[SEGMENT_HEADER_BYTES + RECORD_HEADER_BYTES + 3] = 0xff;
  writeFileSync(first, bytes);
  await expect(reopen(ONE_GROUP)).rejects.toThrow(
    /0{15}1\.log at byte 4096: a record's checksum is wrong .*: restore .* backup .*nothing was changed/,
  );
});

test("the last segment can be given up from where it is whole no more", async () => {
  const { journal } = await reopen();
  for (let i = 0; i < 5; i++) await journal.append(1, 1, Buffer.alloc(64, i + 1)).durable;
  await journal.close();
  const path = join(folder, segments()[0] ?? "");
  const bytes = readFileSync(path);
  const third = 3 * SEGMENT_HEADER_BYTES + RECORD_HEADER_BYTES;
  bytes[third] = (bytes[third] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const refusal = await reopen().then(
    () => "",
    (error: Error) => error.message,
  );
  const whole = Number(/whole up to byte (\d+)/.exec(refusal)?.[1]);
  expect(refusal).toMatch(/but record 4 behind it is there/);
  writeFileSync(path, bytes.fill(0, whole));
  const again = await reopen();
  expect(again.records.map(({ sequence }) => sequence)).toEqual([1, 2]);
  await again.journal.close();
});

test("a missing segment refuses to start", async () => {
  const { journal } = await reopen(ONE_GROUP);
  for (let i = 0; i < 5; i++) await journal.append(1, 1, Buffer.alloc(64, i)).durable;
  await journal.close();
  rmSync(join(folder, segments()[1] ?? ""));
  await expect(reopen(ONE_GROUP)).rejects.toThrow(/a segment before it is missing/);
});

test("segments behind a sequence are removed, the one in use and those that are kept never", async () => {
  const { journal } = await reopen(ONE_GROUP);
  for (let i = 0; i < 8; i++) await journal.append(1, 1, Buffer.alloc(64, i)).durable;
  expect(segments().length).toBe(8);
  await journal.removeThrough(4);
  expect(journal.first).toBe(5 - SEGMENTS_KEPT);
  await journal.removeThrough(1_000);
  expect(segments().length).toBe(1 + SEGMENTS_KEPT);
  await journal.close();
  const again = await reopen(ONE_GROUP);
  expect(again.journal.last).toBe(8);
  await again.journal.close();
});

test("what was being written beside is removed, and counting goes on", async () => {
  const { journal } = await reopen();
  await journal.append(1, 1, Buffer.from("x")).durable;
  await journal.close();
  writeFileSync(join(folder, "spare.new"), Buffer.alloc(5));
  const again = await reopen();
  expect(again.records.length).toBe(1);
  expect(again.journal.append(1, 1, Buffer.from("y")).sequence).toBe(2);
  await again.journal.close();
  expect(readdirSync(folder)).toEqual(segments());
});

test("a foreign file refuses to start", async () => {
  writeFileSync(join(folder, "0000000000000001.log"), Buffer.alloc(100, 7));
  await expect(reopen()).rejects.toThrow(/is no segment of the journal/);
});

test("a journal of other shards refuses to start", async () => {
  await (await reopen()).journal.close();
  const set = { shards: 10, owned: [3, 4] };
  await expect(openJournal(nodeDisk, folder, { set })).rejects.toThrow(
    /holds shards 0-9 of 10, this engine owns 3-4 of 10: start it with the shards it had/,
  );
});
