import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadKernel } from "../../kernel-as/kernel.ts";
import { nodeDisk } from "../contract/node-disk.ts";
import { MemoryDisk } from "../journal/testing/memory-disk.ts";
import { verify } from "../verify/verify.ts";
import { SmallEngine, START_S } from "./testing/small-engine.ts";

/** Backup and restore as docs/operations.md tells it, and what becomes of a restore that is not whole. */

const ONE_GROUP = 8_192;
let data: string;
let engine: string;
let backup: string;
let world: SmallEngine;
let frames = 0;

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), "drawdown-backup-"));
  engine = join(data, "engine");
  backup = join(data, "backup");
  frames = 0;
  await start();
  await world.setUp(2);
});
afterEach(async () => {
  await world.engine.close();
  rmSync(data, { recursive: true, force: true });
});

async function start(): Promise<void> {
  world = await SmallEngine.open(nodeDisk, engine, { segmentBytesMax: ONE_GROUP });
}

/** Readings of 1 kWh each, with a snapshot behind every third. */
async function meter(count: number): Promise<void> {
  world.nowS = START_S + 86_400;
  for (let i = 0; i < count; i++) {
    frames += 1;
    await world.frame(frames, [[0, START_S + frames * 60, frames * 1_000]]);
    if (frames % 3 === 0) {
      await world.published();
      await world.engine.snapshot();
    }
  }
}

async function stop(): Promise<void> {
  await world.published();
  await world.engine.snapshot();
  await world.engine.close();
}

function restore(): void {
  rmSync(engine, { recursive: true });
  cpSync(backup, engine, { recursive: true });
}

test("a copy of the stopped engine is sound, and brings back what was there when it was made", async () => {
  await meter(10);
  const then = await world.balance();
  await stop();
  cpSync(engine, backup, { recursive: true });
  expect(await verify(nodeDisk, backup, loadKernel())).toMatchObject({ found: 0 });
  await start();
  await meter(5);
  expect(await world.balance()).not.toBe(then);
  await stop();
  restore();
  await start();
  expect(await world.balance()).toBe(then);
  // The gateway is told what is on disk now, so that it sends from there what it still has.
  world.pump().acknowledgeAll();
  expect(world.acks.at(-1)).toEqual({ shard: 0, epoch: 1, sequence: 10 });
});

test("a file-system snapshot of the running engine holds all that was acknowledged before it", async () => {
  const disk = new MemoryDisk();
  const running = await SmallEngine.open(disk, "/engine");
  await running.setUp();
  for (let i = 1; i <= 10; i++) {
    await running.frame(i, [[0, START_S + i, i * 1_000]]);
    if (i === 5) await running.engine.snapshot();
    void running.frame(i + 100, []);
    const taken = disk.powerCut(() => true);
    const restored = await SmallEngine.open(taken, "/engine");
    expect(await restored.balance()).toBe(String(10_000_000 - (i - 1) * 200_000));
    await restored.engine.close();
    expect(await verify(taken, "/engine", loadKernel())).toMatchObject({ found: 0 });
  }
  await running.engine.close();
});

test("journal and snapshots of different backups are refused, with what to do", async () => {
  await meter(6);
  await stop();
  cpSync(engine, backup, { recursive: true });
  await start();
  await meter(30);
  await stop();

  const mixed = join(data, "mixed");
  cpSync(engine, mixed, { recursive: true });
  rmSync(join(mixed, "journal"), { recursive: true });
  cpSync(join(backup, "journal"), join(mixed, "journal"), { recursive: true });
  const open = (): Promise<SmallEngine> => SmallEngine.open(nodeDisk, mixed);
  await expect(open()).rejects.toThrow(
    /the journal ends with \d+, before the snapshot of shard 0 .*: restore snapshots and journal from one backup/,
  );
  rmSync(mixed, { recursive: true });
  cpSync(engine, mixed, { recursive: true });
  rmSync(join(mixed, "snapshots"), { recursive: true });
  cpSync(join(backup, "snapshots"), join(mixed, "snapshots"), { recursive: true });
  const before = readdirSync(mixed, { recursive: true });
  await expect(open()).rejects.toThrow(
    /shard 0 has no usable snapshot from which the journal goes on .*: restore snapshots and journal from one backup/,
  );
  expect(readdirSync(mixed, { recursive: true })).toEqual(before);
  await start();
});
