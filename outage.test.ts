import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { inboxOf } from "./engine/contract/broker/permissions.ts";
import { formatMicros } from "./engine/contract/decimal.ts";
import { REPORT, SUPPLY_REPORT } from "./engine/contract/frame.ts";
import { natsTransport } from "./engine/contract/nats-transport.ts";
import type { EngineQueryReply } from "./engine/contract/queries.ts";
import { commandSubject, engineQuery } from "./engine/contract/subjects.ts";
import { type SupplyMessage, supplyMessage } from "./engine/contract/supply.ts";
import { pickPort } from "./engine/host/ports.ts";
import { startPostgres } from "./engine/host/postgres.ts";
import { nodeArguments } from "./engine/host/program.ts";
import type { Running } from "./engine/host/running.ts";
import { type TestServers, withServers } from "./engine/host/testing.ts";
import { programPart } from "./engine/torture/part.ts";
import { plainCost } from "./engine/torture/price.ts";
import { type LoadAccount, register } from "./engine/torture/register.ts";
import { Packer } from "./gateway/service/packer.ts";
import { Publisher } from "./gateway/service/publisher.ts";
import { restamp } from "./gateway/service/restamp.ts";
import { openSpool, type Spool } from "./gateway/service/spool.ts";

/**
 * The engine needs neither the api nor PostgreSQL: while they are killed, readings are rated and who runs out is cut; a vend
 * is answered with 503, and succeeds once, under the same id, when they are back.
 */

type Role = Awaited<ReturnType<ReturnType<typeof programPart>["start"]>>;

const EUR = 1_000_000n;
const WAIT = { timeout: 15_000, interval: 50 };
/** Register of every meter at the first reading. */
const FIRST_ATOMS = 1_000;

let servers: TestServers;
let postgres: Running;
let data = "";
let env: NodeJS.ProcessEnv = {};
let url = "";
let keys: { operator: string; vendor: string };
let nats: NatsConnection;
let accounts: readonly LoadAccount[];
let spool: Spool;
let publisher: Publisher;
let packer: Packer;
const roles: Role[] = [];
const asked: SupplyMessage[] = [];

beforeAll(async () => {
  servers = await withServers({ nats: true });
  ({ data } = servers);
  mkdirSync(join(data, "logs"), { recursive: true });
  postgres = await startPostgres({ data, port: await pickPort(0) });
  const port = await pickPort(0);
  url = `http://127.0.0.1:${port}`;
  env = {
    ...process.env,
    DRAWDOWN_DATA: data,
    DRAWDOWN_NATS_URL: servers.natsUrl,
    DRAWDOWN_POSTGRES_URL: postgres.url,
    DRAWDOWN_CLICKHOUSE_URL: "",
    DRAWDOWN_API_PORT: String(port),
    DRAWDOWN_SHARDS: "2",
    DRAWDOWN_FIELD: "off",
  };
  await Promise.all([startRole("engine"), startRole("api")]);
  await vi.waitUntil(isReady, { timeout: 40_000, interval: 100 });
  ({ keys } = JSON.parse(readFileSync(join(data, "access.json"), "utf8")) as { keys: typeof keys });
  nats = await connect({ servers: servers.natsUrl });
  const size = { snapshotSites: 1, profileSites: 0, meters: 4 };
  const registered = await register({ postgres: postgres.url, data }, nats, size);
  ({ accounts } = registered);
  await openGateway(registered.gateways[0]);
}, 60_000);
afterAll(async () => {
  await publisher?.close();
  await packer?.close();
  await spool?.close();
  await nats?.close();
  await Promise.all(roles.map((role) => role.stop()));
  await postgres?.stop();
  await servers?.stop();
}, 30_000);

async function startRole(name: "engine" | "api"): Promise<Role> {
  const args = [...nodeArguments(new URL("cli.ts", import.meta.url)), name];
  const log = join(data, "logs", `${name}.log`);
  const role = await programPart({ name, args, env, log }).start();
  roles.push(role);
  return role;
}

async function kill({ pid, exited }: Pick<Running, "pid"> & { exited: Promise<unknown> }) {
  process.kill(pid, "SIGKILL");
  await exited;
}

/** The api answers a moment before it writes its keys. */
async function isReady(): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`).catch(() => undefined);
  return answer?.status === 200 && (await answer.text()).length > 0;
}

/** The gateway's own path from reading to engine: packed, spooled, published, acknowledged. */
async function openGateway(gateway: { gateway: number; shard: number; key: string } | undefined) {
  if (gateway === undefined) throw new Error("no gateway was registered");
  const key = Buffer.from(gateway.key, "hex");
  const head = { gateway: gateway.gateway, shard: gateway.shard };
  const rosterVersion = 2;
  spool = await openSpool({
    folder: join(data, "spool"),
    bytesMax: 10_000_000,
    restamp: (frame, epoch, sequence) => restamp(frame, { epoch, sequence }, key),
    nowS: () => Math.floor(Date.now() / 1_000),
    onAlarm: () => undefined,
  });
  publisher = new Publisher({
    ...head,
    key,
    spool,
    transport: natsTransport(nats, inboxOf("tools")),
    up: () => true,
    refreshRoster: async () => rosterVersion,
    ownsSlot: () => true,
    setAside: () => undefined,
    onAlarm: () => undefined,
  });
  packer = new Packer({
    head: { ...head, rosterVersion: () => rosterVersion },
    key,
    spool,
    waitMs: 5,
    onFull: () => undefined,
    onSpooled: () => publisher.wake(),
  });
  nats.subscribe(commandSubject(gateway.gateway), {
    callback: (_, message) => void asked.push(supplyMessage.parse(message.json())),
  });
}

/** The n-th account of the load. */
function at(n: number): LoadAccount {
  const account = accounts[n];
  if (account === undefined) throw new Error(`there is no account ${n}`);
  return account;
}

/** Reads meters, so many Wh after their first reading, and waits until the engine has it on disk. */
async function read(...meters: readonly (readonly [n: number, atoms: number])[]): Promise<void> {
  for (const [n, atoms] of meters) {
    const register = FIRST_ATOMS + atoms;
    packer.addReading({ slot: at(n).slot, register, atS: nowS(), quality: "actual" });
  }
  await packer.flush();
  await expect.poll(() => spool.acknowledged, WAIT).toBe(spool.durable);
  // Readings of one second would be one.
  await sleep(1_100);
}

function nowS(): number {
  return Math.floor(Date.now() / 1_000);
}

/** Asked of the engine itself, as the api is away. */
async function balanceMicros(n: number): Promise<bigint> {
  const { shard, slot } = at(n);
  const answer = await nats.request(engineQuery(shard), JSON.stringify({ slots: [slot] }));
  const reply = answer.json<EngineQueryReply>();
  if (reply.status !== "ok") throw new Error(`the engine says ${reply.status}`);
  return BigInt(reply.accounts[0]?.balance_micros ?? "");
}

function leftOf(n: number, atoms: number, paidMicros = 0n): bigint {
  const { openingMicros, list } = at(n);
  return openingMicros + paidMicros - plainCost(list, BigInt(atoms));
}

function askedOf(n: number): string[] {
  return asked.filter(({ slot }) => slot === at(n).slot).map(({ action }) => action);
}

const VEND = "outage-0001";

function vend(): Promise<Response> {
  const { accountId: account_id } = at(0);
  return fetch(`${url}/v1/vends/${VEND}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${keys.vendor}`, "content-type": "application/json" },
    body: JSON.stringify({ account_id, amount: "5.00", currency: "EUR", tender: { type: "cash" } }),
  });
}

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(`${url}${path}`, {
    headers: { authorization: `Bearer ${keys.operator}` },
  });
  return (await answer.json()) as T;
}

test("without api and PostgreSQL readings are rated and who runs out is cut; a vend says to come again, and then succeeds once", async () => {
  const began = performance.now();
  await read([0, 0], [1, 0], [2, 0], [3, 0]);

  const postgresPort = new URL(postgres.url).port;
  await kill(postgres);
  await read([0, 600]);
  await expect.poll(() => balanceMicros(0), WAIT).toBe(leftOf(0, 600));
  expect(askedOf(0)).toEqual([]);
  await read([0, 5_000], [1, 1_000]);
  await expect.poll(() => balanceMicros(0), WAIT).toBe(leftOf(0, 5_000));
  await expect.poll(() => balanceMicros(1), WAIT).toBe(leftOf(1, 1_000));
  await expect.poll(() => askedOf(0), WAIT).toEqual(["cut"]);
  for (let tries = 0; tries < 3; tries++) {
    const answer = await vend();
    expect(answer.status).toBe(503);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({ code: "registry_unavailable", retryable: true });
  }

  const [, api] = roles;
  if (api === undefined) throw new Error("there is no api");
  await kill(api);
  await expect(vend()).rejects.toThrow("fetch failed");
  await report(0);
  await read([1, 2_000], [2, 20_000]);
  await expect.poll(() => balanceMicros(1), WAIT).toBe(leftOf(1, 2_000));
  await expect.poll(() => balanceMicros(2), WAIT).toBe(leftOf(2, 20_000));
  await expect.poll(() => askedOf(2), WAIT).toEqual(["cut"]);
  await expect.poll(() => balanceMicros(0), WAIT).toBe(leftOf(0, 5_000));

  postgres = await startPostgres({ data, port: Number(postgresPort) });
  await startRole("api");
  const statuses: number[] = [];
  let first = "";
  await expect
    .poll(
      async () => {
        const answer = await vend().catch(() => undefined);
        if (answer?.status === 201) first = await answer.text();
        statuses.push(answer?.status ?? 0);
        return answer?.status;
      },
      { timeout: 20_000, interval: 200 },
    )
    .toBe(201);
  expect(statuses.filter((status) => ![0, 201, 503].includes(status))).toEqual([]);
  const again = await vend();
  expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([200, "true"]);
  expect(await again.text()).toBe(first);
  const left = leftOf(0, 5_000, 5n * EUR);
  await expect.poll(() => balanceMicros(0), WAIT).toBe(left);
  const told = await get<{ balance: string }>(`/v1/accounts/${at(0).accountId}/balance`);
  expect(told.balance).toBe(formatMicros(left));
  await expect.poll(() => askedOf(0), WAIT).toEqual(["cut", "restore"]);

  // What happened meanwhile arrives: both cuts, and the report of the first.
  type Commands = { items: { account_id: string; action: string; state: string }[] };
  const known = async (): Promise<string[]> => {
    const { items } = await get<Commands>("/v1/supply-commands?limit=100");
    const n = (id: string): number => accounts.findIndex(({ accountId }) => accountId === id);
    return items.map(({ account_id, action, state }) => `${n(account_id)} ${action} ${state}`);
  };
  await expect
    .poll(known, WAIT)
    .toEqual(expect.arrayContaining(["0 cut executed", "0 restore sent", "2 cut sent"]));
  process.stdout.write(
    `outage: metered and cut without api and PostgreSQL; the vend was asked ${statuses.length + 4} times and credited once; ${((performance.now() - began) / 1_000).toFixed(1)} s\n`,
  );
}, 60_000);

/** The meter's relay is open: the gateway's report of the cut. */
async function report(n: number): Promise<void> {
  const { slot } = at(n);
  const number = asked.find((each) => each.slot === slot)?.number ?? 0;
  const state = SUPPLY_REPORT.disconnected;
  await packer.addReport({ slot, kind: REPORT.supply, state, atS: nowS(), number, value: 0 });
  // The packer comes to rest: what is added before that waits for what is added next.
  await sleep(20);
}
