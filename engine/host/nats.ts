/**
 * NATS with JetStream as a child, on loopback unless told otherwise, with its store in the data folder.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { ACCOUNTS_CONF, adoptStreams, brokerFolder, makeBrokerFiles } from "./broker-files.ts";
import { cacheFolder } from "./cache.ts";
import { makeFolder } from "./folder.ts";
import { findNats } from "./nats-binary.ts";
import { natsGreeting } from "./nats-greeting.ts";
import { LOOPBACK } from "./ports.ts";
import type { Running, ServerOptions } from "./running.ts";
import { type ServerKind, startServer } from "./server.ts";

/** Longest message that the server takes: a rated block of 64 Ki readings fits. */
const NATS_PAYLOAD_BYTES_MAX = 8 * 1024 * 1024;
/** Most bytes that JetStream keeps on disk over all streams; the streams set their own lower bounds. */
const STORE_BYTES_MAX = 64 * 1024 * 1024 * 1024;
/** Most bytes that JetStream keeps in memory streams. */
const MEMORY_BYTES_MAX = 256 * 1024 * 1024;

/** How a broker is started. `access: "open"` lets everybody do everything: only for tests of what is above it. */
export type NatsOptions = ServerOptions & {
  access?: "open";
  /** Address to listen on; loopback unless told otherwise. */
  host?: string;
  /** Paths of a certificate and its key: NATS then takes no connections without TLS. */
  tls?: { cert: string; key: string } | undefined;
  /** Cores that it uses at once; half of the machine's unless told otherwise. */
  cores?: number;
};

/** Starts NATS, which lets in only whom it has given credentials (broker-files.ts); its binary is fetched when the machine has none. Rejects with a HostError. */
export async function startNats(options: NatsOptions): Promise<Running> {
  const binary = await findNats(cacheFolder(options.cache), options.say);
  const folder = brokerFolder(options.data);
  const store = join(folder, "store");
  makeFolder(options.data);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const signing = options.access === "open" ? undefined : makeBrokerFiles(folder);
  const serverName = `drawdown-${randomBytes(6).toString("hex")}`;
  const kind: ServerKind = {
    name: "nats",
    title: "NATS",
    readyMs: 120_000,
    stopMs: 10_000,
    prepare: async () => {
      if (signing !== undefined) adoptStreams(store, signing.account);
    },
    launch: (port) => {
      const config = join(folder, "nats.conf");
      const lines = [
        ...listenConfig(port, options),
        ...(signing === undefined ? [] : accessConfig(folder)),
      ];
      writeFileSync(config, natsConfig(serverName, store, lines));
      return {
        command: binary,
        args: ["-c", config],
        cwd: folder,
        env: { ...runtime(options.cores ?? halfOfCores()), ...process.env },
        stopSignal: "SIGTERM",
        orphanSignal: "TERM",
      };
    },
    answers: async (port) =>
      (await natsGreeting(dialled(options.host), port))?.includes(
        `"server_name":"${serverName}"`,
      ) ?? false,
    url: (port) => urlOf(port, options),
  };
  return startServer(kind, options);
}

/**
 * How Go runs it (docs/decisions/0034), where the environment does not say so: at Go's own GOGC of 100 its heap of some 10 MB
 * is collected ten times a second under load, and messages wait; with more room that stays below half of the memory.
 */
function runtime(cores: number): Record<string, string> {
  const memoryMib = Math.floor(totalmem() / 2 / 2 ** 20);
  return { GOMAXPROCS: String(cores), GOGC: "400", GOMEMLIMIT: `${memoryMib}MiB` };
}

/** The engine and the stores run beside it; on two cores one thread also takes less time for the same frames than two. */
function halfOfCores(): number {
  return Math.max(1, Math.floor(availableParallelism() / 2));
}

/** Server 2.9.10 has no `sync_interval`; what is acknowledged as durable rests on the engine's journal, not on this store. */
function natsConfig(serverName: string, store: string, lines: readonly string[]): string {
  return [
    `server_name: ${serverName}`,
    `max_payload: ${NATS_PAYLOAD_BYTES_MAX}`,
    `max_pending: ${8 * NATS_PAYLOAD_BYTES_MAX}`,
    "logtime: true",
    "jetstream {",
    `  store_dir: ${JSON.stringify(store)}`,
    `  max_file_store: ${STORE_BYTES_MAX}`,
    `  max_memory_store: ${MEMORY_BYTES_MAX}`,
    "}",
    ...lines,
    "",
  ].join("\n");
}

function listenConfig(port: number, { host = LOOPBACK, tls }: NatsOptions): string[] {
  const listen = [`host: ${JSON.stringify(host)}`, `port: ${port}`];
  if (tls === undefined) return listen;
  const [cert, key] = [JSON.stringify(tls.cert), JSON.stringify(tls.key)];
  return [...listen, `tls { cert_file: ${cert}, key_file: ${key}, timeout: 5 }`];
}

/** An address that listens everywhere is reached on loopback. */
function dialled(host: string = LOOPBACK): string {
  return host === "0.0.0.0" || host === "::" ? LOOPBACK : host;
}

/** Certificates name hosts, so with TLS loopback is reached by its name. */
function urlOf(port: number, { host, tls }: NatsOptions): string {
  const address = dialled(host);
  if (tls === undefined) return `nats://${address}:${port}`;
  return `tls://${address === LOOPBACK ? "localhost" : address}:${port}`;
}

/** Accounts as the api changes them are kept in a folder; what is included is how they were at first. */
function accessConfig(folder: string): string[] {
  const accounts = JSON.stringify(join(folder, "accounts"));
  return [
    `include "./${ACCOUNTS_CONF}"`,
    `resolver { type: full, dir: ${accounts}, allow_delete: false, interval: "2m" }`,
  ];
}
