import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Publisher } from "../../gateway/service/publisher.ts";
import { restamp } from "../../gateway/service/restamp.ts";
import { openSpool, type Spool } from "../../gateway/service/spool.ts";
import { inboxOf } from "../contract/broker/permissions.ts";
import { type EngineCommandReply, engineCommandMessage } from "../contract/commands.ts";
import { encodeSnapshot } from "../contract/frame.ts";
import { natsTransport } from "../contract/nats-transport.ts";
import type { EngineQueryReply } from "../contract/queries.ts";
import { loadSettings } from "../contract/settings.ts";
import { engineCommand, engineQuery } from "../contract/subjects.ts";
import { startNats } from "../host/nats.ts";
import type { Running } from "../host/running.ts";
import { type RunningEngine, runEngine } from "../main.ts";

/** Engine and gateway over a real NATS whose whole store is deleted after it acknowledged: nothing is lost, nothing counts twice. */

const KEY = Buffer.alloc(32, 3);
const GATEWAY = 42;
const HEAD = { shard: 0, gateway: GATEWAY, rosterVersion: 1, reports: [] };
const nowS = Math.floor(Date.now() / 1000);
const FLAT = {
  name: "Flat",
  service: "water",
  unit: "m³",
  currency: "EUR",
  timezone: "UTC",
  rates: { all: [{ from: "0", price: "1.00" }] },
};
const SET_UP = [
  {
    op: "set_price_list",
    number: 1,
    index: 0,
    version: 1,
    effective_from_s: 0,
    covers_from_s: nowS - 86_400,
    covers_to_s: nowS + 86_400,
    text: JSON.stringify(FLAT),
  },
  {
    op: "set_policy",
    number: 2,
    index: 0,
    low_credit_micros: [],
    hysteresis_micros: "0",
    disablement_threshold_micros: "0",
    clearance_micros: "0",
    max_balance_micros: "100000000",
    automatic_cut: false,
    stale_after_s: 0,
  },
  { op: "set_gateway", number: 3, gateway: GATEWAY, key: KEY.toString("hex"), roster_version: 1 },
  {
    op: "open_account",
    number: 1,
    slot: 0,
    account_id: "5f0f3a52-7c07-4b0e-9a3a-0a4b5c6d7e8f",
    gateway: GATEWAY,
    price_list: 0,
    policy: 0,
    recorded: false,
    modulus_atoms: "0",
    max_rate_atoms_per_hour: "0",
    step_atoms: "1",
  },
  { op: "credit", number: 2, slot: 0, amount_micros: "50000000" },
];

let data: string;
let server: Running;
let nats: NatsConnection;
let engine: RunningEngine | undefined;
let spool: Spool;
let publisher: Publisher;
let failure: unknown;
let readings = 0;

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), "drawdown-lost-"));
  server = await startNats({ data, port: 0, access: "open" });
  const reconnect = { maxReconnectAttempts: -1, reconnectTimeWait: 100 };
  nats = await connect({ servers: server.url, ...reconnect });
  await startEngine();
  for (const each of SET_UP) await command(each);
  spool = await openSpool({
    folder: join(data, "spool"),
    bytesMax: 100_000_000,
    restamp: (frame, epoch, sequence) => restamp(frame, { epoch, sequence }, KEY),
    nowS: () => nowS,
    onAlarm: () => {},
  });
  publisher = new Publisher({
    shard: 0,
    gateway: GATEWAY,
    key: KEY,
    spool,
    transport: natsTransport(nats, inboxOf("tools")),
    up: () => !nats.isClosed(),
    refreshRoster: async () => 1,
    ownsSlot: () => true,
    setAside: () => {},
    onAlarm: () => {},
    times: { silenceMs: 300, silenceMsMax: 1_000 },
  });
  readings = 0;
}, 60_000);

afterEach(async () => {
  await publisher.close();
  await spool.close();
  await engine?.close();
  await nats.close();
  await server.stop();
  rmSync(data, { recursive: true, force: true });
  expect(failure).toBeUndefined();
}, 60_000);

/** As the role does: an engine that says that the broker lost its store is started again. */
async function startEngine(): Promise<void> {
  const env = {
    DRAWDOWN_DATA: data,
    DRAWDOWN_NATS_URL: server.url,
    DRAWDOWN_SHARDS: "1",
    DRAWDOWN_WORKERS: "1",
    DRAWDOWN_JOURNAL_SEGMENT_MB: "1",
  };
  const fail = (error: unknown): void => {
    failure = error;
  };
  const started = await runEngine(
    loadSettings(env, data).values,
    pino({ level: "silent" }),
    fail,
    () => {
      if (engine === started) void stopEngine().then(startEngine).catch(fail);
    },
  );
  engine = started;
}

async function stopEngine(): Promise<void> {
  const running = engine;
  engine = undefined;
  await running?.close();
}

async function command(body: unknown): Promise<void> {
  const text = JSON.stringify(engineCommandMessage.parse(body));
  const reply = (
    await nats.request(engineCommand(0), text, { timeout: 5_000 })
  ).json<EngineCommandReply>();
  expect(reply.status).toBe("applied");
}

/** Spools readings of one litre more each; the first is the opening one. */
async function meter(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const reading = {
      slot: 0,
      register: readings * 1_000,
      atS: nowS - 7_200 + readings,
      quality: "actual" as const,
    };
    readings += 1;
    await spool.append((sequence, epoch) =>
      encodeSnapshot({ ...HEAD, sequence, epoch, readings: [reading] }, KEY),
    );
  }
  publisher.wake();
}

async function balance(): Promise<string | undefined> {
  try {
    const asked = await nats.request(engineQuery(0), '{"slots":[0]}', { timeout: 1_000 });
    const reply = asked.json<EngineQueryReply>();
    return reply.status === "ok" ? reply.accounts[0]?.balance_micros : undefined;
  } catch {
    return undefined;
  }
}

/** Waits until the gateway has been told that everything is on disk, and the account was charged for all of it. */
async function settled(): Promise<void> {
  await vi.waitFor(() => expect(spool.acknowledged).toBe(readings), {
    timeout: 40_000,
    interval: 100,
  });
  const charged = (readings - 1) * 1_000;
  await vi.waitFor(async () => expect(await balance()).toBe(String(50_000_000 - charged)), {
    timeout: 20_000,
    interval: 200,
  });
}

/** Kills the server, deletes all that it stored, and starts another at the same place. */
async function loseStore(): Promise<void> {
  const port = Number(new URL(server.url).port);
  await server.stop();
  rmSync(join(data, "nats", "store"), { recursive: true, force: true });
  server = await startNats({ data, port, access: "open" });
}

test("while the engine runs: readings taken before, meanwhile and after are all there once", async () => {
  await meter(20);
  await settled();
  const lost = loseStore();
  await meter(10);
  await lost;
  await meter(10);
  await settled();
  await stopEngine();
  await startEngine();
  await settled();
}, 120_000);

test("while the engine is away: what only JetStream had acknowledged comes again from the spool", async () => {
  await meter(5);
  await settled();
  await stopEngine();
  const before = publisher.published;
  await meter(10);
  await vi.waitFor(() => expect(publisher.published).toBeGreaterThan(before));
  await loseStore();
  await startEngine();
  await settled();
}, 120_000);

test("a store that is set back brings nothing twice", async () => {
  await meter(5);
  await settled();
  await loseStore();
  await meter(5);
  await loseStore();
  await settled();
  await stopEngine();
  await startEngine();
  await meter(5);
  await settled();
}, 120_000);
