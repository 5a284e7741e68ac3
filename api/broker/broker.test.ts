import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, credsAuthenticator, type NatsConnection } from "@nats-io/transport-node";
import { Client } from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectBroker } from "../../engine/contract/broker/connect.ts";
import { gatewayInbox, inboxOf } from "../../engine/contract/broker/permissions.ts";
import { settingsSchema } from "../../engine/contract/settings-schema.ts";
import { ensureStreams } from "../../engine/contract/streams.ts";
import { toolsCredentials } from "../../engine/host/broker-files.ts";
import { startNats } from "../../engine/host/nats.ts";
import type { Running } from "../../engine/host/running.ts";
import { type TestServers, withServers } from "../../engine/host/testing.ts";
import { type RunningApi, runApi } from "../main.ts";
import { startTestEngine, type TestEngine } from "../testing/engine.ts";

type Made = { gateway: number; shard: number; key: string; nats_credentials: string };
type Given = { items: { public_key: string; ends_at: string | null }[] };

let servers: TestServers;
let broker: Running;
let tools: NatsConnection;
let answering: TestEngine;
let running: RunningApi;
let siteId = "";

beforeAll(async () => {
  servers = await withServers({ postgres: true });
  const { data, postgresUrl } = servers;
  broker = await startNats({ data, port: 0 });
  const credentials = toolsCredentials(data);
  tools = await connectBroker({ servers: broker.url, inbox: inboxOf("tools"), credentials }, "x");
  await ensureStreams(await jetstreamManager(tools));
  answering = startTestEngine(tools);
  const settings = settingsSchema.parse({
    ...{ data, api_port: 0, nats_url: broker.url, postgres_url: postgresUrl },
    ...{ shards: 4, field: "off" },
  });
  running = await runApi({ settings, log: pino({ level: "silent" }) });
  const site = await post("/v1/sites", { name: "Calle Mayor 1", timezone: "Europe/Madrid" });
  siteId = ((await site.json()) as { site_id: string }).site_id;
}, 60_000);
afterAll(async () => {
  await running?.close();
  await answering?.stop();
  await tools?.close();
  await broker?.stop();
  await servers?.stop();
});

async function call(path: string, method: string, body?: unknown): Promise<Response> {
  const access = JSON.parse(readFileSync(join(servers.data, "access.json"), "utf8"));
  const headers = {
    Authorization: `Bearer ${access.keys.operator}`,
    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
  };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return fetch(`${running.url}${path}`, { method, headers, ...sent });
}

const post = (path: string, body: unknown): Promise<Response> => call(path, "POST", body);

async function makeGateway(name: string): Promise<Made> {
  const answer = await post("/v1/gateways", { site_id: siteId, name });
  expect(answer.status).toBe(201);
  return (await answer.json()) as Made;
}

function comeWith(text: string, gateway: number): Promise<NatsConnection> {
  const authenticator = credsAuthenticator(Buffer.from(text));
  const inboxPrefix = gatewayInbox(gateway);
  return connect({ servers: broker.url, authenticator, inboxPrefix, reconnect: false });
}

async function isLetIn(text: string, gateway: number): Promise<boolean> {
  const nats = await comeWith(text, gateway).catch(() => undefined);
  await nats?.close();
  return nats !== undefined;
}

async function givenTo(gateway: number): Promise<Given["items"]> {
  return ((await (await call(`/v1/gateways/${gateway}/credentials`, "GET")).json()) as Given).items;
}

describe("a gateway that is made over HTTP", () => {
  it("is given credentials once, which let it publish its own frames", async () => {
    const { gateway, shard, nats_credentials: text } = await makeGateway("given");
    const nats = await comeWith(text, gateway);
    await jetstream(nats).publish(`frame.${shard}.${gateway}`, "frame");
    await nats.close();
    const shown = await (await call(`/v1/gateways/${gateway}`, "GET")).text();
    expect(shown).not.toContain("NATS USER");
    expect(await givenTo(gateway)).toMatchObject([{ ends_at: null }]);
  });

  it("gets others, while those before go on for the time of grace", async () => {
    const { gateway, nats_credentials: before } = await makeGateway("rotated");
    const answer = await post(`/v1/gateways/${gateway}:rotate-credentials`, { grace_s: 60 });
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    const rotated = (await answer.json()) as { nats_credentials: string; in_force: boolean };
    expect(rotated.in_force).toBe(true);
    expect(await isLetIn(before, gateway)).toBe(true);
    expect(await isLetIn(rotated.nats_credentials, gateway)).toBe(true);
    await post(`/v1/gateways/${gateway}:rotate-credentials`, { grace_s: 0 });
    expect(await isLetIn(before, gateway)).toBe(false);
    expect(await isLetIn(rotated.nats_credentials, gateway)).toBe(false);
    expect(await givenTo(gateway)).toHaveLength(3);
  });

  it("is disconnected and refused when its credentials are revoked, and others are not", async () => {
    const revoked = await makeGateway("revoked");
    const other = await makeGateway("other");
    const text = revoked.nats_credentials;
    const nats = await comeWith(text, revoked.gateway);
    const neighbour = await comeWith(other.nats_credentials, other.gateway);
    const path = `/v1/gateways/${revoked.gateway}:revoke-credentials`;
    const answer = await post(path, { reason: "stolen" });
    expect(await answer.json()).toEqual({ gateway: revoked.gateway, in_force: true });
    await nats.closed();
    expect(nats.isClosed()).toBe(true);
    expect(await isLetIn(text, revoked.gateway)).toBe(false);
    await neighbour.flush();
    expect(neighbour.isClosed()).toBe(false);
    await neighbour.close();
    const audit = await (await call("/v1/audit?action=gateway.credentials_revoked", "GET")).text();
    expect(audit).toContain("stolen");
  });

  it("stays refused when NATS starts again, even one that has lost what it was told", async () => {
    const { gateway, nats_credentials: text } = await makeGateway("again");
    await post(`/v1/gateways/${gateway}:revoke-credentials`, { reason: "stolen" });
    await startAgain(() => undefined);
    expect(await isLetIn(text, gateway)).toBe(false);
    await startAgain(() => rmSync(join(servers.data, "nats", "accounts"), { recursive: true }));
    expect(await isLetIn(text, gateway)).toBe(true);
    expect(await running.context.broker?.inForce()).toBe(true);
    expect(await isLetIn(text, gateway)).toBe(false);
  }, 30_000);
});

async function startAgain(meanwhile: () => void): Promise<void> {
  const { port } = broker;
  await broker.stop();
  meanwhile();
  broker = await startNats({ data: servers.data, port });
}

describe("a gateway on the api's own data folder", () => {
  const place = ({ gateway, shard, key }: Made): string => {
    const folder = join(servers.data, "gateways");
    mkdirSync(folder, { recursive: true });
    const identity = JSON.stringify({ gateway, shard, key });
    writeFileSync(join(folder, `${gateway}.json`), identity, { mode: 0o600 });
    return join(folder, `${gateway}.creds`);
  };

  it("is given credentials where it never had any, as one of an older installation", async () => {
    const made = await makeGateway("older");
    await forget(made.gateway);
    const path = place(made);
    await expect.poll(() => existsSync(path), { timeout: 5_000 }).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await isLetIn(readFileSync(path, "utf8"), made.gateway)).toBe(true);
  });

  it("is given none with another gateway's number and its own key, and none that were revoked", async () => {
    const made = await makeGateway("local");
    const revoked = await makeGateway("local, revoked");
    await forget(made.gateway);
    const forged = place({ ...made, key: revoked.key });
    await post(`/v1/gateways/${revoked.gateway}:revoke-credentials`, { reason: "stolen" });
    const ended = place(revoked);
    await new Promise((done) => setTimeout(done, 2_500));
    expect([existsSync(forged), existsSync(ended)]).toEqual([false, false]);
  });

  it("gets the new ones when they are rotated", async () => {
    const made = await makeGateway("local, rotated");
    const path = place(made);
    const answer = await post(`/v1/gateways/${made.gateway}:rotate-credentials`, {});
    const { nats_credentials: text } = (await answer.json()) as Made;
    expect(readFileSync(path, "utf8")).toBe(text);
  });
});

/** As if the gateway were older than credentials. */
async function forget(gateway: number): Promise<void> {
  const client = new Client({ connectionString: servers.postgresUrl });
  await client.connect();
  await client.query("delete from gateway_credentials where gateway = $1", [gateway]);
  await client.end();
}
