/**
 * PostgreSQL as a child, on loopback over TCP only, with its cluster in the data folder.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { makeFolder } from "./folder.ts";
import { HostError } from "./host-error.ts";
import { LOOPBACK } from "./ports.ts";
import { prepareCluster } from "./postgres-cluster.ts";
import { reachablePrograms } from "./postgres-programs.ts";
import { POSTGRES_USER, widenForOthers } from "./postgres-user.ts";
import type { Running, ServerOptions } from "./running.ts";
import { secretFrom } from "./secret-file.ts";
import { type ServerKind, startServer } from "./server.ts";

const DATABASE = "drawdown";
const ANSWER_MS = 2_000;
/** Start-up after a crash replays the log since the last checkpoint. */
const READY_MS = 180_000;

/** Starts PostgreSQL with an empty database `drawdown` the first time; `url` holds the password. Rejects with a HostError. */
export async function startPostgres(options: ServerOptions): Promise<Running> {
  const folder = join(options.data, "postgres");
  makeFolder(folder);
  widenForOthers(options.data);
  const { programs, user } = await reachablePrograms(folder, options.say);
  const password = passwordOf(folder);
  const url = (port: number, database: string): string =>
    `postgres://${POSTGRES_USER}:${password}@${LOOPBACK}:${port}/${database}`;
  let cluster: string | undefined;
  const kind: ServerKind = {
    name: "postgres",
    title: "PostgreSQL",
    readyMs: READY_MS,
    stopMs: 15_000,
    prepare: async () => {
      cluster = await prepareCluster({ folder, programs, user, password, say: options.say });
    },
    launch: (port) => ({
      command: programs.postgres,
      args: ["-D", cluster ?? folder, ...serverSettings(port)],
      cwd: "/",
      env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C", TZ: "UTC" },
      stopSignal: "SIGINT",
      orphanSignal: "QUIT",
      ...(user === undefined ? {} : { user }),
    }),
    answers: async (port) => (await query(url(port, "postgres"), "SELECT 1")) !== undefined,
    url: (port) => url(port, DATABASE),
    passing: (log) =>
      log.includes("pre-existing shared memory block") || log.includes("already exists"),
  };
  const running = await startServer(kind, options);
  await makeDatabase(url(running.port, "postgres"), running);
  return running;
}

/** The superuser's password; a cluster whose password file is lost cannot be entered, and a new one would not fit it. */
function passwordOf(folder: string): string {
  const file = join(folder, "password");
  if (existsSync(join(folder, "cluster")) && !existsSync(file)) {
    throw new HostError(
      "failed",
      `${file} is lost: put it back from a backup, or move ${folder} away to start anew`,
    );
  }
  return secretFrom(file);
}

function serverSettings(port: number): string[] {
  const settings = [
    `port=${port}`,
    `listen_addresses=${LOOPBACK}`,
    "unix_socket_directories=",
    "timezone=UTC",
    "log_timezone=UTC",
    // Files of the write-ahead log that are kept to be used again: making new ones holds commits up.
    "min_wal_size=256MB",
    // A table that grows is looked at soon: until then its statements are planned as when it was empty.
    "autovacuum_naptime=15s",
  ];
  return settings.flatMap((setting) => ["-c", setting]);
}

async function makeDatabase(url: string, running: Running): Promise<void> {
  const there = await query(url, `SELECT 1 FROM pg_database WHERE datname = '${DATABASE}'`);
  if (
    there === 1 ||
    (there === 0 && (await query(url, `CREATE DATABASE ${DATABASE}`)) !== undefined)
  )
    return;
  await running.stop();
  throw new HostError(
    "failed",
    `PostgreSQL would not make its database ${DATABASE}: see its log in the data folder`,
  );
}

/** The number of rows; undefined when the server does not answer (yet), or is not ours and refuses the password. */
async function query(url: string, text: string): Promise<number | undefined> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: ANSWER_MS });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.query(text)).rows.length;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}
