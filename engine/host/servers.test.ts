import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@clickhouse/client";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectBroker } from "../contract/broker/connect.ts";
import { inboxOf } from "../contract/broker/permissions.ts";
import { toolsCredentials } from "./broker-files.ts";
import { startClickhouse } from "./clickhouse.ts";
import { startNats } from "./nats.ts";
import { LOOPBACK } from "./ports.ts";
import { startPostgres } from "./postgres.ts";
import { identityOf, isAlive, type ProcessIdentity } from "./process-identity.ts";
import { nodeArguments } from "./program.ts";
import type { Running, ServerOptions } from "./running.ts";
import { temporaryFolder } from "./testing.ts";

/** A server with a way to keep a value in it and to read all values back. */
type Case = {
  name: string;
  start(options: ServerOptions): Promise<Running>;
  put(url: string, value: string): Promise<void>;
  values(url: string): Promise<string[]>;
};

const CASES: Case[] = [
  { name: "nats", start: startNats, put: putNats, values: natsValues },
  { name: "clickhouse", start: startClickhouse, put: putClickhouse, values: clickhouseValues },
  { name: "postgres", start: startPostgres, put: putPostgres, values: postgresValues },
];

const data = temporaryFolder("host");
afterAll(() => rmSync(data, { recursive: true, force: true }));

it("gives NATS half of the cores, and room for what it has not collected yet", async () => {
  const server = await startNats({ data, port: 0 });
  try {
    const environment = readFileSync(`/proc/${server.pid}/environ`, "utf8").split("\0");
    const cores = process.env["GOMAXPROCS"] ?? String(Math.max(1, availableParallelism() >> 1));
    expect(environment).toContain(`GOMAXPROCS=${cores}`);
    expect(environment).toContain(`GOGC=${process.env["GOGC"] ?? "400"}`);
    const limit = environment.find((each) => each.startsWith("GOMEMLIMIT="));
    expect(limit).toBe(`GOMEMLIMIT=${process.env["GOMEMLIMIT"] ?? halfOfMemory()}`);
  } finally {
    await server.stop();
  }
});

/** As Go reads it. */
function halfOfMemory(): string {
  return `${Math.floor(totalmem() / 2 ** 21)}MiB`;
}

describe.each(CASES)("$name", ({ name, start, put, values }) => {
  it("starts, answers, stops, and has its data after a restart", async () => {
    const first = await start({ data, port: 0 });
    await put(first.url, "one");
    await first.stop();
    expect(identityOf(first.pid)).toBeUndefined();
    const second = await start({ data, port: 0 });
    try {
      await put(second.url, "two");
      expect(await values(second.url)).toEqual(["one", "two"]);
    } finally {
      await second.stop();
    }
  });

  it("takes another port and says so when its own is taken", async () => {
    const taken = createServer().listen(0, LOOPBACK);
    await once(taken, "listening");
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const said: string[] = [];
    const server = await start({ data, port, say: (line) => said.push(line) });
    try {
      expect(server.port).not.toBe(port);
      expect(said.join()).toContain(`port ${port} is taken`);
    } finally {
      await server.stop();
      taken.close();
    }
  });

  it("refuses a folder on which a living owner runs it", async () => {
    const server = await start({ data, port: 0 });
    try {
      await expect(start({ data, port: 0 })).rejects.toMatchObject({ code: "in_use" });
    } finally {
      await server.stop();
    }
  });

  it("ends when its owner is killed, and starts again with what it had", async () => {
    const owner = await killedOwner(name);
    await expect.poll(() => owner.servers.some(isAlive), { timeout: 8_000 }).toBe(false);
    const again = await start({ data, port: 0 });
    try {
      expect(await values(again.url)).toEqual(["one", "two"]);
    } finally {
      await again.stop();
    }
  });

  it("takes over from a server whose owner and watcher were both killed", async () => {
    const owner = await killedOwner(name, { watcherToo: true });
    expect(owner.servers.some(isAlive)).toBe(true);
    const again = await start({ data, port: 0 });
    try {
      expect(owner.servers.some(isAlive)).toBe(false);
      expect(await values(again.url)).toEqual(["one", "two"]);
    } finally {
      await again.stop();
    }
  }, 60_000);
});

/** Starts the server from another process, which is then killed; resolves with the identities of what it had started. */
async function killedOwner(
  name: string,
  { watcherToo = false } = {},
): Promise<{ servers: ProcessIdentity[] }> {
  const owner = spawn(
    process.execPath,
    [...nodeArguments(new URL("./testing/owner.ts", import.meta.url)), name, data],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const [chunk] = (await once(owner.stdout, "data")) as [Buffer];
  const server = identityOf(Number(chunk.toString()));
  if (server === undefined) throw new Error("the owner told no living process");
  if (watcherToo) process.kill(watcherOf(server.pid), "SIGKILL");
  process.kill(owner.pid ?? 0, "SIGKILL");
  await once(owner, "exit");
  if (watcherToo) await sleep(300);
  return { servers: [server] };
}

/** The watcher is the server's child of which it knows nothing: the shell in its process group. */
function watcherOf(server: number): number {
  const children = readFileSync(`/proc/${server}/task/${server}/children`, "utf8")
    .trim()
    .split(" ")
    .map(Number);
  const watcher = children.find((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "sh");
  if (watcher === undefined) throw new Error("the server has no watcher");
  return watcher;
}

function toNats(servers: string): Promise<NatsConnection> {
  const access = { servers, inbox: inboxOf("tools"), credentials: toolsCredentials(data) };
  return connectBroker(access, "test");
}

async function putNats(url: string, value: string): Promise<void> {
  const connection = await toNats(url);
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: "KEPT", subjects: ["kept"] });
  await jetstream(connection).publish("kept", value);
  await connection.close();
}

async function natsValues(url: string): Promise<string[]> {
  const connection = await toNats(url);
  const manager = await jetstreamManager(connection);
  const { state } = await manager.streams.info("KEPT");
  const values: string[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    values.push((await manager.streams.getMessage("KEPT", { seq }))?.string() ?? "");
  }
  await connection.close();
  return values;
}

async function putClickhouse(url: string, value: string): Promise<void> {
  const client = createClient({ url });
  await client.command({
    query: "CREATE TABLE IF NOT EXISTS kept (value String) ENGINE = MergeTree ORDER BY value",
  });
  await client.insert({ table: "kept", values: [{ value }], format: "JSONEachRow" });
  await client.close();
}

async function clickhouseValues(url: string): Promise<string[]> {
  const client = createClient({ url });
  const result = await client.query({
    query: "SELECT value FROM kept ORDER BY value",
    format: "JSONEachRow",
  });
  const rows = await result.json<{ value: string }>();
  await client.close();
  return rows.map(({ value }) => value);
}

async function putPostgres(url: string, value: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("CREATE TABLE IF NOT EXISTS kept (value text)");
  await client.query("INSERT INTO kept VALUES ($1)", [value]);
  await client.end();
}

async function postgresValues(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ value: string }>("SELECT value FROM kept ORDER BY value");
  await client.end();
  return rows.map(({ value }) => value);
}

describe("secrets", () => {
  let server: Running | undefined;
  beforeAll(async () => {
    server = await startClickhouse({ data, port: 0 });
  });
  afterAll(() => server?.stop());

  it.each([
    "SELECT * FROM drawdown.kept",
    "INSERT INTO drawdown.kept VALUES ('x')",
    "DROP TABLE drawdown.kept",
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "CREATE USER thief",
  ])("refuses without the password: %s", async (query) => {
    const without = await fetch(`http://${LOOPBACK}:${server?.port}/`, {
      method: "POST",
      body: query,
    });
    expect(await without.text()).toContain("ACCESS_DENIED");
    expect(without.ok).toBe(false);
  });

  it.each(["clickhouse/password", "postgres/password"])("keeps %s for its owner alone", (file) => {
    expect(statSync(join(data, file)).mode & 0o077).toBe(0);
  });
});
