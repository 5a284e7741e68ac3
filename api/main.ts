/**
 * The role `drawdown api`: wires registry, engine client, vending, projections, stream and server.
 */
import { once } from "node:events";
import { join } from "node:path";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "pino";
import { brokerAccess, connectBroker } from "../engine/contract/broker/connect.ts";
import { CLOCK_FILE, clockFrom, readAnchor } from "../engine/contract/clock.ts";
import { roleLog } from "../engine/contract/log.ts";
import type { Settings } from "../engine/contract/settings-schema.ts";
import { openTracer } from "../engine/contract/trace/open.ts";
import { makeTokens } from "./access/tokens.ts";
import { ensureAccess } from "./access-file.ts";
import { createApp } from "./app.ts";
import { makeBalances } from "./balances.ts";
import { openBroker } from "./broker/broker.ts";
import type { ApiContext } from "./context.ts";
import { startCycleFeed } from "./cycle-feed.ts";
import { makeEngineClient } from "./engine/client.ts";
import type { Ongoing } from "./every.ts";
import { makeFieldSeed } from "./field-seed.ts";
import { IMPORT_BYTES_MAX } from "./imports/limits.ts";
import { makeAskGateway } from "./intake/ask-gateway.ts";
import { makeFindCaller } from "./keys.ts";
import { makeMetrics } from "./metrics.ts";
import { channelsOf, privateHostsOf } from "./notifications/channels.ts";
import { startNotifications } from "./notifications/service.ts";
import { takeReceipt } from "./notifications/sms-parts.ts";
import { httpProvider } from "./payments/http-provider.ts";
import type { PaymentProvider } from "./payments/provider.ts";
import { limitsOf } from "./rate-limits/limiter.ts";
import { makeChecks } from "./readiness.ts";
import type { Registry } from "./registry/database.ts";
import { openIsolated } from "./registry/isolation/open.ts";
import { crossing } from "./registry/isolation/scope.ts";
import { ensureOperator } from "./registry/operators.ts";
import { startProjections } from "./registry/projections.ts";
import { announceRoster, startRosterService } from "./registry/roster-service.ts";
import { keysOf } from "./registry/secrets/keyring.ts";
import { allShards, ensureShards } from "./registry/shards.ts";
import { startSupplyFaults } from "./registry/supply-faults.ts";
import { startUrgentSlots } from "./registry/urgent-slots.ts";
import { roleMetrics } from "./role-metrics.ts";
import { balanceRoute } from "./routes/balance-hot.ts";
import { SETTLEMENTS } from "./settle.ts";
import { openStoreLink, type StoreLink } from "./store-link.ts";
import { openStreamHub, type StreamHub } from "./stream/hub.ts";
import { makeStreamAccess } from "./stream-access.ts";
import { startUpkeep } from "./upkeep.ts";
import { servedTls, watchCertificate } from "./uws/certificate.ts";
import { serve } from "./uws/serve.ts";
import type { Served } from "./uws/types.ts";
import { makeVending } from "./vending/vend.ts";
import { webRoutes } from "./web/routes.ts";

/** The operator that owns what the first start registers. */
export const FIRST_OPERATOR = "First operator";

/** What the api runs on. `store` is undefined where there is none. */
export type ApiOptions = {
  settings: Settings;
  log: Logger;
  store?: StoreLink | undefined;
};

/** A running api. */
export type RunningApi = { url: string; port: number; context: ApiContext; close(): Promise<void> };

/** Runs the api until the process is told to end. Rejects when it cannot start. */
export async function apiRole(settings: Settings): Promise<void> {
  const log = roleLog("api", settings.log_level);
  const store = settings.clickhouse_url === "" ? undefined : openStoreLink(settings.clickhouse_url);
  const running = await runApi({ settings, log, store });
  log.info({ url: running.url }, "the api answers");
  await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  log.info("ending: finishing the requests under way");
  await running.close();
}

/** Starts the api; resolves when it answers requests. Rejects with an Error of one line when it cannot. */
export async function runApi(options: ApiOptions): Promise<RunningApi> {
  const { settings } = options;
  if (settings.postgres_url === "") {
    throw new Error(
      "the api needs DRAWDOWN_POSTGRES_URL, as postgres://user:password@host/database",
    );
  }
  if (settings.nats_url === "") {
    throw new Error("the api needs DRAWDOWN_NATS_URL, as nats://127.0.0.1:4222");
  }
  const registry = await openIsolated(
    { owner: settings.postgres_url, app: settings.postgres_app_url },
    keysOf(settings),
  );
  let nats: NatsConnection | undefined;
  try {
    await crossing("set up", () => ensureShards(registry.db, settings.shards));
    nats = await connectBroker(brokerAccess(settings, "api"), "api");
    return await runOn(options, registry, nats);
  } catch (error) {
    await nats?.close();
    await registry.close();
    throw error;
  }
}

async function runOn(
  options: ApiOptions,
  registry: Registry,
  nats: NatsConnection,
): Promise<RunningApi> {
  const { settings, log } = options;
  const { db } = registry;
  const onFault = (error: unknown, traceId?: string, requestId?: string): void => {
    const ids = { trace_id: traceId, request_id: requestId };
    log.error({ err: error, ...ids }, "something went wrong; the api goes on");
  };
  const clock = clockFrom(readAnchor(join(settings.data, CLOCK_FILE)));
  const engine = makeEngineClient({ db, nats, settlements: SETTLEMENTS });
  const operatorId = await ensureOperator(db, FIRST_OPERATOR);
  const seed = makeFieldSeed(settings, { db, engine, clock, operator: FIRST_OPERATOR }, nats);
  const metrics = makeMetrics();
  const { otlp_url, trace_ratio: ratio } = settings;
  const tracer = await openTracer({ url: otlp_url, ratio, role: "api" });
  const broker = openBroker(settings, db);
  const context: ApiContext = {
    db,
    broker,
    engine,
    clock,
    intake: makeAskGateway(nats),
    vending: makeVending(db, engine),
    payments: providerOf(settings),
    webhookHosts: privateHostsOf(settings),
    checks: makeChecks({
      db,
      nats,
      engine,
      shards: await crossing("set up", () => allShards(db)),
      store: options.store?.ping,
      isSetUp: seed.isDone,
    }),
    metricsText: async () => `${await metrics.text()}${roleMetrics(hub.figuresByRole())}`,
    announceRoster: (gateway, version) => announceRoster(nats, gateway, version),
    consumption: options.store?.consumption,
    reports: options.store?.reports,
    onFault,
    onAnswer: metrics.onAnswer,
    tracer,
  };
  const tokens = makeTokens(db);
  const findCaller = makeFindCaller(db, tokens);
  const access = makeStreamAccess(db, findCaller, engine);
  const hub = await openStreamHub({ nats, access, clock, onError: onFault });
  const balances = makeBalances(context);
  const limits = limitsOf(settings);
  const app = createApp(context, {
    balances,
    findCaller,
    issueTicket: (key) => hub.issueTicket(key),
    tokens,
    tokenLifeS: settings.token_life_s,
    limits,
  });
  app.route("/", webRoutes());
  const { api_host: host, api_port } = settings;
  const websocket = hub.route;
  const hot = [balanceRoute(context, { balances, limits, known: findCaller.known })];
  const tls = servedTls(settings);
  // The app's own bounds on bodies are far below for all but imports.
  const at = { host, port: api_port, tls, bodyBytesMax: IMPORT_BYTES_MAX };
  const served = await serve({ app, hot, ...at, websocket, onError: onFault }).catch(
    (error: unknown) => {
      // Not waited for: the connection under it is closed next.
      void hub.close();
      throw error;
    },
  );
  const url = `${tls === undefined ? "http" : "https"}://${reachable(host)}:${served.port}`;
  const channels = channelsOf(settings, {
    onReceipt: (receipt) => crossing("notifications", () => takeReceipt(db, receipt)),
    onFault,
  });
  await ensureAccess(db, { folder: settings.data, url, operatorId });
  const ongoing = [
    startRosterService(nats, db),
    startProjections(nats, db, onFault),
    startSupplyFaults({ nats, db, onFault }),
    startUrgentSlots({ nats, db, onFault }),
    startNotifications({ db, clock, channels, onFault }),
    ...(broker?.start(onFault) ?? []),
    ...(tls === undefined ? [] : [watchCertificate(tls, served, log)]),
    ...startUpkeep({ context, nats, seed, metrics, hub, log }),
    ...startCycleFeed(db, options.store, { clock, onFault }),
  ];
  const close = async (): Promise<void> => {
    await end({ served, ongoing, hub, nats, registry, store: options.store });
    await tracer?.close();
  };
  return { url, port: served.port, context, close };
}

type Parts = {
  served: Served;
  ongoing: readonly Ongoing[];
  hub: StreamHub;
  nats: NatsConnection;
  registry: Registry;
  store: StoreLink | undefined;
};

/** From the outside in: no more requests, then what goes on by itself, then the connections. */
async function end({ served, ongoing, hub, nats, registry, store }: Parts): Promise<void> {
  await served.close();
  await Promise.all(ongoing.map((each) => each.stop()));
  await hub.close();
  await nats.close();
  await registry.close();
  await store?.close();
}

function providerOf(settings: Settings): PaymentProvider | undefined {
  const {
    payment_provider_url: url,
    payment_provider_key: key,
    payment_notice_secret: secret,
  } = settings;
  return url === "" ? undefined : httpProvider({ url, key, secret });
}

/** An address that listens everywhere is reached on loopback. */
function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
