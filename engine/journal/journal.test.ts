import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nodeDisk } from "../contract/node-disk.ts";
import { Journal } from "./journal.ts";
import { JOURNAL_KIND, type JournalRecord, SEGMENT_HEADER_BYTES } from "./record.ts";

const SEGMENT = 1 << 20;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drawdown-journal-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function reopen(bytes = SEGMENT): Promise<{ journal: Journal; records: JournalRecord[] }> {
  const records: JournalRecord[] = [];
  const journal = await Journal.open(
    { disk: nodeDisk, folder, segmentBytesMax: bytes },
    ({ payload, ...rest }) => records.push({ ...rest, payload: Buffer.from(payload) }),
  );
  return { journal, records };
}

function segments(): string[] {
  return readdirSync(folder).sort();
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
  expect(journal.figures.syncs).toBeLessThanOrEqual(2);
  await journal.close();
});

test("the tail is cut at every byte that a torn write can leave, and the rest stays", async () => {
  const { journal } = await reopen();
  for (let i = 0; i < 3; i++) await journal.append(1, 1, Buffer.from(`payload ${i}`)).durable;
  await journal.close();
  const path = join(folder, segments()[0] ?? "");
  const whole = readFileSync(path);
  const record = (whole.length - SEGMENT_HEADER_BYTES) / 3;
  for (let bytes = SEGMENT_HEADER_BYTES; bytes < whole.length; bytes++) {
    writeFileSync(path, whole);
    truncateSync(path, bytes);
    const again = await reopen();
    const kept = Math.floor((bytes - SEGMENT_HEADER_BYTES) / record);
    expect(again.records.length, `${bytes} bytes`).toBe(kept);
    expect(statSync(path).size).toBe(SEGMENT_HEADER_BYTES + kept * record);
    await again.journal.close();
  }
});

test("every flipped bit in the last segment cuts it there, none is read as it stands", async () => {
  const { journal } = await reopen();
  await journal.append(1, 1, Buffer.from("first")).durable;
  await journal.append(2, 1, Buffer.from("second")).durable;
  await journal.close();
  const path = join(folder, segments()[0] ?? "");
  const whole = readFileSync(path);
  for (let bit = SEGMENT_HEADER_BYTES * 8; bit < whole.length * 8; bit++) {
    const flipped = Buffer.from(whole);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    writeFileSync(path, flipped);
    const again = await reopen();
    for (const { payload, sequence } of again.records)
      expect(String(payload)).toBe(sequence === 1 ? "first" : "second");
    expect(again.records.length).toBeLessThan(2);
    await again.journal.close();
  }
});

test("a bad record before the last segment refuses to start and says file and byte", async () => {
  const { journal } = await reopen(64);
  for (let i = 0; i < 5; i++) await journal.append(1, 1, Buffer.alloc(64, i)).durable;
  await journal.close();
  const first = join(folder, segments()[0] ?? "");
  const bytes = readFileSync(first);
  bytes[SEGMENT_HEADER_BYTES + 30] = 0xff;
  writeFileSync(first, bytes);
  await expect(reopen(64)).rejects.toThrow(
    /0{15}1\.log: a record's checksum is wrong at byte 24.*restore/,
  );
});

test("a missing segment refuses to start", async () => {
  const { journal } = await reopen(64);
  for (let i = 0; i < 5; i++) await journal.append(1, 1, Buffer.alloc(64, i)).durable;
  await journal.close();
  rmSync(join(folder, segments()[1] ?? ""));
  await expect(reopen(64)).rejects.toThrow(/a segment before it is missing/);
});

test("segments behind a sequence are removed, the one in use never", async () => {
  const { journal } = await reopen(64);
  for (let i = 0; i < 5; i++) await journal.append(1, 1, Buffer.alloc(64, i)).durable;
  const before = segments().length;
  await journal.removeThrough(3);
  expect(segments().length).toBe(before - 3);
  expect(journal.first).toBe(4);
  await journal.removeThrough(1_000);
  expect(segments().length).toBe(1);
  await journal.close();
  const again = await reopen(64);
  expect(again.journal.last).toBe(5);
  await again.journal.close();
});

test("a segment that was only begun is taken away, and counting goes on", async () => {
  const { journal } = await reopen();
  await journal.append(1, 1, Buffer.from("x")).durable;
  await journal.close();
  appendFileSync(join(folder, "0000000000000002.log"), Buffer.alloc(5));
  const again = await reopen();
  expect(again.records.length).toBe(1);
  expect(again.journal.append(1, 1, Buffer.from("y")).sequence).toBe(2);
  await again.journal.close();
});

test("a foreign file refuses to start", async () => {
  writeFileSync(join(folder, "0000000000000001.log"), Buffer.alloc(100, 7));
  await expect(reopen()).rejects.toThrow(/is no journal segment/);
});
