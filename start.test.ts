import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";

/**
 * `npm start` as a person has it, from outside: the built command line, its public API, the meters over their protocol.
 */

const CLI = join(import.meta.dirname, "dist", "cli.js");
const READY_MS_MAX = 60_000;
const CUT_MS_MAX = 150_000;
const STEP_MS_MAX = 30_000;

type Account = {
  account_id: string;
  service: string;
  meter_serial: string;
  balance: string;
  supply_state: string;
};
type Planned = {
  serial: string;
  service: string;
  device: string;
  link: { host: string; port: number };
  address: string;
  openingCredit: string;
};
type Event = { topic: string; data: { type: string; subject: string } };

let data: string;
let started: ChildProcess;
let access: { url: string; keys: Record<string, string> };
let output = "";

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "drawdown-start-"));
  started = await start();
}, READY_MS_MAX + 10_000);

afterAll(async () => {
  await end(started, "SIGKILL");
  await sleep(500);
  rmSync(data, { recursive: true, force: true });
}, STEP_MS_MAX);

function environment(): NodeJS.ProcessEnv {
  // Any free ports, so that an installation beside this one is not in the way.
  const ports = {
    DRAWDOWN_API_PORT: "0",
    DRAWDOWN_NATS_PORT: "0",
    DRAWDOWN_CLICKHOUSE_PORT: "0",
    DRAWDOWN_POSTGRES_PORT: "0",
  };
  return {
    ...process.env,
    ...ports,
    DRAWDOWN_DATA: data,
    DRAWDOWN_FIELD_METERS: "40",
    DRAWDOWN_SHARDS: "8",
  };
}

async function start(): Promise<ChildProcess> {
  output = "";
  const child = spawn(process.execPath, [CLI, "start"], {
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await until(READY_MS_MAX, () => {
    if (child.exitCode !== null)
      throw new Error(`start has ended with ${child.exitCode}: ${output}`);
    return output.includes("Drawdown is ready.");
  });
  access = JSON.parse(readFileSync(join(data, "access.json"), "utf8"));
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((done) => child.once("exit", done));
  child.kill(signal);
  return ended;
}

/** Processes that have to do with this test's data folder. */
function leftBehind(): string[] {
  const lines = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.includes(data));
}

async function until(withinMs: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > deadline)
      throw new Error(`not within ${withinMs} ms; start said: ${output.slice(-2_000)}`);
    await sleep(250);
  }
}

async function api<T>(
  path: string,
  init: RequestInit & { key?: string } = {},
): Promise<{ status: number; body: T; headers: Headers }> {
  const { key = "operator", ...rest } = init;
  const headers = {
    authorization: `Bearer ${access.keys[key]}`,
    "content-type": "application/json",
  };
  const response = await fetch(`${access.url}${path}`, { ...rest, headers });
  return { status: response.status, body: (await response.json()) as T, headers: response.headers };
}

async function accountOf(serial: string): Promise<Account> {
  const { body } = await api<{ items: Account[] }>("/v1/accounts?limit=1000");
  const account = body.items.find((each) => each.meter_serial === serial);
  if (account === undefined) throw new Error(`no account of meter ${serial}`);
  return account;
}

/** The meter itself, asked over Modbus with the field tool. */
function askMeter({ link, address, device }: Planned): { relay: string; register: bigint } {
  const words = [
    "modbus",
    "read",
    "--tcp",
    `${link.host}:${link.port}`,
    "--unit",
    address,
    "--device",
    device,
    "--json",
  ];
  const text = execFileSync(process.execPath, [CLI, ...words], { encoding: "utf8" });
  const answer = JSON.parse(text) as { relay: string; register_atoms: string };
  return { relay: answer.relay, register: BigInt(answer.register_atoms) };
}

function listen(events: Event[]): Promise<WebSocket> {
  const socket = new WebSocket(`${access.url.replace("http", "ws")}/v1/stream`, {
    headers: { authorization: `Bearer ${access.keys["operator"]}` },
  });
  socket.on("message", (text: Buffer) => {
    const message = JSON.parse(text.toString()) as Event;
    if (message.topic === "events") events.push(message);
  });
  return new Promise((done, failed) => {
    socket.once("error", failed);
    socket.once("open", () => {
      socket.send(JSON.stringify({ subscribe: ["events"], since: 0 }));
      done(socket);
    });
  });
}

test(
  "an account runs low, is warned and cut, its meter's relay opens, it is paid and restored",
  async () => {
    const events: Event[] = [];
    const socket = await listen(events);
    const plan = JSON.parse(readFileSync(join(data, "field", "plan.json"), "utf8")) as Planned[];
    const candidates = plan.filter(
      ({ service, device, openingCredit }) =>
        service === "electricity" && device.includes("output") && Number(openingCredit) < 10,
    );
    const meter = candidates[0];
    if (meter === undefined) throw new Error("the field has no meter that runs out soon");
    const { account_id } = await accountOf(meter.serial);
    const typesOf = (): string[] =>
      events
        .filter(({ data: event }) => event.subject === account_id)
        .map(({ data: event }) => event.type);

    await until(
      CUT_MS_MAX,
      async () => (await accountOf(meter.serial)).supply_state === "disconnected",
    );
    const cut = askMeter(meter);
    expect(cut.relay).toBe("disconnected");
    expect(Number((await accountOf(meter.serial)).balance)).toBeLessThanOrEqual(0);
    await sleep(3_000); // twelve minutes of the installation's clock
    expect(askMeter(meter).register).toBe(cut.register);

    const id = crypto.randomUUID();
    const vend = {
      method: "PUT",
      key: "vendor",
      body: JSON.stringify({
        account_id,
        amount: "25.00",
        currency: "EUR",
        tender: { type: "cash" },
      }),
    };
    const first = await api<Record<string, unknown>>(`/v1/vends/${id}`, vend);
    expect(first.status).toBe(201);
    const again = await api<Record<string, unknown>>(`/v1/vends/${id}`, vend);
    expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([200, "true"]);
    expect(again.body).toEqual(first.body);

    await until(
      STEP_MS_MAX,
      async () => (await accountOf(meter.serial)).supply_state === "connected",
    );
    expect(askMeter(meter).relay).toBe("connected");
    await until(STEP_MS_MAX, () => askMeter(meter).register > cut.register);
    await until(
      STEP_MS_MAX,
      () => typesOf().filter((type) => type === "supply.executed").length === 2,
    );
    const story = [
      "credit.low",
      "supply.cut_requested",
      "supply.executed",
      "vend.applied",
      "credit.recovered",
      "supply.restore_requested",
    ];
    expect(story.filter((type) => !typesOf().includes(type))).toEqual([]);

    await until(STEP_MS_MAX, async () => {
      const { body } = await api<{ items: { quantity: string }[] }>(
        `/v1/accounts/${account_id}/consumption?every=hour`,
      );
      return body.items.some(({ quantity }) => Number(quantity) > 0);
    });
    socket.close();
  },
  CUT_MS_MAX + 4 * STEP_MS_MAX,
);

test(
  "SIGTERM ends all of it; a second start takes the data up again; kill -9 leaves nothing behind",
  async () => {
    const before = (await api<{ items: Account[] }>("/v1/accounts?limit=1000")).body.items.map(
      ({ account_id }) => account_id,
    );
    expect(await end(started, "SIGTERM")).toBe(0);
    expect(leftBehind()).toEqual([]);
    started = await start();
    const after = (await api<{ items: Account[] }>("/v1/accounts?limit=1000")).body.items.map(
      ({ account_id }) => account_id,
    );
    expect(after).toEqual(before);
    await end(started, "SIGKILL");
    await until(STEP_MS_MAX, () => leftBehind().length === 0);
  },
  READY_MS_MAX + 2 * STEP_MS_MAX,
);
