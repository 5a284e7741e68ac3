/**
 * For tests: the PostgreSQL that the system's packages brought, with a cluster of its own in a temporary folder, on a free port.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { pickPort } from "../../../engine/host/ports.ts";
import { machineUser } from "../../../engine/host/postgres-user.ts";

const PLACE = "/usr/lib/postgresql";
const READY_MS_MAX = 20_000;

/** The folder of its programs and its version; undefined where none is installed. `DRAWDOWN_TEST_POSTGRES_BIN` names another one. */
export function systemPostgres(): { bin: string; version: string } | undefined {
  const named = process.env["DRAWDOWN_TEST_POSTGRES_BIN"];
  const versions = existsSync(PLACE)
    ? readdirSync(PLACE).sort((a, b) => Number(a) - Number(b))
    : [];
  const bins = named === undefined ? versions.map((each) => join(PLACE, each, "bin")) : [named];
  const bin = bins.find(
    (each) => existsSync(join(each, "initdb")) && existsSync(join(each, "postgres")),
  );
  if (bin === undefined) return undefined;
  const told = execFileSync(join(bin, "postgres"), ["--version"], { encoding: "utf8" });
  return { bin, version: /\d[\d.]*/.exec(told)?.[0] ?? "" };
}

/** Starts it, as a user other than root; gives a superuser's address. */
export async function startSystemPostgres(
  bin: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "drawdown-system-postgres-"));
  const cluster = join(folder, "cluster");
  const user = machineUser(cluster);
  chmodSync(folder, 0o755);
  mkdirSync(cluster, { mode: 0o700 });
  if (user !== undefined) chownSync(cluster, user.uid, user.gid);
  const environment = { PATH: process.env["PATH"] ?? "", LC_ALL: "C", TZ: "UTC" };
  const as = { cwd: "/", env: environment, stdio: "ignore" as const, ...user };
  const init = [
    "-D",
    cluster,
    "-U",
    "tester",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
  ];
  execFileSync(join(bin, "initdb"), init, as);
  const port = await pickPort(0);
  const set = [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
  ];
  const server = spawn(
    join(bin, "postgres"),
    ["-D", cluster, ...set.flatMap((each) => ["-c", each])],
    as,
  );
  const url = `postgres://tester@127.0.0.1:${port}/postgres`;
  const stop = async (): Promise<void> => {
    const ended = server.exitCode === null ? once(server, "exit") : undefined;
    server.kill("SIGQUIT");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + READY_MS_MAX;
  while (!(await answers(url))) {
    if (Date.now() > deadline || server.exitCode !== null) {
      await stop();
      throw new Error(`PostgreSQL of ${bin} does not answer on port ${port}`);
    }
    await sleep(50);
  }
  return { url, stop };
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
