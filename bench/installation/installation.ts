/**
 * The product on this machine without gateways: NATS, PostgreSQL, engine and api as processes of their own, where asked
 * for also ClickHouse and the store writer, with accounts registered as an operator's are.
 */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "@nats-io/transport-node";
import { connectBroker } from "../../engine/contract/broker/connect.ts";
import { inboxOf } from "../../engine/contract/broker/permissions.ts";
import { toolsCredentials } from "../../engine/host/broker-files.ts";
import { startClickhouse } from "../../engine/host/clickhouse.ts";
import { startNats } from "../../engine/host/nats.ts";
import { pickPort } from "../../engine/host/ports.ts";
import { startPostgres } from "../../engine/host/postgres.ts";
import { type LoadAccount, register } from "../../engine/torture/register.ts";
import { asSkip } from "../harness/skip.ts";
import { startRole } from "./roles.ts";

const READY_MS = 90_000;
/** Accounts of each site, and so of each of the first shards. */
const METERS_A_SITE = 64;

/** A running installation. */
export type Installation = {
  url: string;
  keys: { operator: string; vendor: string };
  accounts: readonly LoadAccount[];
  nats: NatsConnection;
  /** Empty where there is no ClickHouse. */
  clickhouseUrl: string;
  /** Processes whose CPU time counts, by name. */
  pids: Record<string, number>;
  stop(): Promise<void>;
};

/** How many shards there are, and whether there is a store. Sites take the first shards, METERS_A_SITE accounts each. */
export type Extent = { shards?: number; hasStore?: boolean };

/** Starts it with about so many accounts. Throws a SkipError where a server can't be had. */
export async function startInstallation(
  accounts: number,
  { shards = 4, hasStore = false }: Extent = {},
): Promise<Installation> {
  const data = mkdtempSync(join(tmpdir(), "drawdown-bench-"));
  chmodSync(data, 0o755);
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.reverse()) await each();
    rmSync(data, { recursive: true, force: true });
  };
  const keep = <T extends { stop(): Promise<void> }>(running: T): T => {
    stops.push(() => running.stop());
    return running;
  };
  try {
    const broker = keep(await asSkip(startNats({ data, port: 0 })));
    const postgres = keep(await asSkip(startPostgres({ data, port: 0 })));
    const clickhouse = hasStore
      ? keep(await asSkip(startClickhouse({ data, port: 0 })))
      : undefined;
    const port = await pickPort(0);
    const env = {
      DRAWDOWN_NATS_URL: broker.url,
      DRAWDOWN_POSTGRES_URL: postgres.url,
      DRAWDOWN_SHARDS: String(shards),
      ...(clickhouse === undefined ? {} : { DRAWDOWN_CLICKHOUSE_URL: clickhouse.url }),
      DRAWDOWN_API_PORT: String(port),
    };
    const engine = keep(await startRole("engine", data, env));
    const writer = hasStore ? keep(await startRole("store-writer", data, env)) : undefined;
    const api = keep(await startRole("api", data, env));
    const url = `http://127.0.0.1:${port}`;
    const keys = await keysOf(url, join(data, "access.json"));
    const credentials = toolsCredentials(data);
    const access = { servers: broker.url, inbox: inboxOf("tools"), credentials };
    const nats = await connectBroker(access, "bench");
    stops.push(() => nats.close());
    const size = { snapshotSites: Math.ceil(accounts / METERS_A_SITE), profileSites: 0 };
    const at = { postgres: postgres.url, data };
    const registered = await register(at, nats, { ...size, meters: METERS_A_SITE });
    const pids = {
      nats: broker.pid,
      postgres: postgres.pid,
      engine: engine.pid,
      api: api.pid,
      ...(clickhouse === undefined ? {} : { clickhouse: clickhouse.pid }),
      ...(writer === undefined ? {} : { "store-writer": writer.pid }),
    };
    const clickhouseUrl = clickhouse?.url ?? "";
    return { url, keys, accounts: registered.accounts, nats, clickhouseUrl, pids, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function keysOf(url: string, file: string): Promise<Installation["keys"]> {
  const until = performance.now() + READY_MS;
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    // The api answers a moment before it writes its keys.
    if (answer?.status === 200 && existsSync(file)) break;
    if (performance.now() > until)
      throw new Error(`the api is not ready: ${(await answer?.text()) ?? "no answer"}`);
    await sleep(50);
  }
  return (JSON.parse(readFileSync(file, "utf8")) as { keys: Installation["keys"] }).keys;
}
