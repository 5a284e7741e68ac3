import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KIND_CREDIT, KIND_SET_POLICY } from "../../kernel-as/assembly/layout.ts";
import { encodeProfile } from "../contract/frame.ts";
import { nodeDisk } from "../contract/node-disk.ts";
import { type Pool, startPool } from "./pool.ts";
import { type BatchSize, isQuick, QUICK_COMMANDS_MAX, QUICK_READINGS_MAX } from "./quick.ts";
import { SmallEngine, START_S } from "./testing/small-engine.ts";

let folder: string;
let mixed: SmallEngine;
let plain: SmallEngine;
/** Whether each batch of the engine with workers was quick. */
const wereQuick: boolean[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "drawdown-quick-"));
  mixed = await SmallEngine.open(nodeDisk, join(folder, "mixed"), {
    shards: 1,
    startPool: async (module, memories, workers): Promise<Pool> => {
      const pool = await startPool(module, memories, workers);
      const apply: Pool["apply"] = (batch, drain) => {
        wereQuick.push(batch.isQuick);
        return pool.apply(batch, drain);
      };
      return { ...pool, apply };
    },
  });
  plain = await SmallEngine.open(nodeDisk, join(folder, "plain"), { shards: 1 });
});

afterAll(async () => {
  await mixed?.engine.close();
  await plain?.engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const sizeOf = (own: Partial<BatchSize>): BatchSize => ({
  replies: [],
  readings: 0,
  hasTick: false,
  ...own,
});
const commandsOf = (kind: number, many: number): BatchSize["replies"] =>
  Array.from({ length: many }, (_, index) => ({
    index,
    command: {
      record: { kind, number: 1, slot: 0, body: { bytes: 0, put: () => {} } },
      reply: undefined,
    },
  }));

test("a batch is quick by its readings and commands, and never with a tick or what is told to a whole shard", () => {
  expect(isQuick(sizeOf({ readings: QUICK_READINGS_MAX }))).toBe(true);
  expect(isQuick(sizeOf({ readings: QUICK_READINGS_MAX + 1 }))).toBe(false);
  expect(isQuick(sizeOf({ replies: commandsOf(KIND_CREDIT, QUICK_COMMANDS_MAX) }))).toBe(true);
  expect(isQuick(sizeOf({ replies: commandsOf(KIND_CREDIT, QUICK_COMMANDS_MAX + 1) }))).toBe(false);
  expect(isQuick(sizeOf({ replies: commandsOf(KIND_SET_POLICY, 1) }))).toBe(false);
  expect(isQuick(sizeOf({ hasTick: true }))).toBe(false);
});

/** One frame of a profile of so many readings, a minute apart. */
function profile(small: SmallEngine, sequence: number, readings: number): Promise<void> {
  const head = { shard: 0, gateway: 5, epoch: 1, sequence, rosterVersion: 1 };
  const registers = Array.from({ length: readings }, (_, i) => 2_000 + i);
  const series = [{ slot: 0, registers }];
  const frame = { ...head, baseS: START_S + 120, intervalS: 60, series };
  const bytes = encodeProfile(frame, Buffer.alloc(32, 7));
  return new Promise((done) => {
    expect(small.pump().offerFrame(bytes, done)).toBe(true);
  });
}

test("batches that are applied here and by workers in turn come to what one thread comes to, outputs byte for byte", async () => {
  for (const small of [mixed, plain]) {
    await small.setUp(2);
    small.nowS = START_S + 10 * 86_400;
    await small.frame(1, [[0, START_S + 60, 1_000]]);
    await profile(small, 2, QUICK_READINGS_MAX + 1);
    await small.frame(3, [[1, START_S + 120, 7_000]]);
    await profile(small, 4, 10);
    small.engine.tick();
    await small.pump().idle();
    await small.published();
  }
  expect(wereQuick.slice(-5)).toEqual([true, false, true, true, false]);
  // A price list, a policy and a gateway are told to the whole shard.
  expect(wereQuick.slice(0, 3)).toEqual([false, false, false]);
  for (const slot of [0, 1]) expect(await mixed.balance(slot)).toBe(await plain.balance(slot));
  expect(await mixed.balance(0)).not.toBe("10000000");
  expect(mixed.messages.length).toBeGreaterThan(3);
  expect(mixed.messages).toEqual(plain.messages);
});
