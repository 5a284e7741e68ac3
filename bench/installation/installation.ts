/**
 * The product on this machine, without readings store and gateways: NATS, PostgreSQL, engine and api as processes of their
 * own, with accounts registered as an operator's are.
 */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { startNats } from "../../engine/host/nats.ts";
import { pickPort } from "../../engine/host/ports.ts";
import { startPostgres } from "../../engine/host/postgres.ts";
import { type LoadAccount, register } from "../../engine/torture/register.ts";
import { asSkip } from "../harness/skip.ts";
import { startRole } from "./roles.ts";

const READY_MS = 90_000;
const SHARDS = 4;
const METERS_A_SITE = 64;

/** A running installation. */
export type Installation = {
  url: string;
  keys: { operator: string; vendor: string };
  accounts: readonly LoadAccount[];
  nats: NatsConnection;
  /** Processes whose CPU time counts. */
  pids: number[];
  stop(): Promise<void>;
};

/** Starts it with about so many accounts. Throws a SkipError where a server can't be had. */
export async function startInstallation(accounts: number): Promise<Installation> {
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
    const port = await pickPort(0);
    const env = {
      DRAWDOWN_NATS_URL: broker.url,
      DRAWDOWN_POSTGRES_URL: postgres.url,
      DRAWDOWN_SHARDS: String(SHARDS),
      DRAWDOWN_API_PORT: String(port),
    };
    const engine = keep(await startRole("engine", data, env));
    const api = keep(await startRole("api", data, env));
    const url = `http://127.0.0.1:${port}`;
    const keys = await keysOf(url, join(data, "access.json"));
    const nats = await connect({ servers: broker.url });
    stops.push(() => nats.close());
    const size = { snapshotSites: Math.ceil(accounts / METERS_A_SITE), profileSites: 0 };
    const registered = await register(postgres.url, nats, { ...size, meters: METERS_A_SITE });
    const pids = [broker.pid, postgres.pid, engine.pid, api.pid];
    return { url, keys, accounts: registered.accounts, nats, pids, stop };
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
