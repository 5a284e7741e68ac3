/**
 * ClickHouse as a child: the real engine from npm, serving its ordinary HTTP interface on loopback, so that the rest
 * of the product knows one kind of ClickHouse only.
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { totalmem } from "node:os";
import { join } from "node:path";
import { makeFolder } from "./folder.ts";
import { HostError } from "./host-error.ts";
import { LOOPBACK } from "./ports.ts";
import { nodeArguments, siblingProgram } from "./program.ts";
import type { Running, ServerOptions } from "./running.ts";
import { secretFrom } from "./secret-file.ts";
import { type ServerKind, startServer } from "./server.ts";

const USER = "drawdown";
const DATABASE = "drawdown";
/** Most memory that the engine takes, and most of the machine's; the rest is for the others. */
const MEMORY_BYTES_MAX = 4 * 1024 * 1024 * 1024;
const MEMORY_SHARE_MAX = 0.4;
const ANSWER_MS = 2_000;

/** Starts ClickHouse; `url` holds user and password and means its database `drawdown`. Rejects with a HostError. */
export async function startClickhouse(options: ServerOptions): Promise<Running> {
  const library = clickhouseLibrary();
  if (library === undefined) throw missingLibrary();
  const folder = join(options.data, "clickhouse");
  makeFolder(options.data);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const password = secretFrom(join(folder, "password"));
  const config = writeConfig(folder, password);
  const kind: ServerKind = {
    name: "clickhouse",
    title: "ClickHouse",
    readyMs: 120_000,
    stopMs: 15_000,
    launch: (port) => ({
      command: process.execPath,
      args: [
        ...nodeArguments(siblingProgram(import.meta.url, "clickhouse-child")),
        library,
        config,
        join(folder, "store"),
        String(port),
      ],
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "", TZ: "UTC", LANG: "C.UTF-8" },
      stopSignal: "SIGKILL",
      orphanSignal: "KILL",
    }),
    answers: (port) => answersSelectOne(port, password),
    url: (port) => `http://${USER}:${password}@${LOOPBACK}:${port}/${DATABASE}`,
    passing: (log) => log.includes("CANNOT_OPEN_FILE") || log.includes("Another server instance"),
  };
  const running = await startServer(kind, options);
  try {
    await ask(running.port, password, `CREATE DATABASE IF NOT EXISTS ${DATABASE}`);
  } catch (error) {
    await running.stop();
    throw new HostError(
      "failed",
      `ClickHouse would not make its database (${(error as Error).message})`,
      { cause: error },
    );
  }
  return running;
}

/** The engine's shared library for this machine; undefined when its package is not installed (or there is none). */
export function clickhouseLibrary(): string | undefined {
  const libc = process.platform === "linux" ? "-gnu" : "";
  try {
    return createRequire(import.meta.url).resolve(
      `@chdb/lib-${process.platform}-${process.arch}${libc}/libchdb.so`,
    );
  } catch {
    return undefined;
  }
}

function missingLibrary(): HostError {
  return new HostError(
    "missing",
    `ClickHouse for ${process.platform}-${process.arch} is not installed: run "npm ci" without --omit=optional, ` +
      `or set DRAWDOWN_CLICKHOUSE_URL to a server`,
  );
}

/** All that the engine's own session needs to serve; over HTTP anybody on this machine could use that user. */
const SERVE_GRANTS = ["GRANT SYSTEM LISTEN ON *.*", "GRANT SELECT ON system.numbers"];

/**
 * The engine's own session runs as `default` without a password and cannot be told another user, so that user may do
 * nothing but serve: it sees no table of ours. Ours needs its password.
 */
function writeConfig(folder: string, password: string): string {
  const hash = createHash("sha256").update(password).digest("hex");
  const users = join(folder, "users.xml");
  const member = (name: string, body: string): string =>
    `<${name}>${body}<profile>default</profile><quota>default</quota></${name}>`;
  const grants = SERVE_GRANTS.map((query) => `<query>${query}</query>`).join("");
  const inside = member(
    "default",
    `<no_password/><networks><ip>::1</ip></networks><grants>${grants}</grants>`,
  );
  const ours = member(
    USER,
    `<password_sha256_hex>${hash}</password_sha256_hex><networks><ip>${LOOPBACK}</ip></networks><access_management>1</access_management>`,
  );
  writeFileSync(
    users,
    `<clickhouse><profiles><default/></profiles><quotas><default/></quotas><users>${inside}${ours}</users></clickhouse>\n`,
    { mode: 0o600 },
  );
  const config = join(folder, "config.xml");
  const memoryBytes = Math.floor(Math.min(MEMORY_BYTES_MAX, totalmem() * MEMORY_SHARE_MAX));
  writeFileSync(
    config,
    `<clickhouse><users_config>${escapeXml(users)}</users_config><timezone>UTC</timezone>` +
      `<max_server_memory_usage>${memoryBytes}</max_server_memory_usage></clickhouse>\n`,
    { mode: 0o600 },
  );
  return config;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

async function answersSelectOne(port: number, password: string): Promise<boolean> {
  try {
    return (await ask(port, password, "SELECT 1")) === "1";
  } catch {
    return false;
  }
}

async function ask(port: number, password: string, query: string): Promise<string> {
  const answer = await fetch(`http://${LOOPBACK}:${port}/`, {
    method: "POST",
    body: query,
    headers: { "X-ClickHouse-User": USER, "X-ClickHouse-Key": password },
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const text = (await answer.text()).trim();
  if (!answer.ok) throw new Error(text.slice(0, 200));
  return text;
}
