import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { gatewayInbox } from "../../engine/contract/broker/permissions.ts";
import { natsTransport } from "../../engine/contract/nats-transport.ts";
import { ensureStreams } from "../../engine/contract/streams.ts";
import { STREAMS } from "../../engine/contract/subjects.ts";
import { type TestServers, withServers } from "../../engine/host/testing.ts";
import { Packer } from "./packer.ts";
import { Publisher, WINDOW_FRAMES_MAX } from "./publisher.ts";
import type { SetAside } from "./rescue.ts";
import { restamp } from "./restamp.ts";
import { openSpool, type Spool } from "./spool.ts";
import { startTestPeer, type TestPeer } from "./testing-peer.ts";

const KEY = new Uint8Array(32).fill(7);
const TIMES = { silenceMs: 150, silenceMsMax: 600 };
let servers: TestServers;
let nc: NatsConnection;
let folder = "";
let gateway = 0;
let rosterVersion = 1;
let registryVersion = 1;
let alarms: (string | undefined)[] = [];
let lost = new Set<number>();
let aside: SetAside[] = [];
let spool: Spool;
let packer: Packer;
let peer: TestPeer;
let publisher: Publisher | undefined;

beforeAll(async () => {
  servers = await withServers({ nats: true });
  nc = await connect({ servers: servers.natsUrl });
  await ensureStreams(await jetstreamManager(nc));
});
afterAll(async () => {
  await nc.close();
  await servers.stop();
});

beforeEach(async () => {
  gateway++;
  folder = mkdtempSync(join(tmpdir(), "publisher-"));
  rosterVersion = 1;
  registryVersion = 1;
  alarms = [];
  lost = new Set();
  aside = [];
  await openAll();
  peer = await startTestPeer(nc, gateway);
  peer.key = KEY;
});
afterEach(async () => {
  await publisher?.close();
  await packer.close();
  await spool.close();
  await peer.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openAll(nowS = 1_000): Promise<void> {
  spool = await openSpool({
    folder: join(folder, "spool"),
    bytesMax: 10_000_000,
    restamp: (frame, epoch, sequence) => restamp(frame, { epoch, sequence }, KEY),
    nowS: () => nowS,
    onAlarm: () => undefined,
  });
  packer = new Packer({
    head: { shard: 3, gateway, rosterVersion: () => rosterVersion },
    key: KEY,
    spool,
    waitMs: 5,
    onFull: () => undefined,
    onSpooled: () => publisher?.wake(),
  });
}

function publish(times = TIMES): void {
  publisher = new Publisher({
    shard: 3,
    gateway,
    key: KEY,
    spool,
    transport: natsTransport(nc, gatewayInbox(gateway)),
    up: () => true,
    refreshRoster: async () => {
      rosterVersion = registryVersion;
      return rosterVersion;
    },
    ownsSlot: (slot) => !lost.has(slot),
    setAside: (entries) => aside.push(entries),
    onAlarm: (message) => alarms.push(message),
    times,
  });
}

/** Readings 1, 2, 3, … each in a frame of its own. */
async function read(count: number, from = 1): Promise<number[]> {
  const registers = Array.from({ length: count }, (_, i) => from + i);
  for (const register of registers) {
    packer.addReading({ slot: 5, register, atS: 1_000 + register, quality: "actual" });
    await packer.flush();
  }
  return registers;
}

const taken = (): number[] => peer.readings.map(({ register }) => register);

test("frames arrive in order and leave the spool when the engine has them", async () => {
  publish();
  const registers = await read(100);
  await vi.waitFor(() => expect(spool.depth).toBe(0), 15_000);
  expect(taken()).toEqual(registers);
  expect([peer.epoch, peer.sequence]).toEqual([1_000, 100]);
});

test("no more than the window is sent before the engine answers", async () => {
  peer.mute = true;
  await read(80);
  publish({ silenceMs: 2_000, silenceMsMax: 2_000 });
  await vi.waitFor(() => expect(peer.arrived).toBe(WINDOW_FRAMES_MAX), 15_000);
  peer.mute = false;
  await vi.waitFor(() => expect(spool.depth).toBe(0), 15_000);
  expect(taken().length).toBe(80);
});

test("a frame that is lost on the way goes again, with all behind it", async () => {
  peer.lose = new Set([4, 9]);
  const registers = await read(20);
  publish();
  await vi.waitFor(() => expect(spool.depth).toBe(0), 15_000);
  expect(taken()).toEqual(registers);
});

test("an acknowledgement that is lost is asked for again by sending again", async () => {
  peer.mute = true;
  publish();
  const registers = await read(3);
  await vi.waitFor(() => expect(peer.sequence).toBe(3), 15_000);
  peer.mute = false;
  await vi.waitFor(() => expect(spool.depth).toBe(0), 15_000);
  expect(taken()).toEqual(registers);
});

test("long silence is told, and sends single frames only", async () => {
  peer.mute = true;
  publish();
  await read(30);
  await vi.waitFor(() => expect(alarms.at(-1)).toContain("does not answer"), 15_000);
  expect(peer.arrived).toBeLessThan(70);
  peer.mute = false;
  await vi.waitFor(() => expect(spool.depth).toBe(0), 15_000);
  expect(alarms.at(-1)).toBeUndefined();
});

test("readings packed under an old roster are sent under the new one, none lost", async () => {
  const registers = await read(5);
  peer.leastRoster = 4;
  registryVersion = 4;
  publish();
  await vi.waitFor(() => expect(spool.depth).toBe(0), 15_000);
  expect(taken()).toEqual(registers);
  expect(alarms).toEqual([]);
});

test("a registry that is behind the engine raises the alarm until it has caught up", async () => {
  peer.leastRoster = 2;
  publish();
  const registers = await read(3);
  await vi.waitFor(() => expect(alarms.at(-1)).toContain("roster version 1"), 15_000);
  registryVersion = 2;
  await vi.waitFor(() => expect(spool.depth).toBe(0), 15_000);
  expect(taken()).toEqual(registers);
  expect(alarms.at(-1)).toBeUndefined();
});

test("what belongs to a slot that was given away is set aside once; the rest goes on", async () => {
  for (const [slot, register] of [
    [5, 1],
    [6, 2],
    [5, 3],
  ] as const)
    packer.addReading({ slot, register, atS: 1_000, quality: "actual" });
  await packer.flush();
  await read(2, 4);
  peer.foreign = new Set([6]);
  lost = new Set([6]);
  registryVersion = 2;
  publish();
  await vi.waitFor(() => expect(spool.depth).toBe(0), 15_000);
  expect(taken().toSorted()).toEqual([1, 3, 4, 5]);
  expect(aside.map(({ sequence, readings }) => [sequence, readings[0]?.register])).toEqual([
    [1, 2],
  ]);
});

test("a slot that the engine does not know yet holds the flow until it does", async () => {
  await read(3);
  peer.foreign = new Set([5]);
  publish();
  await vi.waitFor(() => expect(alarms.at(-1)).toContain("does not know a slot"), 15_000);
  peer.foreign = new Set();
  await vi.waitFor(() => expect(spool.depth).toBe(0), 15_000);
  expect([taken().toSorted(), aside]).toEqual([[1, 2, 3], []]);
});

test.each([
  ["unknown_gateway", (on: boolean) => (peer.known = !on)],
  ["bad_tag", (on: boolean) => (peer.key = on ? new Uint8Array(32) : KEY)],
] as const)("%s stops the flow with an alarm; once mended, all goes out", async (code, fail) => {
  fail(true);
  publish();
  const registers = await read(40);
  await vi.waitFor(() => expect(alarms.at(-1)).toContain(code), 15_000);
  expect(spool.depth).toBe(40);
  const arrived = peer.arrived;
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(peer.arrived - arrived).toBeLessThan(6);
  fail(false);
  await vi.waitFor(() => expect(spool.depth).toBe(0), 15_000);
  expect(taken()).toEqual(registers);
  expect(alarms.at(-1)).toBeUndefined();
});

test("a spool that was set back begins an epoch after the engine's, and loses nothing", async () => {
  publish();
  await read(6);
  await vi.waitFor(() => expect(peer.sequence).toBe(6), 15_000);
  await publisher?.close();
  await spool.close();
  rmSync(folder, { recursive: true });
  await openAll(900); // A machine whose clock stands before the epoch that the engine knows.
  publish();
  await read(2, 7);
  await vi.waitFor(() => expect(spool.depth).toBe(0), 15_000);
  expect(taken()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(spool.epoch).toBe(1_001);
});

test("a restart sends what is not acknowledged, and the engine drops what it has", async () => {
  publish();
  await read(3);
  await vi.waitFor(() => expect(spool.depth).toBe(0), 15_000);
  await publisher?.close();
  await read(2, 4);
  await spool.close();
  await openAll();
  expect(spool.depth).toBeGreaterThanOrEqual(2);
  publish();
  await vi.waitFor(() => expect(spool.depth).toBe(0), 15_000);
  expect(taken()).toEqual([1, 2, 3, 4, 5]);
});

test("a stream that is full refuses; the spool grows, and all arrives once there is room", async () => {
  const manager = await jetstreamManager(nc);
  const before = (await manager.streams.info(STREAMS.frames)).config;
  await peer.close();
  await manager.streams.update(STREAMS.frames, { ...before, max_msgs: 5 });
  publish();
  await read(20);
  await vi.waitFor(() => expect(alarms.at(-1)).toContain("JetStream takes no frames"), 15_000);
  expect(spool.depth).toBe(20);
  await manager.streams.update(STREAMS.frames, before);
  await manager.consumers.delete(STREAMS.frames, `peer-${gateway}`);
  peer = await startTestPeer(nc, gateway);
  peer.key = KEY;
  await vi.waitFor(() => expect(spool.depth).toBe(0), 15_000);
  expect(taken()).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
});
