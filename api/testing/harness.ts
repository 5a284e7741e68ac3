/**
 * For tests of the api: real PostgreSQL and NATS, an app over them, two operators with keys, and some accounts.
 */
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { clockFrom } from "../../engine/contract/clock.ts";
import { type TestServers, withServers } from "../../engine/host/testing.ts";
import { makeTokens } from "../access/tokens.ts";
import { type ApiApp, createApp } from "../app.ts";
import type { ApiContext } from "../context.ts";
import { makeEngineClient } from "../engine/client.ts";
import { makeAskGateway } from "../intake/ask-gateway.ts";
import { makeFindCaller } from "../keys.ts";
import { makeMetrics } from "../metrics.ts";
import { makeChecks } from "../readiness.ts";
import { keepKey, newKey, type Role } from "../registry/api-keys.ts";
import { openRegistry, type Registry } from "../registry/database.ts";
import { openIsolated } from "../registry/isolation/open.ts";
import { ensureOperator } from "../registry/operators.ts";
import { announceRoster } from "../registry/roster-service.ts";
import { accounts } from "../registry/schema/accounts.ts";
import type { PlanMeter } from "../registry/seed/plan.ts";
import { type Seeded, seedFromPlan } from "../registry/seed/seed.ts";
import { allShards, ensureShards } from "../registry/shards.ts";
import { SETTLEMENTS } from "../settle.ts";
import { migrateStore } from "../store/migrate.ts";
import { openStoreLink } from "../store-link.ts";
import { makeVending } from "../vending/vend.ts";
import { startTestEngine, type TestEngine } from "./engine.ts";

/** What a test works with. */
export type Harness = {
  servers: TestServers;
  registry: Registry;
  nats: NatsConnection;
  answering: TestEngine;
  context: ApiContext;
  app: ApiApp;
  /** Faults that were told of. */
  faults: unknown[];
  /** Keys by role: of the operator that has the accounts, and of another. */
  keys: Record<Role, string>;
  otherKeys: Record<Role, string>;
  seeded: Seeded;
  accountIds: string[];
  /** Forgets which keys and tokens were good, as time does after some seconds. */
  forgetKeys(): void;
  call(path: string, options?: CallOptions): Promise<Response>;
  stop(): Promise<void>;
};

/** How to call: GET as the operator unless told otherwise; `body` is sent as JSON, `text` as it is. */
export type CallOptions = {
  method?: string;
  key?: string | undefined;
  body?: unknown;
  text?: string;
  headers?: Record<string, string>;
};

/** Shards of the installation. */
export const SHARDS = 4;

/** Starts what answers for the engine. */
export type EngineFor = (nats: NatsConnection, servers: TestServers) => Promise<TestEngine>;

const ROLES: Role[] = ["operator", "vendor", "ops", "auditor", "customer", "gateway"];

/** Meters of a small field in one site. */
export function plannedMeters(many: number): PlanMeter[] {
  return Array.from({ length: many }, (_, at) => ({
    site: "Calle Mayor 1",
    unit: `Flat ${at + 1}`,
    serial: String(20_000_000 + at),
    service: at % 2 === 0 ? "electricity" : "water",
    device: "eastron-sdm120",
    driver: "modbus",
    link: { host: "127.0.0.1", port: 5_020 },
    address: String(at + 1),
    openingCredit: "10.00",
  }));
}

/** Starts everything with so many accounts, and where it is wanted a store of readings; call `stop` afterwards. */
export async function startHarness(
  many: number,
  withStore = false,
  engineFor: EngineFor = async (nats) => startTestEngine(nats),
): Promise<Harness> {
  const servers = await withServers({ nats: true, postgres: true, clickhouse: withStore });
  if (withStore) await migrateStore(servers.clickhouseUrl);
  const store = withStore ? openStoreLink(servers.clickhouseUrl) : undefined;
  const registry = await openRegistry(servers.postgresUrl, { folder: servers.data });
  const isolated = await openIsolated(
    { owner: servers.postgresUrl, app: "" },
    { folder: servers.data },
  );
  const { db } = isolated;
  const nats = await connect({ servers: servers.natsUrl });
  await ensureShards(registry.db, SHARDS);
  const answering = await engineFor(nats, servers);
  const clock = clockFrom(undefined);
  const engine = makeEngineClient({ db, nats, settlements: SETTLEMENTS });
  const metrics = makeMetrics();
  const faults: unknown[] = [];
  const context: ApiContext = {
    db,
    engine,
    clock,
    intake: makeAskGateway(nats),
    vending: makeVending(db, engine),
    checks: makeChecks({
      db,
      nats,
      engine,
      shards: await allShards(registry.db),
      store: store?.ping,
      isSetUp: () => true,
    }),
    metricsText: metrics.text,
    announceRoster: (gateway, version) => announceRoster(nats, gateway, version),
    consumption: store?.consumption,
    reports: store?.reports,
    onFault: (error) => faults.push(error),
    onAnswer: metrics.onAnswer,
  };
  const tokens = makeTokens(db);
  let findCaller = makeFindCaller(db, tokens);
  const app = createApp(context, {
    findCaller: (bearer) => findCaller(bearer),
    tokens,
    issueTicket: () => ({ ticket: "t", expires_at: new Date().toISOString() }),
  });
  const seeded = await seedFromPlan({ db, engine, clock, operator: "One" }, plannedMeters(many));
  const keys = await keysOf(registry, seeded.operatorId);
  const otherKeys = await keysOf(registry, await ensureOperator(registry.db, "Other"));
  const rows = await registry.db.select({ id: accounts.id }).from(accounts).orderBy(accounts.slot);
  return {
    servers,
    registry,
    nats,
    answering,
    context,
    app,
    faults,
    keys,
    otherKeys,
    seeded,
    forgetKeys: () => {
      findCaller = makeFindCaller(db, tokens);
    },
    accountIds: rows.map(({ id }) => id),
    call: async (path, options = {}) => app.request(path, requestOf(options, keys.operator)),
    stop: async () => {
      await answering.stop();
      await nats.close();
      await isolated.close();
      await registry.close();
      await store?.close();
      await servers.stop();
    },
  };
}

function requestOf(options: CallOptions, operatorKey: string): RequestInit {
  const { method = "GET", body, text, headers = {} } = options;
  const key = "key" in options ? options.key : operatorKey;
  const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    method,
    headers: {
      ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      ...(sent === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
  };
}

async function keysOf({ db }: Registry, operatorId: string): Promise<Record<Role, string>> {
  const keys: Partial<Record<Role, string>> = {};
  for (const role of ROLES) {
    const key = newKey();
    keys[role] = key;
    await keepKey(db, { operatorId, name: role, role, key });
  }
  return keys as Record<Role, string>;
}
