import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { beforeEach, expect, test } from "vitest";
import { LAYOUT_VERSION } from "../../kernel-as/assembly/layout.ts";
import { encodeSnapshot } from "../contract/frame.ts";
import { MemoryDisk } from "../journal/testing/memory-disk.ts";
import { SmallEngine } from "./testing/small-engine.ts";

/** Data that a program of layout 1 left, kept as files, and what their accounts came to there. */

const FOLDER = "/data/engine";
const KEY = Buffer.alloc(32, 7);
const kept = (name: string): Buffer =>
  readFileSync(new URL(`../journal/testing/${name}`, import.meta.url));
const files = (name: string): Buffer => gunzipSync(kept(`${name}.gz`));

type Account = Record<string, unknown>;
type Step =
  | { now_s: number; command: unknown }
  | { now_s: number; frame: { sequence: number; readings: [number, number, number][] } }
  | { now_s: number; tick: true };
type Story = {
  snapshot: string;
  journal: string;
  accounts: Account[];
  behind: Step[];
  accounts_behind: Account[];
};

const story = JSON.parse(kept("layout-1.json").toString()) as Story;
let disk: MemoryDisk;

beforeEach(() => {
  disk = new MemoryDisk();
  disk.put(`${FOLDER}/installation.json`, Buffer.from('{"shards":1}'));
  disk.put(`${FOLDER}/snapshots/${story.snapshot}`, files("layout-1.snapshot"));
  disk.put(`${FOLDER}/journal/${story.journal}`, files("layout-1.journal"));
});

const open = (on: MemoryDisk): Promise<SmallEngine> => SmallEngine.open(on, FOLDER, { shards: 1 });

async function accounts({ engine }: SmallEngine): Promise<unknown[]> {
  return (await engine.pumps.get(0)?.query([0, 1, 2, 3, 4]))?.accounts ?? [];
}

async function play(world: SmallEngine, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    world.nowS = step.now_s;
    if ("command" in step)
      expect(await world.command(step.command)).toMatchObject({ status: "applied" });
    else if ("frame" in step) await frame(world, step.frame);
    else {
      world.engine.tick();
      await world.pump().idle();
    }
  }
}

function frame(
  world: SmallEngine,
  { sequence, readings }: { sequence: number; readings: [number, number, number][] },
): Promise<void> {
  const rows = readings.map(([slot, atS, register]) => ({
    slot,
    atS,
    register,
    quality: "actual" as const,
  }));
  const head = { shard: 0, gateway: 5, epoch: 1, sequence, rosterVersion: 1, reports: [] };
  const bytes = encodeSnapshot({ ...head, readings: rows }, KEY);
  return new Promise((done) => expect(world.pump().offerFrame(bytes, done)).toBe(true));
}

test("accounts are what they were, and go on as they would have", async () => {
  const world = await open(disk);
  expect(await accounts(world)).toMatchObject(story.accounts);
  await play(world, story.behind);
  expect(await accounts(world)).toMatchObject(story.accounts_behind);
  await world.engine.close();
});

test("what was taken over is there after a restart, and the old journal is kept beside", async () => {
  const world = await open(disk);
  expect(world.warnings[0]).toMatch(/taking over data of an older layout; the old journal is kept/);
  await play(world, story.behind.slice(0, 2));
  const before = await accounts(world);
  await world.engine.close();
  const again = await open(disk.powerCut());
  expect(await accounts(again)).toEqual(before);
  expect(again.warnings).toEqual([]);
  await again.engine.close();
  expect(await disk.readdir(`${FOLDER}/journal-before-layout-${LAYOUT_VERSION}`)).toEqual([
    story.journal,
  ]);
});

test("data that were not closed in order are refused, and nothing is changed", async () => {
  disk.put(`${FOLDER}/journal/${story.journal}`, files("layout-1.unclosed.journal"));
  await expect(open(disk)).rejects.toThrow(
    /were not closed in order: shard 0 has inputs up to \d+, its snapshot stands for 23: start the program that wrote them/,
  );
  expect(await disk.readdir(`${FOLDER}/snapshots`)).toEqual([story.snapshot]);
  expect(await disk.readdir(`${FOLDER}/journal`)).toEqual([story.journal]);
});

test("a crash at any operation of it is begun again and loses nothing", async () => {
  for (let allowed = 0; ; allowed++) {
    let left = allowed;
    const tried = disk.powerCut();
    tried.failing = (operation) => {
      if (operation === "open") return undefined;
      left -= 1;
      return left < 0 ? "EIO" : undefined;
    };
    const world = await open(tried).catch(() => undefined);
    tried.failing = () => undefined;
    await world?.engine.close();
    const after = await open(tried.powerCut(() => allowed % 2 === 0));
    expect(await accounts(after), `${allowed} operations`).toMatchObject(story.accounts);
    await after.engine.close();
    if (world !== undefined) break;
  }
}, 60_000);
