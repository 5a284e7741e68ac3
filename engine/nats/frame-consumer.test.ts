import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inboxOf } from "../contract/broker/permissions.ts";
import { encodeSnapshot } from "../contract/frame.ts";
import { natsTransport } from "../contract/nats-transport.ts";
import { nodeDisk } from "../contract/node-disk.ts";
import { frameSubject, STREAMS } from "../contract/subjects.ts";
import { machineTime } from "../contract/time.ts";
import { SmallEngine, START_S } from "../core/testing/small-engine.ts";
import { startNats } from "../host/nats.ts";
import type { Running } from "../host/running.ts";
import { FrameConsumer, type FrameSource, frameSources } from "./frame-consumer.ts";

const SHARDS = 2;
const GATEWAY = 5;
const KEY = Buffer.alloc(32, 7);

let folder: string;
let server: Running;
let nats: NatsConnection;
let manager: JetStreamManager;
let small: SmallEngine;
const strays: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "drawdown-consumers-"));
  server = await startNats({ data: folder, port: 0, access: "open" });
  nats = await connect({ servers: server.url });
  manager = await jetstreamManager(nats);
  small = await SmallEngine.open(nodeDisk, join(folder, "engine"), { shards: SHARDS });
  for (let shard = 0; shard < SHARDS; shard++) await small.setUp(1, shard);
});

afterAll(async () => {
  await small?.engine.close();
  await nats?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const open = (source: FrameSource): Promise<FrameConsumer> =>
  FrameConsumer.open(source, {
    transport: natsTransport(nats, inboxOf("tools")),
    time: machineTime,
    stray: (subject) => strays.push(subject),
  });

/** One more kWh, of 0.20, in the frame of this sequence. */
function send(shard: number, sequence: number): Promise<void> {
  const bytes = encodeSnapshot(
    {
      shard,
      gateway: GATEWAY,
      epoch: 1,
      sequence,
      rosterVersion: 1,
      readings: [
        { slot: 0, atS: START_S + sequence, register: 1_000 * sequence, quality: "actual" },
      ],
      reports: [],
    },
    KEY,
  );
  return natsTransport(nats, inboxOf("tools")).store(frameSubject(shard, GATEWAY), bytes, {
    waitMs: 5_000,
  });
}

const inStream = async (): Promise<number> =>
  (await manager.streams.info(STREAMS.frames)).state.messages;

async function consumers(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of manager.consumers.list(STREAMS.frames)) names.push(name);
  return names.sort();
}

/** All of one shard each, as an engine that does not own every shard. */
const divided = (): FrameSource[] =>
  [...small.engine.pumps].flatMap(([shard, pump]) => frameSources(new Map([[shard, pump]]), 64));

test("an engine of every shard takes over from consumers of one shard each, with what they had not acknowledged, and back", async () => {
  small.nowS = START_S + 100;
  const before = await Promise.all(divided().map(open));
  await Promise.all(before.map((each) => each.close()));
  expect(await consumers()).toEqual(["engine-0", "engine-1"]);
  for (let shard = 0; shard < SHARDS; shard++) {
    await send(shard, 1);
    await send(shard, 2);
  }
  const taken = await natsTransport(nats, inboxOf("tools")).consume({
    ...divided()[0]?.consumer,
    stream: STREAMS.frames,
    name: "engine-0",
    pendingMax: 1,
    aheadMax: 1,
    pullMs: 1_000,
  });
  for await (const { subject } of taken) {
    expect(subject).toBe(frameSubject(0, GATEWAY));
    // It ends without having acknowledged.
    taken.stop();
  }

  const [all, ...others] = frameSources(small.engine.pumps, SHARDS);
  expect(others).toEqual([]);
  if (all === undefined) throw new Error("no source");
  const whole = await open(all);
  expect(await consumers()).toEqual(["engine"]);
  await expect.poll(inStream).toBe(0);
  expect([await small.balance(0, 0), await small.balance(0, 1)]).toEqual(["9800000", "9800000"]);
  expect(whole.lags(Date.now())).toEqual([
    { shard: 0, frames: 0, ms: 0 },
    { shard: 1, frames: 0, ms: 0 },
  ]);
  await whole.close();

  for (let shard = 0; shard < SHARDS; shard++) await send(shard, 3);
  const after = await Promise.all(divided().map(open));
  expect(await consumers()).toEqual(["engine-0", "engine-1"]);
  await expect.poll(inStream).toBe(0);
  expect([await small.balance(0, 0), await small.balance(0, 1)]).toEqual(["9600000", "9600000"]);
  await Promise.all(after.map((each) => each.close()));
}, 30_000);

test("a frame for a shard that the installation has not is named and let go, and those behind it are taken", async () => {
  const [all] = frameSources(small.engine.pumps, SHARDS);
  if (all === undefined) throw new Error("no source");
  const whole = await open(all);
  const bytes = Buffer.from("no frame");
  await natsTransport(nats, inboxOf("tools")).store("frame.9.5", bytes, { waitMs: 5_000 });
  await natsTransport(nats, inboxOf("tools")).store("frame.x.5", bytes, { waitMs: 5_000 });
  await send(1, 4);
  await expect.poll(inStream).toBe(0);
  expect(strays).toEqual(["frame.9.5", "frame.x.5"]);
  expect(await small.balance(0, 1)).toBe("9400000");
  await whole.close();
});
