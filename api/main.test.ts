import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Settings, settingsSchema } from "../engine/contract/settings-schema.ts";
import { METRICS_ALL } from "../engine/contract/subjects.ts";
import { type TestServers, withServers } from "../engine/host/testing.ts";
import { type RunningApi, runApi } from "./main.ts";
import { startTestEngine, type TestEngine } from "./testing/engine.ts";
import { plannedMeters } from "./testing/harness.ts";

let servers: TestServers;
let nats: NatsConnection;
let answering: TestEngine;
let settings: Settings;
let running: RunningApi | undefined;
const log = pino({ level: "silent" });

beforeAll(async () => {
  servers = await withServers({ nats: true, postgres: true });
  nats = await connect({ servers: servers.natsUrl });
  answering = startTestEngine(nats);
  settings = settingsSchema.parse({
    data: join(servers.data, "installation"),
    api_port: 0,
    nats_url: servers.natsUrl,
    postgres_url: servers.postgresUrl,
    shards: 4,
  });
  mkdirSync(join(settings.data, "field"), { recursive: true });
});
afterAll(async () => {
  await running?.close();
  await nats?.close();
  await servers?.stop();
});

type Access = { url: string; keys: Record<string, string> };
const accessPath = (): string => join(settings.data, "access.json");
const access = (): Access => JSON.parse(readFileSync(accessPath(), "utf8")) as Access;
const ready = async (): Promise<number> => (await fetch(`${running?.url}/readyz`)).status;
const writePlan = (many: number): void =>
  writeFileSync(join(settings.data, "field", "plan.json"), JSON.stringify(plannedMeters(many)));

async function accountsWith(key: string | undefined): Promise<[number, number]> {
  const headers = { Authorization: `Bearer ${key}` };
  const response = await fetch(`${running?.url}/v1/accounts`, { headers });
  const body = (await response.json()) as { items?: unknown[] };
  return [response.status, body.items?.length ?? 0];
}

it("writes its keys at the first start, and is ready once the field is registered", async () => {
  running = await runApi({ settings, log });
  expect(statSync(accessPath()).mode & 0o777).toBe(0o600);
  expect(access().url).toBe(running.url);
  expect(Object.keys(access().keys)).toEqual(["operator", "vendor", "ops", "auditor"]);
  expect(await ready()).toBe(503);
  writePlan(3);
  await expect.poll(ready, { timeout: 15_000, interval: 200 }).toBe(200);
  expect(await accountsWith(access().keys["operator"])).toEqual([200, 3]);
  const identity = join(settings.data, "gateways", "1.json");
  expect(statSync(identity).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(identity, "utf8"))).toMatchObject({
    gateway: 1,
    shard: 0,
    key: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(answering.applied.filter(({ op }) => op === "open_account")).toHaveLength(3);
});

it("serves page, document and figures", async () => {
  expect((await fetch(`${running?.url}/`)).headers.get("Content-Type")).toContain("text/html");
  expect((await fetch(`${running?.url}/openapi.json`)).status).toBe(200);
  const figures = nats.subscribe(METRICS_ALL, { max: 1, timeout: 5_000 });
  for await (const message of figures) {
    expect(message.subject).toBe("metrics.api");
    expect(message.json()).toMatchObject({ requests_total: expect.any(Number) });
  }
});

it("takes a changed plan up while it runs", async () => {
  writePlan(4);
  await expect
    .poll(() => accountsWith(access().keys["operator"]), { timeout: 15_000, interval: 200 })
    .toEqual([200, 4]);
});

it("keeps its keys over a restart, and makes new ones where the file is lost", async () => {
  const before = access();
  await running?.close();
  running = await runApi({ settings, log });
  expect(access().keys).toEqual(before.keys);
  expect(await accountsWith(before.keys["operator"])).toEqual([200, 4]);
  await running.close();
  rmSync(accessPath());
  running = await runApi({ settings, log });
  expect((await accountsWith(before.keys["operator"]))[0]).toBe(401);
  expect(await accountsWith(access().keys["operator"])).toEqual([200, 4]);
});

it("refuses a port that is taken, and leaves nothing open", async () => {
  const taken = { ...settings, api_port: running?.port ?? 0 };
  await expect(runApi({ settings: taken, log })).rejects.toThrow("is taken");
  expect(access().url).toBe(running?.url);
});

it("refuses another number of shards, and settings without servers", async () => {
  const other = { ...settings, shards: 5 };
  await expect(runApi({ settings: other, log })).rejects.toThrow("DRAWDOWN_SHARDS=4");
  const without = { ...settings, postgres_url: "" };
  await expect(runApi({ settings: without, log })).rejects.toThrow("DRAWDOWN_POSTGRES_URL");
});
