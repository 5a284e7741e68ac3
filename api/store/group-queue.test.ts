import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GROUP_BLOCKS_MAX, GROUP_ROWS_MAX, type RatedGroup } from "./group.ts";
import { COMPANY_MS_MAX, GroupQueue, INSERTS_MAX } from "./group-queue.ts";
import type { RatedBlock } from "./rated-block.ts";

function block(token: string, rows = 1, table: RatedBlock["table"] = "readings"): RatedBlock {
  return { table, token, rows, bytes: Buffer.alloc(0), isAgain: false };
}

/** A queue whose groups end when the test says so. */
function openQueue() {
  const begun: { group: RatedGroup; end: (isWritten: boolean) => void }[] = [];
  const queue = new GroupQueue(
    (group) => new Promise<boolean>((end) => begun.push({ group, end })),
  );
  const tokens = () => begun.map(({ group }) => group.blocks.map(({ token }) => token).join(" "));
  return { queue, begun, tokens };
}

describe("the queue of blocks", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("lets few rows wait for company, but not longer than they may", async () => {
    const { queue, tokens } = openQueue();
    void queue.add(block("a"));
    await vi.advanceTimersByTimeAsync(COMPANY_MS_MAX - 1);
    void queue.add(block("b"));
    expect(tokens()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(tokens()).toEqual(["a b"]);
    void queue.add(block("c"));
    expect(tokens()).toEqual(["a b"]);
    await vi.advanceTimersByTimeAsync(COMPANY_MS_MAX);
    expect(tokens()).toEqual(["a b", "c"]);
  });

  it("begins at once with many rows, and puts together what comes while all inserts are under way", async () => {
    const { queue, begun, tokens } = openQueue();
    const done = ["a", "b", "c", "d", "e"].map((token) => queue.add(block(token, 20_000)));
    expect(tokens()).toEqual(["a", "b"]);
    expect(queue.inserts).toBe(INSERTS_MAX);
    begun[1]?.end(true);
    expect(await done[1]).toBe(true);
    expect(tokens().slice(2)).toEqual(["c d e"]);
  });

  it("fills a group while more stand behind in the stream, and begins at once behind the last", async () => {
    const { queue, begun, tokens } = openQueue();
    const names = Array.from({ length: GROUP_ROWS_MAX / 16_384 }, (_, i) => `${i}`);
    for (const name of names) {
      expect(tokens()).toEqual([]);
      void queue.add(block(name, 16_384), true);
    }
    expect(tokens()).toEqual([names.join(" ")]);
    void queue.add(block("a", 16_384), true);
    expect(tokens().slice(1)).toEqual([]);
    void queue.add(block("b", 16_384), false);
    expect(tokens().slice(1)).toEqual(["a b"]);
    begun[0]?.end(true);
    void queue.add(block("c", 16_384), true);
    await vi.advanceTimersByTimeAsync(COMPANY_MS_MAX);
    expect(tokens().slice(2)).toEqual(["c"]);
  });

  it("waits for no more than fits a group, however few rows it has", () => {
    const { queue, tokens } = openQueue();
    for (let i = 0; i < GROUP_BLOCKS_MAX; i++) void queue.add(block(`${i}`), true);
    expect(tokens().length).toBe(1);
  });

  it("keeps tables apart and groups within their rows", async () => {
    const { queue, begun, tokens } = openQueue();
    void queue.add(block("big", 10_000));
    void queue.add(block("charge", 1, "charges"));
    await vi.advanceTimersByTimeAsync(COMPANY_MS_MAX);
    expect(tokens()).toEqual(["big", "charge"]);
    for (const { end } of begun) end(true);
    await vi.advanceTimersByTimeAsync(0);
    void queue.add(block("1", 16_000));
    void queue.add(block("2", 16_000));
    expect(tokens().slice(2)).toEqual(["1 2"]);
  });

  it("lets a charge have its turn however many readings there are", async () => {
    const { queue, begun, tokens } = openQueue();
    for (let i = 0; i < 4; i++) void queue.add(block(`${i}`, GROUP_ROWS_MAX));
    void queue.add(block("charge", 1, "charges"));
    await vi.advanceTimersByTimeAsync(COMPANY_MS_MAX);
    expect(tokens()).toEqual(["0", "1"]);
    begun[0]?.end(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(tokens().slice(2)).toEqual(["charge"]);
  });

  it("never puts more rows into a group than it may have", async () => {
    const { queue, begun } = openQueue();
    for (let i = 0; i < 480; i++) void queue.add(block(`${i}`, 10_000));
    for (let at = 0; at < begun.length; at++) {
      begun[at]?.end(true);
      await vi.advanceTimersByTimeAsync(COMPANY_MS_MAX);
    }
    const sizes = begun.map(({ group }) => group.rows);
    expect(sizes.reduce((sum, rows) => sum + rows, 0)).toBe(4_800_000);
    expect(Math.max(...sizes)).toBe(1_040_000);
  });

  it("lets the same block a second time wait until the first is done", async () => {
    const { queue, begun, tokens } = openQueue();
    const first = queue.add(block("same", 20_000));
    const second = queue.add(block("same", 20_000));
    expect(tokens()).toEqual(["same"]);
    begun[0]?.end(false);
    expect(await first).toBe(false);
    expect(tokens()).toEqual(["same", "same"]);
    begun[1]?.end(true);
    expect(await second).toBe(true);
  });
});
