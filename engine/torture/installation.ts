/**
 * A whole installation in a folder of its own: servers and roles as `drawdown start` runs them, each a part that can be
 * killed, with a proxy on every way between them.
 */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toolsCredentials } from "../host/broker-files.ts";
import { startClickhouse } from "../host/clickhouse.ts";
import { startNats } from "../host/nats.ts";
import { pickPort } from "../host/ports.ts";
import { startPostgres } from "../host/postgres.ts";
import { nodeArguments, nodeFlags, siblingProgram } from "../host/program.ts";
import type { Running, ServerOptions } from "../host/running.ts";
import { type Part, programPart, serverPart, startPart } from "./part.ts";
import { type LinkProxy, openProxy } from "./proxy.ts";

/** Names of the parts. */
export const PARTS = [
  "nats",
  "clickhouse",
  "postgres",
  "engine",
  "store-writer",
  "api",
  "gateway",
] as const;
/** A part's name. */
export type PartName = (typeof PARTS)[number];

/** Shards of the installation. */
export const TORTURE_SHARDS = 4;
const READY_MS_MAX = 90_000;
const LOOK_MS = 50;

/** Where the servers and the api are without a proxy. */
export type Direct = { nats: string; clickhouse: string; postgres: string; api: string };

/** A running installation. */
export type Installation = {
  data: string;
  /** The folder of the load's gateways. */
  load: string;
  direct: Direct;
  /** The api through its proxy. */
  apiUrl: string;
  vendorKey(): string;
  parts: ReadonlyMap<PartName, Part>;
  proxies: readonly LinkProxy[];
  /** Starts the load's gateways, whose plan must be written. */
  startGateways(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts everything but the load's gateways; settles when the api is ready. `failed` is told of a part that won't start. */
export async function startInstallation(
  data: string,
  env: NodeJS.ProcessEnv,
  failed: (error: unknown) => void,
): Promise<Installation> {
  chmodSync(data, 0o755);
  const load = join(data, "load");
  mkdirSync(load, { mode: 0o700 });
  const parts = new Map<PartName, Part>();
  const proxies: LinkProxy[] = [];
  const stop = async (): Promise<void> => {
    for (const name of PARTS.toReversed()) await parts.get(name)?.stop();
    for (const proxy of proxies) proxy.close();
  };
  try {
    const direct = await startServers(data, parts, failed);
    const ways = await openWays(direct, proxies);
    const context: Context = { data, env, parts, failed, ways };
    await startRole(context, "engine");
    await startRole(context, "store-writer");
    await startRole(context, "api");
    // The api answers a moment before it writes its keys.
    await untilReady(direct.api, join(data, "access.json"));
    const access = readFileSync(join(data, "access.json"), "utf8");
    const { keys } = JSON.parse(access) as { keys: { vendor: string } };
    return {
      data,
      load,
      direct,
      apiUrl: ways.api,
      vendorKey: () => keys.vendor,
      parts,
      proxies,
      startGateways: () => startGateways(context, load),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Deletes the whole store of NATS: for between its end and its next start. */
export function loseNatsStore({ data }: { data: string }): void {
  rmSync(join(data, "nats", "store"), { recursive: true, force: true });
}

/** Copies the store of NATS: for between its end and its next start. */
export function copyNatsStore({ data }: { data: string }): void {
  const nats = join(data, "nats");
  rmSync(join(nats, "store.copy"), { recursive: true, force: true });
  cpSync(join(nats, "store"), join(nats, "store.copy"), { recursive: true });
}

/** Puts the copy in place of the store, as if what came since had never been synced. */
export function setBackNatsStore({ data }: { data: string }): void {
  loseNatsStore({ data });
  renameSync(join(data, "nats", "store.copy"), join(data, "nats", "store"));
}

type Parts = Map<PartName, Part>;
type Failed = (error: unknown) => void;

async function startServers(data: string, parts: Parts, failed: Failed): Promise<Direct> {
  const start = async (
    name: PartName,
    launch: (options: ServerOptions) => Promise<Running>,
  ): Promise<string> => {
    let url = "";
    const port = await pickPort(0);
    const launched = async (options: ServerOptions): Promise<Running> => {
      const running = await launch(options);
      ({ url } = running);
      return running;
    };
    parts.set(name, await startPart(serverPart(name, launched, { data, port }), failed));
    return url;
  };
  const [nats, clickhouse, postgres, apiPort] = await Promise.all([
    start("nats", startNats),
    start("clickhouse", startClickhouse),
    start("postgres", startPostgres),
    pickPort(0),
  ]);
  return { nats, clickhouse, postgres, api: `http://127.0.0.1:${apiPort}` };
}

type Ways = {
  direct: Direct;
  engineNats: string;
  writerNats: string;
  writerClickhouse: string;
  apiNats: string;
  apiPostgres: string;
  gatewayNats: string;
  api: string;
};

async function openWays(direct: Direct, proxies: LinkProxy[]): Promise<Ways> {
  const through = async (name: string, url: string): Promise<string> => {
    const target = new URL(url);
    const proxy = await openProxy(name, Number(target.port));
    proxies.push(proxy);
    target.port = String(proxy.port);
    return target.href.replace(/\/$/, "");
  };
  return {
    direct,
    engineNats: await through("engine to NATS", direct.nats),
    writerNats: await through("store-writer to NATS", direct.nats),
    writerClickhouse: await through("store-writer to ClickHouse", direct.clickhouse),
    apiNats: await through("api to NATS", direct.nats),
    apiPostgres: await through("api to PostgreSQL", direct.postgres),
    gatewayNats: await through("gateway to NATS", direct.nats),
    api: await through("clients to api", direct.api),
  };
}

type Context = { data: string; env: NodeJS.ProcessEnv; parts: Parts; failed: Failed; ways: Ways };

async function startRole(
  { data, env, parts, failed, ways }: Context,
  name: "engine" | "store-writer" | "api",
): Promise<void> {
  const addresses = {
    engine: { DRAWDOWN_NATS_URL: ways.engineNats },
    "store-writer": {
      DRAWDOWN_NATS_URL: ways.writerNats,
      DRAWDOWN_CLICKHOUSE_URL: ways.writerClickhouse,
    },
    api: {
      DRAWDOWN_NATS_URL: ways.apiNats,
      DRAWDOWN_POSTGRES_URL: ways.apiPostgres,
      DRAWDOWN_CLICKHOUSE_URL: ways.direct.clickhouse,
      DRAWDOWN_API_PORT: new URL(ways.direct.api).port,
    },
  };
  const own = {
    DRAWDOWN_DATA: data,
    DRAWDOWN_FIELD: "off",
    DRAWDOWN_SHARDS: String(TORTURE_SHARDS),
    // Small, so that segments and snapshots come and go all the time.
    DRAWDOWN_SNAPSHOT_SECONDS: "5",
    DRAWDOWN_JOURNAL_SEGMENT_MB: "1",
    DRAWDOWN_TICK_SECONDS: "5",
  };
  const cli = nodeArguments(siblingProgram(import.meta.url, "../../cli"));
  const hook = siblingProgram(import.meta.url, "worker-hook").href;
  const args = name === "engine" ? ["--import", hook, ...cli, name] : [...cli, name];
  // From source the hook itself needs the loader of the program first.
  if (hook.endsWith(".ts") && name === "engine") args.unshift(...cli.slice(0, 2));
  const program = {
    name,
    args: [...nodeFlags(name), ...args],
    env: { ...env, ...own, ...addresses[name] },
    log: join(data, "logs", `${name}.log`),
  };
  parts.set(name, await startPart(programPart(program), failed));
}

async function startGateways(context: Context, load: string): Promise<void> {
  const { data, env, parts, failed, ways } = context;
  const program = nodeArguments(siblingProgram(import.meta.url, "load/gateway-process"));
  const spec = programPart({
    name: "gateway",
    args: [...program, load, ways.gatewayNats, toolsCredentials(data)],
    env,
    log: join(data, "logs", "gateway.log"),
  });
  parts.set("gateway", await startPart(spec, failed));
}

async function untilReady(url: string, keys: string): Promise<void> {
  const deadline = Date.now() + READY_MS_MAX;
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.status === 200 && existsSync(keys)) return;
    if (Date.now() > deadline)
      throw new Error(
        `the api is not ready: ${answer === undefined ? "no answer" : await answer.text()}`,
      );
    await sleep(LOOK_MS);
  }
}
