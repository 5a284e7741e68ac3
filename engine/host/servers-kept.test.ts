import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadSettings } from "../contract/settings.ts";
import { startNats } from "./nats.ts";
import { natsGreeting } from "./nats-greeting.ts";
import { startServers } from "./servers.ts";
import { superviseServer } from "./supervised-server.ts";
import { temporaryFolder } from "./testing.ts";

let data: string;

beforeEach(() => {
  data = temporaryFolder("kept");
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const pidOf = (): number =>
  (JSON.parse(readFileSync(join(data, "nats.pid"), "utf8")) as { server: { pid: number } }).server
    .pid;

test("a killed server of an installation comes back at its address, and the installation goes on", async () => {
  const env = {
    DRAWDOWN_DATA: data,
    DRAWDOWN_NATS_PORT: "0",
    DRAWDOWN_CLICKHOUSE_URL: "http://127.0.0.1:1/none",
    DRAWDOWN_POSTGRES_URL: "postgres://127.0.0.1:1/none",
  };
  const said: string[] = [];
  const servers = await startServers(loadSettings(env, data).values, (line) => said.push(line));
  try {
    let died: string | undefined;
    void servers.died.then((line) => {
      died = line;
    });
    const first = pidOf();
    process.kill(first, "SIGKILL");
    await expect.poll(pidOf, { timeout: 15_000 }).not.toBe(first);
    const { hostname, port } = new URL(servers.nats);
    await expect
      .poll(() => natsGreeting(hostname, Number(port)), { timeout: 15_000 })
      .toBeDefined();
    expect(died).toBeUndefined();
  } finally {
    await servers.stop();
  }
});

test("a stop that comes while a killed server is being started again ends that one, too", async () => {
  let starts = 0;
  let told = (): void => {};
  const again = new Promise<void>((resolve) => {
    told = resolve;
  });
  const server = await superviseServer({
    title: "NATS",
    start: (options) => {
      if (++starts === 2) told();
      return startNats({ ...options, access: "open" });
    },
    options: { data, port: 0 },
  });
  const { port } = server;
  process.kill(server.pid, "SIGKILL");
  await again;
  await server.stop();
  expect(await natsGreeting("127.0.0.1", port)).toBeUndefined();
});
