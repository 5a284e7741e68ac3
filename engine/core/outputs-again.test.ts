import { expect, test } from "vitest";
import { MemoryDisk } from "../journal/testing/memory-disk.ts";
import type { OutMessage } from "./outbox.ts";
import { SmallEngine, START_S } from "./testing/small-engine.ts";

/** A broker that lost what it had taken: the engine publishes again what the journal has and the store may not. */

const FOLDER = "/data/engine";
/** Small, so that the journal would let go of much. */
const segmentBytesMax = 1 << 12;
const STEPS = 40;
const HANDED_ON_STEP = 7;

type Story = {
  disk: MemoryDisk;
  handedOn: number;
  messages: readonly OutMessage[];
  balance?: string | undefined;
};

/** Readings with a snapshot after each; outputs behind step HANDED_ON_STEP never reach the store. */
async function story(handsOn: boolean): Promise<Story> {
  const disk = new MemoryDisk();
  const world = await SmallEngine.open(disk, FOLDER, { segmentBytesMax });
  world.engine.handedOn = 0;
  await world.setUp();
  let handedOn = 0;
  for (let step = 1; step <= STEPS; step++) {
    await world.frame(step, [[0, START_S + step * 60, step * 100]]);
    await world.published();
    if (step === HANDED_ON_STEP) handedOn = world.engine.journal.durable;
    world.engine.handedOn = handsOn ? Number.MAX_SAFE_INTEGER : handedOn;
    await world.engine.notePublished();
    await world.engine.snapshot();
  }
  const balance = await world.balance();
  await world.engine.close();
  return { disk, handedOn, messages: world.messages, balance };
}

const idsOf = (messages: readonly OutMessage[]): string[] => messages.map(({ id }) => id);
const sequenceOf = ({ id }: OutMessage): number => Number(id.split("-")[1]);

test("what was not handed on comes again with the same ids and bytes, whatever snapshots were made since", async () => {
  const { disk, handedOn, messages, balance } = await story(false);
  const world = await SmallEngine.open(disk, FOLDER, { segmentBytesMax, outputsAfter: handedOn });
  await world.published();
  const lost = messages.filter((each) => sequenceOf(each) > handedOn);
  expect(lost.length).toBeGreaterThan(STEPS - HANDED_ON_STEP - 1);
  expect(idsOf(world.messages)).toEqual(idsOf(lost));
  expect(world.messages.map(({ payload }) => Buffer.from(payload).toString("hex"))).toEqual(
    lost.map(({ payload }) => Buffer.from(payload).toString("hex")),
  );
  expect(await world.balance()).toBe(balance);
  expect(world.warnings).toEqual([]);
  await world.engine.close();
});

test("an ordinary start makes nothing again that was published", async () => {
  const { disk, balance } = await story(false);
  const world = await SmallEngine.open(disk, FOLDER, { segmentBytesMax });
  await world.published();
  expect(world.messages.length).toBeLessThan(3);
  expect(await world.balance()).toBe(balance);
  await world.engine.close();
});

test("a supply command that no meter has confirmed comes again, however long ago it was published", async () => {
  const disk = new MemoryDisk();
  const first = await SmallEngine.open(disk, FOLDER);
  await first.setUp(2);
  await first.frame(1, [
    [0, START_S, 0],
    [1, START_S, 0],
  ]);
  first.nowS = START_S + 3_600;
  await first.frame(2, [
    [0, START_S + 3_600, 60_000],
    [1, START_S + 3_600, 1_000],
  ]);
  await first.published();
  const cut = first.messages.find(({ subject }) => subject.startsWith("cmd."));
  const outputsAfter = first.engine.journal.durable;
  await first.engine.notePublished();
  await first.engine.close();
  const world = await SmallEngine.open(disk, FOLDER, { outputsAfter });
  await world.published();
  expect(cut?.id).toBe("supply-0-0-1");
  expect(world.messages.map(({ subject, id }) => [subject, id])).toEqual([["cmd.5", cut?.id]]);
  expect(JSON.parse(Buffer.from(world.messages[0]?.payload ?? []).toString())).toMatchObject({
    shard: 0,
    slot: 0,
    number: 1,
    action: "cut",
  });
  await world.engine.close();
});

test("what the journal has let go of is told, and the state is whole all the same", async () => {
  const { disk, balance } = await story(true);
  const world = await SmallEngine.open(disk, FOLDER, { segmentBytesMax, outputsAfter: 2 });
  expect(world.warnings.join()).toMatch(/shard 0: outputs from 3 to \d+ can't be made again/);
  expect(await world.balance()).toBe(balance);
  await world.engine.close();
});
