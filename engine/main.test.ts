import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DurableAck } from "./contract/acks.ts";
import type { EngineCommand, EngineCommandReply } from "./contract/commands.ts";
import { encodeProfile, encodeSnapshot } from "./contract/frame.ts";
import type { EngineQueryReply } from "./contract/queries.ts";
import { loadSettings } from "./contract/settings.ts";
import {
  ackSubject,
  engineCommand,
  engineQuery,
  frameSubject,
  STREAMS,
} from "./contract/subjects.ts";
import { startNats } from "./host/nats.ts";
import type { Running } from "./host/running.ts";
import { type RunningEngine, runEngine } from "./main.ts";

/** The engine over a real NATS: what its users on the wire see. */

const KEY = Buffer.alloc(32, 3);
const SHARD = 1;
const GATEWAY = 42;
const ACCOUNT = "5f0f3a52-7c07-4b0e-9a3a-0a4b5c6d7e8f";
const nowS = Math.floor(Date.now() / 1000);

let data: string;
let server: Running;
let nats: NatsConnection;
let running: RunningEngine;
let failure: unknown;

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "drawdown-role-"));
  server = await startNats({ data, port: 0, access: "open" });
  nats = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
  running = await start();
});

afterAll(async () => {
  await running?.close();
  await nats?.close();
  await server?.stop();
  rmSync(data, { recursive: true, force: true });
});

function start(): Promise<RunningEngine> {
  const env = {
    DRAWDOWN_DATA: data,
    DRAWDOWN_NATS_URL: server.url,
    DRAWDOWN_SHARDS: "2",
    DRAWDOWN_WORKERS: "1",
  };
  const { values } = loadSettings(env, data);
  return runEngine(values, pino({ level: "silent" }), (error) => {
    failure = error;
  });
}

async function ask<Reply>(subject: string, body: unknown): Promise<Reply> {
  return (await nats.request(subject, JSON.stringify(body), { timeout: 5_000 })).json<Reply>();
}

const command = (body: EngineCommand): Promise<EngineCommandReply> =>
  ask(engineCommand(SHARD), body);

async function balance(): Promise<string | undefined> {
  const reply = await ask<EngineQueryReply>(engineQuery(SHARD), { slots: [0] });
  return reply.status === "ok" ? reply.accounts[0]?.balance_micros : undefined;
}

/** The next acknowledgement that is for this sequence. */
async function acknowledged(sequence: number, send: () => Promise<unknown>): Promise<DurableAck> {
  const subscription = nats.subscribe(ackSubject(GATEWAY));
  await nats.flush();
  await send();
  for await (const message of subscription) {
    const ack = message.json<DurableAck>();
    if (ack.sequence < sequence) continue;
    subscription.unsubscribe();
    return ack;
  }
  throw new Error("the subscription has ended");
}

const publish = (frame: Uint8Array): Promise<unknown> =>
  jetstream(nats).publish(frameSubject(SHARD, GATEWAY), frame);

test("commands set a shard up; a snapshot and a profile over JetStream are acknowledged when they are on disk", async () => {
  const text = JSON.stringify({
    name: "Flat",
    service: "water",
    unit: "m³",
    currency: "EUR",
    timezone: "UTC",
    rates: { all: [{ from: "0", price: "2.00" }] },
  });
  const commands: EngineCommand[] = [
    {
      op: "set_price_list",
      number: 1,
      index: 0,
      version: 1,
      effective_from_s: 0,
      covers_from_s: nowS - 86_400,
      covers_to_s: nowS + 86_400,
      text,
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
      account_id: ACCOUNT,
      gateway: GATEWAY,
      price_list: 0,
      policy: 0,
      recorded: false,
      modulus_atoms: "0",
      max_rate_atoms_per_hour: "0",
      step_atoms: "1",
    },
    { op: "credit", number: 2, slot: 0, amount_micros: "10000000" },
  ];
  for (const each of commands) expect(await command(each)).toMatchObject({ status: "applied" });

  const head = { shard: SHARD, gateway: GATEWAY, epoch: 1, rosterVersion: 1 };
  const reading = { slot: 0, register: 1_000_000, atS: nowS - 3_600, quality: "actual" as const };
  const snapshot = encodeSnapshot({ ...head, sequence: 1, readings: [reading], reports: [] }, KEY);
  expect(await acknowledged(1, () => publish(snapshot))).toEqual({
    shard: SHARD,
    epoch: 1,
    sequence: 1,
  });

  const registers = [1_250_000, 1_500_000, 1_500_000, 2_000_000];
  const profile = encodeProfile(
    { ...head, sequence: 2, baseS: nowS - 2_700, intervalS: 900, series: [{ slot: 0, registers }] },
    KEY,
  );
  await acknowledged(2, () => publish(profile));
  expect(await balance()).toBe("8000000"); // 1 m³ at 2.00
});

test.each([
  ["no JSON", "hello", /is no JSON/],
  ["no command", JSON.stringify({ op: "rob", number: 1 }), /./],
  [
    "a number of money as a float",
    JSON.stringify({ op: "credit", number: 3, slot: 0, amount_micros: 1.5 }),
    /./,
  ],
])("%s as a command is answered with what is wrong", async (_, body, message) => {
  const reply = (
    await nats.request(engineCommand(SHARD), body, { timeout: 5_000 })
  ).json<EngineCommandReply>();
  expect(reply.status).toBe("invalid");
  expect(JSON.stringify(reply)).toMatch(message);
  expect(await balance()).toBe("8000000");
});

test("after a restart the state is there and gateways are told what is on disk", async () => {
  await running.close();
  const told = await acknowledged(2, async () => {
    running = await start();
  });
  expect(told).toEqual({ shard: SHARD, epoch: 1, sequence: 2 });
  expect(await balance()).toBe("8000000");
});

test("a broker that comes back empty gets its streams again, and metering goes on", async () => {
  const manager = await jetstreamManager(nats);
  for (const name of Object.values(STREAMS)) await manager.streams.delete(name);
  const head = { shard: SHARD, gateway: GATEWAY, epoch: 1, sequence: 3, rosterVersion: 1 };
  const reading = { slot: 0, register: 2_500_000, atS: nowS + 60, quality: "actual" as const };
  const frame = encodeSnapshot({ ...head, readings: [reading], reports: [] }, KEY);
  await acknowledged(3, async () => {
    for (let tries = 0; tries < 100; tries++) {
      const taken = await publish(frame).then(
        () => true,
        () => false,
      );
      if (taken) return;
      await sleep(200);
    }
  });
  expect(await balance()).toBe("7000000");
  expect(failure).toBeUndefined();
}, 60_000);
