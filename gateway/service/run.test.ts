import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { clockFrom } from "../../engine/contract/clock.ts";
import { REPORT, SUPPLY_REPORT } from "../../engine/contract/frame.ts";
import type { Roster } from "../../engine/contract/roster.ts";
import { ensureStreams } from "../../engine/contract/streams.ts";
import { commandSubject, metricsSubject, rosterChanged } from "../../engine/contract/subjects.ts";
import { type TestServers, withServers } from "../../engine/host/testing.ts";
import { loadDevices } from "../devices/load.ts";
import { createBacnetDriver } from "../drivers/bacnet/driver.ts";
import { createMbusDriver } from "../drivers/mbus/driver.ts";
import { createModbusDriver } from "../drivers/modbus/driver.ts";
import { type Field, startField } from "../field/field.ts";
import { readIdentity } from "./identity.ts";
import type { GatewayMetrics } from "./metrics.ts";
import { RunningGateways } from "./run.ts";
import { startTestPeer, type TestPeer } from "./testing-peer.ts";

const WAIT = 20_000;
const KEY = new Uint8Array(32).fill(9);
const { devices } = loadDevices();
let servers: TestServers;
let nc: NatsConnection;
let folder = "";
let gateway = 100;
let field: Field;
let peer: TestPeer;
let running: RunningGateways | undefined;
/** What the registry answers; undefined while it is away. */
let answer: { roster: Roster } | { error: string } | undefined;

beforeAll(async () => {
  servers = await withServers({ nats: true });
  nc = await connect({ servers: servers.natsUrl });
  await ensureStreams(await jetstreamManager(nc));
  nc.subscribe("registry.roster.*", {
    callback: (_, message) => {
      if (answer !== undefined) message.respond(JSON.stringify(answer));
    },
  });
});
afterAll(async () => {
  await nc.close();
  await servers.stop();
});

beforeEach(async () => {
  gateway++;
  folder = mkdtempSync(join(tmpdir(), "gateway-"));
  const anchor = { wallMs: Date.now(), epochS: 1_780_000_000, speed: 240 };
  field = await startField({
    meters: 20,
    clock: clockFrom(anchor),
    stateFile: join(folder, "field.json"),
    seed: 3,
  });
  peer = await startTestPeer(nc, gateway);
  peer.key = KEY;
  answer = { roster: rosterOf(20, 1) };
  await start(anchor);
});
afterEach(async () => {
  await running?.close();
  await field.close();
  await peer.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(
  anchor = { wallMs: Date.now(), epochS: 1_780_000_000, speed: 240 },
): Promise<void> {
  running = new RunningGateways({
    nats: { servers: servers.natsUrl },
    folder: join(folder, "gateways"),
    clock: clockFrom(anchor),
    drivers: {
      modbus: createModbusDriver({ devices }),
      mbus: createMbusDriver({ devices }),
      bacnet: createBacnetDriver({ devices }),
    },
    log: pino({ level: "silent" }),
    periodMs: () => 500,
  });
  await running.add({ gateway, shard: 3, key: KEY });
}

/** The first meters of the field, each in the slot of its place. */
function rosterOf(count: number, version: number): Roster {
  const meters = field.plan.meters.slice(0, count).map((meter, slot) => {
    const { serial, service, driver, device, link, address } = meter;
    return { meter_id: `meter-${slot}`, serial, slot, service, driver, device, link, address };
  });
  return { gateway, shard: 3, version, meters };
}

async function command(number: number, action: "cut" | "restore", slot: number): Promise<void> {
  const message = {
    shard: 3,
    slot,
    number,
    action,
    requested_s: 1_780_000_000,
    expires_s: 1_790_000_000,
  };
  await jetstream(nc).publish(commandSubject(gateway), JSON.stringify(message));
}

const registersOf = (slot: number): number[] =>
  peer.readings.filter((reading) => reading.slot === slot).map(({ register }) => register);
const supplyReports = (slot: number): [number, number][] =>
  peer.reports
    .filter((report) => report.slot === slot && report.kind === REPORT.supply)
    .map(({ number, state }) => [number, state]);

test("every meter's readings arrive and rise; each relay is reported once at first", async () => {
  await vi.waitFor(() => {
    for (let slot = 0; slot < 20; slot++) expect(registersOf(slot).length).toBeGreaterThan(2);
  }, WAIT);
  for (let slot = 0; slot < 20; slot++)
    expect(registersOf(slot)).toEqual(registersOf(slot).toSorted((a, b) => a - b));
  const relays = field.plan.meters.filter(({ relay }) => relay).length;
  expect(peer.reports.filter(({ kind }) => kind === REPORT.supply).length).toBe(relays);
});

test("a cut opens the relay, is read back and reported, stops consumption; a restore undoes it", async () => {
  await vi.waitFor(() => expect(supplyReports(0)).toEqual([[0, SUPPLY_REPORT.connected]]), WAIT);
  await command(1, "cut", 0);
  await vi.waitFor(
    () => expect(supplyReports(0).at(-1)).toEqual([1, SUPPLY_REPORT.disconnected]),
    WAIT,
  );
  expect(field.meters.get(field.plan.meters[0]?.serial ?? "")?.relayClosed()).toBe(false);
  const before = registersOf(0).length;
  await vi.waitFor(() => expect(registersOf(0).length).toBeGreaterThan(before + 3), WAIT);
  expect(new Set(registersOf(0).slice(before + 1)).size).toBe(1);
  await command(2, "restore", 0);
  await vi.waitFor(
    () => expect(supplyReports(0).at(-1)).toEqual([2, SUPPLY_REPORT.connected]),
    WAIT,
  );
  expect(supplyReports(0).length).toBe(3);
});

test("a relay moved by hand is noticed and reported without a command's number", async () => {
  await vi.waitFor(() => expect(supplyReports(2).length).toBe(1), WAIT);
  field.meters.get(field.plan.meters[2]?.serial ?? "")?.moveRelay(false);
  await vi.waitFor(
    () => expect(supplyReports(2).at(-1)).toEqual([0, SUPPLY_REPORT.disconnected]),
    WAIT,
  );
});

test("a new roster is taken up while running; a false one is told and changes nothing", async () => {
  answer = { roster: rosterOf(5, 2) };
  nc.publish(rosterChanged(gateway), "");
  await vi.waitFor(() => expect(running?.metrics().meters).toBe(5), WAIT);
  const known = rosterOf(4, 3);
  const twice = known.meters.map((meter) => ({ ...meter, slot: 1 }));
  for (const bad of [
    { error: "no such gateway" },
    { roster: { ...known, meters: twice } },
    { roster: { ...known, version: 1 } },
  ]) {
    answer = bad;
    nc.publish(rosterChanged(gateway), "");
    await vi.waitFor(
      () =>
        expect(running?.metrics().alarms.join()).toMatch(/no such gateway|one slot|older than 2/),
      WAIT,
    );
    expect(running?.metrics().meters).toBe(5);
    answer = { roster: rosterOf(5, 2) };
    nc.publish(rosterChanged(gateway), "");
    await vi.waitFor(() => expect(running?.metrics().alarms).toEqual([]), WAIT);
  }
});

test("without the registry a restart goes on with the roster on disk, and the sequence goes on", async () => {
  await vi.waitFor(() => expect(peer.readings.length).toBeGreaterThan(20), WAIT);
  await running?.close();
  const { epoch, sequence } = peer;
  const read = peer.readings.length;
  answer = undefined;
  await start();
  await vi.waitFor(() => expect(peer.readings.length).toBeGreaterThan(read + 20), WAIT);
  expect(peer.epoch).toBe(epoch);
  expect(peer.sequence).toBeGreaterThan(sequence);
});

test("a silent meter is counted and asked more seldom; the figures are published each second", async () => {
  const figures: GatewayMetrics[] = [];
  const subscription = nc.subscribe(metricsSubject("gateway"), {
    callback: (_, message) => {
      figures.push(message.json<GatewayMetrics>());
    },
  });
  const roster = rosterOf(5, 2);
  const [first] = roster.meters;
  if (first === undefined) throw new Error("no meter");
  answer = {
    roster: {
      ...roster,
      meters: [...roster.meters, { ...first, meter_id: "gone", slot: 77, address: "200" }],
    },
  };
  nc.publish(rosterChanged(gateway), "");
  await vi.waitFor(() => expect(figures.at(-1)?.silent_meters).toBe(1), WAIT);
  subscription.unsubscribe();
  const last = figures.at(-1);
  expect(last).toMatchObject({ role: "gateway", gateways: 1, meters: 6 });
  expect(Object.values(last?.faults ?? {}).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(
    0,
  );
  expect(last?.links.find(({ faults }) => Object.keys(faults).length > 0)?.reads).toBeGreaterThan(
    1,
  );
});

test("an identity is read from a file that only its owner may read", () => {
  const path = join(folder, "7.json");
  writeFileSync(path, JSON.stringify({ gateway: 7, shard: 2, key: "ab".repeat(32) }), {
    mode: 0o600,
  });
  expect(readIdentity(path)).toEqual({
    gateway: 7,
    shard: 2,
    key: Buffer.from("ab".repeat(32), "hex"),
  });
  writeFileSync(join(folder, "8.json"), "{}", { mode: 0o644 });
  expect(() => readIdentity(join(folder, "8.json"))).toThrow("chmod 600");
  writeFileSync(join(folder, "9.json"), '{"gateway":0}', { mode: 0o600 });
  expect(() => readIdentity(join(folder, "9.json"))).toThrow('must be {"gateway"');
});
