/**
 * A frame and a vend followed through real parts, into a small receiver of OTLP.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { inboxOf } from "../engine/contract/broker/permissions.ts";
import { natsTransport } from "../engine/contract/nats-transport.ts";
import { settingsSchema } from "../engine/contract/settings-schema.ts";
import { openTracer } from "../engine/contract/trace/open.ts";
import type { Tracer } from "../engine/contract/trace/tracer.ts";
import { type TestServers, withServers } from "../engine/host/testing.ts";
import { type RunningEngine, runEngine } from "../engine/main.ts";
import { readIdentity } from "../gateway/service/identity.ts";
import { Packer } from "../gateway/service/packer.ts";
import { Publisher } from "../gateway/service/publisher.ts";
import { restamp } from "../gateway/service/restamp.ts";
import { openSpool } from "../gateway/service/spool.ts";
import { type RunningApi, runApi } from "./main.ts";
import { crossing } from "./registry/isolation/scope.ts";
import { gateways } from "./registry/schema/field.ts";
import { plannedMeters } from "./testing/harness.ts";

type OtlpSpan = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
};
type Sent = {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: OtlpSpan[] }[];
  }[];
};
type Seen = OtlpSpan & { role: string };

const seen: Seen[] = [];
const log = pino({ level: "silent" });
let receiver: Server;
let servers: TestServers;
let nats: NatsConnection;
let engine: RunningEngine;
let api: RunningApi;
let tracer: Tracer | undefined;
let data = "";

beforeAll(async () => {
  receiver = createServer((ask, answer) => {
    const parts: Buffer[] = [];
    ask.on("data", (part: Buffer) => parts.push(part));
    ask.on("end", () => {
      if (ask.url === "/v1/traces") keep(JSON.parse(Buffer.concat(parts).toString()) as Sent);
      answer.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
  const otlpUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  servers = await withServers({ nats: true, postgres: true });
  data = join(servers.data, "installation");
  const settings = settingsSchema.parse({
    data,
    api_port: 0,
    nats_url: servers.natsUrl,
    postgres_url: servers.postgresUrl,
    shards: 2,
    workers: 1,
    otlp_url: otlpUrl,
    trace_ratio: 0,
  });
  mkdirSync(join(data, "field"), { recursive: true });
  writeFileSync(join(data, "field", "plan.json"), JSON.stringify(plannedMeters(1)));
  engine = await runEngine(settings, log, (error) => {
    throw error;
  });
  api = await runApi({ settings, log });
  nats = await connect({ servers: servers.natsUrl });
  tracer = await openTracer({ url: otlpUrl, ratio: 1, role: "gateway" });
  await vi.waitUntil(async () => (await fetch(`${api.url}/readyz`)).status === 200, {
    timeout: 20_000,
    interval: 200,
  });
}, 60_000);
afterAll(async () => {
  await tracer?.close();
  await api?.close();
  await engine?.close();
  await nats?.close();
  await servers?.stop();
  receiver?.close();
});

function keep({ resourceSpans }: Sent): void {
  for (const { resource, scopeSpans } of resourceSpans) {
    const name = resource.attributes.find(({ key }) => key === "service.name");
    const role = name?.value.stringValue ?? "";
    for (const { spans } of scopeSpans) seen.push(...spans.map((span) => ({ ...span, role })));
  }
}

/** The spans of a trace as a tree of names, children in the order of their names. */
function treeOf(traceId: string, parent: string | undefined): unknown[] {
  return seen
    .filter((span) => span.traceId === traceId && (span.parentSpanId || undefined) === parent)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((span) => {
      const under = treeOf(traceId, span.spanId);
      const name = `${span.role.replace("drawdown-", "")}: ${span.name}`;
      return under.length === 0 ? name : [name, under];
    });
}

const FRAME = [
  [
    "gateway: gateway frame",
    [
      [
        "engine: engine frame",
        ["engine: ack", "engine: admit", "engine: apply", "engine: journal"],
      ],
      "gateway: publish",
    ],
  ],
];

test("a frame: published by the gateway, admitted, applied and journalled by the engine, acknowledged", async () => {
  const identity = readIdentity(join(data, "gateways", "1.json"));
  const [row] = await crossing("rosters", async () => api.context.db.select().from(gateways));
  const rosterVersion = row?.roster_version ?? 1;
  const spool = await openSpool({
    folder: join(data, "spool"),
    bytesMax: 10_000_000,
    restamp: (frame, epoch, sequence) => restamp(frame, { epoch, sequence }, identity.key),
    nowS: () => Math.floor(Date.now() / 1_000),
    onAlarm: () => undefined,
  });
  const publisher = new Publisher({
    ...identity,
    spool,
    transport: natsTransport(nats, inboxOf("tools")),
    up: () => true,
    refreshRoster: async () => rosterVersion,
    ownsSlot: () => true,
    setAside: () => undefined,
    onAlarm: () => undefined,
    tracer,
  });
  const packer = new Packer({
    head: { ...identity, rosterVersion: () => rosterVersion },
    key: identity.key,
    spool,
    waitMs: 5,
    onFull: () => undefined,
    onSpooled: () => publisher.wake(),
  });
  packer.addReading({
    slot: 0,
    register: 1_000,
    atS: api.context.clock.nowS(),
    quality: "actual",
  });
  await packer.flush();
  await expect.poll(() => spool.acknowledged, { timeout: 10_000 }).toBe(spool.durable);
  await publisher.close();
  await packer.close();
  await spool.close();
  await expect
    .poll(() => seen.filter(({ name }) => name === "gateway frame").length, { timeout: 10_000 })
    .toBe(1);
  const traceId = seen.find(({ name }) => name === "gateway frame")?.traceId ?? "";
  await expect.poll(() => treeOf(traceId, undefined), { timeout: 10_000 }).toEqual(FRAME);
  const whole = seen.find(({ name }) => name === "gateway frame");
  const synced = seen.find(({ traceId: id, name }) => id === traceId && name === "journal");
  expect(BigInt(whole?.endTimeUnixNano ?? 0)).toBeGreaterThanOrEqual(
    BigInt(synced?.endTimeUnixNano ?? 1),
  );
});

async function vend(traceparent: string): Promise<Response> {
  const { keys } = JSON.parse(readFileSync(join(data, "access.json"), "utf8")) as {
    keys: Record<string, string>;
  };
  const headers = {
    Authorization: `Bearer ${keys["operator"]}`,
    "Content-Type": "application/json",
    traceparent,
  };
  const accounts = await fetch(`${api.url}/v1/accounts`, { headers });
  const { items } = (await accounts.json()) as {
    items: { account_id: string; currency: string }[];
  };
  const [account] = items;
  return fetch(`${api.url}/v1/vends/${randomUUID()}`, {
    method: "PUT",
    headers,
    body: JSON.stringify({
      account_id: account?.account_id,
      amount: "10.00",
      currency: account?.currency,
      tender: { type: "cash" },
    }),
  });
}

test("a vend: request, intent, engine with journal, answer on record", async () => {
  const traceId = randomBytes(16).toString("hex");
  const caller = randomBytes(8).toString("hex");
  const response = await vend(`00-${traceId}-${caller}-01`);
  expect(response.status).toBe(201);
  await expect
    .poll(() => treeOf(traceId, caller).at(-1), { timeout: 10_000 })
    .toEqual([
      "api: PUT",
      [
        [
          "api: deliver",
          [
            [
              "api: ask engine",
              [["engine: engine command", ["engine: ack", "engine: apply", "engine: journal"]]],
            ],
            "api: record answer",
          ],
        ],
        "api: vend intent",
      ],
    ]);
});

test("a caller that is not sampled is not followed, nor is one whose header makes no sense", async () => {
  const traceId = randomBytes(16).toString("hex");
  for (const traceparent of [`00-${traceId}-${"1".repeat(16)}-00`, "00-zz-1-01"]) {
    expect((await vend(traceparent)).status).toBe(201);
  }
  const before = seen.length;
  await new Promise((done) => setTimeout(done, 1_500));
  expect(seen.length).toBe(before);
  expect(seen.some((span) => span.traceId === traceId)).toBe(false);
});

test("without a receiver there is no tracer", async () => {
  expect(await openTracer({ url: "", ratio: 1, role: "api" })).toBeUndefined();
});
