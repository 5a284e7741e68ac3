import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MemoryDisk } from "../journal/testing/memory-disk.ts";
import { SmallEngine, START_S } from "./testing/small-engine.ts";

/** The engine over a disk that fails: nothing is acknowledged, everybody is told, and it goes on by itself. */

const FOLDER = "/data/engine";
const FULL = /the disk under \/data\/engine\/journal is full: make room/;
let disk: MemoryDisk;
let world: SmallEngine;

beforeEach(async () => {
  disk = new MemoryDisk();
  world = await SmallEngine.open(disk, FOLDER);
  await world.setUp();
  await world.frame(1, [[0, START_S, 0]]);
});
afterEach(() => world.engine.close());

function fillUp(): void {
  disk.failing = (operation) => (operation === "write" ? "ENOSPC" : undefined);
}

test("commands are answered unavailable, in flight and after, and a repeat afterwards counts once", async () => {
  fillUp();
  const credit = { op: "credit", number: 3, slot: 0, amount_micros: "1000000" };
  const unavailable = { status: "unavailable", reason: expect.stringMatching(FULL) };
  expect(await world.command(credit)).toEqual(unavailable);
  expect(await world.command(credit)).toEqual(unavailable);
  await expect(world.balance()).rejects.toThrow(FULL);
  expect(world.pump().trouble?.code).toBe("ENOSPC");
  expect(world.engine.trouble?.code).toBe("ENOSPC");
  disk.failing = () => undefined;
  await vi.waitFor(() => expect(world.engine.trouble).toBeUndefined());
  expect(await world.command(credit)).toMatchObject({
    status: "applied",
    balance_micros: "11000000",
  });
  expect(await world.command(credit)).toMatchObject({
    status: "applied",
    balance_micros: "11000000",
  });
  expect(world.warnings).toEqual([
    expect.stringMatching(FULL),
    "the journal's disk can be written again",
  ]);
  expect(world.failure).toBeUndefined();
});

test("a frame is acknowledged only once the disk has it, and is there after a power cut", async () => {
  world.acks.length = 0;
  fillUp();
  let settled = false;
  const frame = world.frame(2, [[0, START_S + 60, 5_000]]).then(() => {
    settled = true;
  });
  await vi.waitFor(() => expect(world.engine.trouble).toBeDefined());
  await new Promise((done) => setTimeout(done, 80));
  expect(settled).toBe(false);
  expect(world.acks).toEqual([]);
  const meanwhile = await SmallEngine.open(disk.powerCut(), FOLDER);
  expect(await meanwhile.balance()).toBe("10000000");
  await meanwhile.engine.close();
  disk.failing = () => undefined;
  await frame;
  expect(world.acks).toEqual([{ shard: 0, epoch: 1, sequence: 2 }]);
  const after = await SmallEngine.open(disk.powerCut(), FOLDER);
  expect(await after.balance()).toBe("9000000");
  await after.engine.close();
});

test("shards with nothing in flight answer questions, and take frames that wait", async () => {
  fillUp();
  void world.frame(2, [[0, START_S + 60, 5_000]]);
  await vi.waitFor(() => expect(world.engine.trouble).toBeDefined());
  expect(await world.pump(1).query([0])).toMatchObject({ accounts: [null] });
});

test("a snapshot that can't be written is told of, and the next one tries again", async () => {
  disk.failing = (operation, path) =>
    operation === "write" && path.includes("snapshots") ? "ENOSPC" : undefined;
  await world.engine.snapshot();
  expect(world.engine.trouble?.reason).toMatch(/is full/);
  expect(world.engine.journal.trouble).toBeUndefined();
  expect(
    await world.command({ op: "credit", number: 3, slot: 0, amount_micros: "5" }),
  ).toMatchObject({ status: "applied" });
  expect(
    (await disk.readdir(`${FOLDER}/snapshots`)).filter((name) => name.endsWith(".new")),
  ).toEqual([]);
  disk.failing = () => undefined;
  await world.engine.snapshot();
  expect(world.engine.trouble).toBeUndefined();
  expect(world.failure).toBeUndefined();
});

test("an engine whose disk fails while it ends, ends", async () => {
  world.acks.length = 0;
  fillUp();
  void world.frame(2, [[0, START_S + 60, 5_000]]);
  expect(world.engine.trouble).toBeUndefined();
  await world.engine.close();
  expect(world.acks).toEqual([]);
  expect(world.failure).toBeUndefined();
});

test("an engine that is told to end over a failing disk ends, and has acknowledged nothing", async () => {
  world.acks.length = 0;
  fillUp();
  void world.frame(2, [[0, START_S + 60, 5_000]]);
  await vi.waitFor(() => expect(world.engine.trouble).toBeDefined());
  await world.engine.close();
  expect(world.acks).toEqual([]);
  expect(world.failure).toBeUndefined();
});
