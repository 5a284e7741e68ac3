/**
 * The servers of an installation: those given by a URL, and embedded ones for the rest.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { Settings } from "../contract/settings-schema.ts";
import { readCertifiedKey } from "../contract/tls-files.ts";
import { startClickhouse } from "./clickhouse.ts";
import { lockOwner } from "./data-lock.ts";
import { type NatsOptions, startNats } from "./nats.ts";
import { startPostgres } from "./postgres.ts";
import type { Running, ServerOptions } from "./running.ts";
import { type SupervisedSpec, superviseServer } from "./supervised-server.ts";

/** Where a running installation's servers are; the addresses hold passwords, so the file is its owner's alone. */
const SERVERS_FILE = "servers.json";
const addresses = z.object({ nats: z.string(), clickhouse: z.string(), postgres: z.string() });

/** URLs of the three servers. */
export type ServerUrls = z.infer<typeof addresses>;
/** Servers that run for us, started again when they end unasked: `died` settles with a line when one is given up. */
export type Servers = ServerUrls & { stop(): Promise<void>; died: Promise<string> };

/** Starts what no URL is given for, side by side, and notes where they are for other commands of this installation. */
export async function startServers(
  settings: Settings,
  say: (line: string) => void,
): Promise<Servers> {
  const options = (port: number): ServerOptions => ({
    data: settings.data,
    port,
    cache: settings.cache,
    say,
  });
  const keep = (url: string, title: string, start: SupervisedSpec["start"], port: number) =>
    url === "" ? superviseServer({ title, start, options: options(port) }) : undefined;
  const nats = natsOptionsOf(settings);
  const outcomes = await Promise.allSettled([
    keep(settings.nats_url, "NATS", (base) => startNats({ ...base, ...nats }), settings.nats_port),
    keep(settings.clickhouse_url, "ClickHouse", startClickhouse, settings.clickhouse_port),
    keep(settings.postgres_url, "PostgreSQL", startPostgres, settings.postgres_port),
  ]);
  const running = outcomes.map((outcome) =>
    outcome.status === "fulfilled" ? outcome.value : undefined,
  );
  const stop = async (): Promise<void> => {
    rmSync(join(settings.data, SERVERS_FILE), { force: true });
    await Promise.all(running.map((server) => server?.stop()));
  };
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const [broker, clickhouse, postgres] = running;
  const urls: ServerUrls = {
    nats: broker?.url ?? settings.nats_url,
    clickhouse: clickhouse?.url ?? settings.clickhouse_url,
    postgres: postgres?.url ?? settings.postgres_url,
  };
  writeFileSync(join(settings.data, SERVERS_FILE), `${JSON.stringify(urls)}\n`, { mode: 0o600 });
  const died = Promise.race([
    death("NATS", broker),
    death("ClickHouse", clickhouse),
    death("PostgreSQL", postgres),
  ]);
  return { ...urls, stop, died };
}

/** Throws an Error of one line where the embedded NATS cannot use the certificate or its key. */
function natsOptionsOf(settings: Settings): Pick<NatsOptions, "host" | "tls"> {
  const { nats_host: host, nats_server_cert_file: cert, nats_server_key_file: key } = settings;
  if (cert === "" && key === "") return { host };
  readCertifiedKey({ cert, key }, "DRAWDOWN_NATS_SERVER");
  return { host, tls: { cert: resolve(cert), key: resolve(key) } };
}

async function death(name: string, server: Running | undefined): Promise<string> {
  if (server === undefined) return new Promise(() => {});
  await server.exited;
  return `${name} can't be kept running: its log is in the data folder under logs`;
}

/** The servers of the installation that runs on a data folder; undefined when none does. */
export function runningServers(data: string): ServerUrls | undefined {
  if (lockOwner(data) === undefined) return undefined;
  try {
    return addresses.parse(JSON.parse(readFileSync(join(data, SERVERS_FILE), "utf8")));
  } catch {
    return undefined;
  }
}

/** The settings by which roles find the servers and the data. */
export function serverEnvironment(settings: Settings, servers: ServerUrls): NodeJS.ProcessEnv {
  return {
    DRAWDOWN_DATA: settings.data,
    DRAWDOWN_NATS_URL: servers.nats,
    DRAWDOWN_CLICKHOUSE_URL: servers.clickhouse,
    DRAWDOWN_POSTGRES_URL: servers.postgres,
  };
}
