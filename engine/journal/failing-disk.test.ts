import { expect, test, vi } from "vitest";
import { type OpenedJournal, openJournal } from "./testing/journals.ts";
import type { DiskOperation } from "./testing/memory-disk.ts";
import { MemoryDisk } from "./testing/memory-disk.ts";

const FOLDER = "/data/journal";
const open = (disk: MemoryDisk): Promise<OpenedJournal> =>
  openJournal(disk, FOLDER, { segmentBytesMax: 1 << 15 });

/** Appends and notes when it is durable. */
function append({ journal }: OpenedJournal, text: string, told: string[]): Promise<void> {
  return journal.append(1, 1, Buffer.from(text)).durable.then(() => {
    told.push(text);
  });
}

const texts = ({ records }: OpenedJournal): string[] =>
  records.map(({ payload }) => String(payload));

test.each([
  ["a full disk", "ENOSPC", "write"],
  ["an error of the medium on writing", "EIO", "write"],
  ["an error of the medium on syncing", "EIO", "datasync"],
  ["a disk gone read-only", "EROFS", "write"],
  ["a quota", "EDQUOT", "write"],
] as const)(
  "%s stops acknowledging, is told of with its mend, and ends without a restart",
  async (_, code, operation) => {
    const disk = new MemoryDisk();
    const opened = await open(disk);
    const told: string[] = [];
    await append(opened, "before", told);
    disk.failing = (each) => (each === operation || each === "open" ? code : undefined);
    const waiting = [append(opened, "during 1", told), append(opened, "during 2", told)];
    await vi.waitFor(() => expect(opened.journal.trouble?.code).toBe(code));
    waiting.push(append(opened, "during 3", told));
    await new Promise((done) => setTimeout(done, 120));
    expect(told).toEqual(["before"]);
    expect(opened.journal.trouble?.reason).toMatch(
      /the disk under \/data\/journal .*: .*it goes on by itself/,
    );
    // Nothing that was told of is missing after a power cut in the middle of it.
    expect(texts(await open(disk.powerCut()))).toEqual(["before"]);
    disk.failing = () => undefined;
    await Promise.all(waiting);
    expect(told).toEqual(["before", "during 1", "during 2", "during 3"]);
    expect(opened.journal.trouble).toBeUndefined();
    expect(opened.troubles).toEqual([code, undefined]);
    expect(texts(await open(disk.powerCut()))).toEqual(told);
    await opened.journal.close();
  },
);

test("a sync that fails once proves nothing by the next one: what it should have kept is written anew", async () => {
  const disk = new MemoryDisk();
  const opened = await open(disk);
  const told: string[] = [];
  await append(opened, "kept", told);
  let failures = 1;
  disk.failing = (each) => (each === "datasync" && failures-- > 0 ? "EIO" : undefined);
  await append(opened, "lost by the first sync", told);
  await append(opened, "later", told);
  // The old segment's sync would settle now, over pages that are gone.
  expect(texts(await open(disk.powerCut()))).toEqual(told);
  expect(opened.journal.first).toBe(1);
  await opened.journal.close();
});

test("what the failed file holds counts for nothing, whatever reached it", async () => {
  const disk = new MemoryDisk();
  const opened = await open(disk);
  const told: string[] = [];
  await append(opened, "one", told);
  let failures = 1;
  disk.failing = (each) => (each === "datasync" && failures-- > 0 ? "EIO" : undefined);
  await Promise.all([append(opened, "two", told), append(opened, "three", told)]);
  // As if the drive had written the group half after all: its tail is neither good nor as a tear would leave it.
  const path = `${FOLDER}/0000000000000001.log`;
  const bytes = await disk.read(path);
  bytes[2 * 4_096 + 60] = (bytes[2 * 4_096 + 60] ?? 0) ^ 0xff;
  disk.put(path, bytes);
  expect(texts(await open(disk.powerCut()))).toEqual(told);
  await opened.journal.close();
});

test.each(["open", "write", "datasync", "rename", "syncFolder"] as const)(
  "%s that fails while another segment is begun loses nothing and is tried again",
  async (operation: DiskOperation) => {
    const disk = new MemoryDisk();
    const opened = await open(disk);
    const told: string[] = [];
    let failures = 0;
    disk.failing = (each) => (each === operation && failures-- > 0 ? "ENOSPC" : undefined);
    for (let i = 0; i < 40; i++) {
      if (i % 5 === 0) failures = 1 + (i % 3);
      await append(opened, `record ${i}`, told);
      if (i % 7 === 0) expect(texts(await open(disk.powerCut()))).toEqual(told);
    }
    expect(texts(await open(disk.powerCut()))).toEqual(told);
    expect(told).toHaveLength(40);
    await opened.journal.close();
  },
);

test("a power cut at any moment leaves all that was told of, whatever sectors of the last write are there", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    let state = seed;
    const random = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    let disk = new MemoryDisk();
    const told: string[] = [];
    for (let life = 0; life < 3; life++) {
      const opened = await open(disk);
      expect(texts(opened).slice(0, told.length)).toEqual(told);
      told.splice(0, told.length, ...texts(opened));
      const pending: Promise<void>[] = [];
      for (let i = 0; i < 1 + random() * 12; i++) {
        const text = `${life} ${i} ${"x".repeat(random() * 3_000)}`;
        pending.push(append(opened, text, told).catch(() => {}));
        if (random() < 0.5) await Promise.all(pending);
      }
      for (let turn = random() * 12; turn > 0; turn--) await Promise.resolve();
      const after = disk.powerCut(() => random() < 0.5);
      const acknowledged = [...told];
      await opened.journal.close();
      told.splice(0, told.length, ...acknowledged);
      disk = after;
    }
    expect(texts(await open(disk)).slice(0, told.length)).toEqual(told);
  }
});

test("a torn write is cut with a warning that says where, and what follows is kept", async () => {
  const disk = new MemoryDisk();
  const opened = await open(disk);
  const told: string[] = [];
  await append(opened, "whole", told);
  disk.failing = (each) => (each === "datasync" ? "EIO" : undefined);
  void append(opened, "y".repeat(2_000), told).catch(() => {});
  await vi.waitFor(() => expect(opened.journal.trouble).toBeDefined());
  const path = `${FOLDER}/0000000000000001.log`;
  const bytes = await disk.read(path);
  bytes.fill(0, 2 * 4_096 + 512, 2 * 4_096 + 1_024);
  const after = disk.powerCut();
  after.put(path, bytes);
  const again = await open(after);
  expect(texts(again)).toEqual(["whole"]);
  expect(again.warnings).toEqual([
    expect.stringMatching(/0{15}1\.log ends with a write that was not finished, at byte 8192/),
  ]);
  await append(again, "next", told);
  expect(texts(await open(after.powerCut()))).toEqual(["whole", "next"]);
  await again.journal.close();
  await opened.journal.close();
});

test("what is appended while a write fails goes behind what failed", async () => {
  const disk = new MemoryDisk();
  const opened = await open(disk);
  const told: string[] = [];
  const later: Promise<void>[] = [];
  disk.failing = (operation) => {
    if (operation !== "datasync" || later.length > 2) return undefined;
    later.push(append(opened, `later ${later.length}`, told));
    return "EIO";
  };
  await append(opened, "first", told);
  await Promise.all(later);
  expect(told).toEqual(["first", "later 0", "later 1", "later 2"]);
  expect(texts(await open(disk.powerCut()))).toEqual(told);
  await opened.journal.close();
});

test("what a start finds is on disk before it is told of, though the process before never synced it", async () => {
  const disk = new MemoryDisk();
  const opened = await open(disk);
  const told: string[] = [];
  await append(opened, "synced", told);
  disk.failing = (operation) => (operation === "datasync" ? "EIO" : undefined);
  const waiting = append(opened, "only in the cache", told).catch(() => {});
  await vi.waitFor(() => expect(opened.journal.trouble).toBeDefined());
  await opened.journal.close();
  await waiting;
  disk.failing = () => undefined;
  const again = await open(disk);
  expect(texts(again)).toEqual(["synced", "only in the cache"]);
  expect(texts(await open(disk.powerCut()))).toEqual(texts(again));
  await again.journal.close();
});

test("closed while the disk fails, it gives up what nobody was told of", async () => {
  const disk = new MemoryDisk();
  const opened = await open(disk);
  disk.failing = () => "EROFS";
  const told: string[] = [];
  const waiting = append(opened, "never told", told);
  const outcome = expect(waiting).rejects.toThrow(/closed before the disk took what waited/);
  await vi.waitFor(() => expect(opened.journal.trouble?.code).toBe("EROFS"));
  await opened.journal.close();
  await outcome;
  expect(told).toEqual([]);
});
