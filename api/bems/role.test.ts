/**
 * The role over a real registry and NATS: accounts that were opened there are told, with what answers for the engine.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadSettings } from "../../engine/contract/settings.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { serve } from "../uws/serve.ts";
import { Book } from "./book.ts";
import { type RunningBems, runBems } from "./role.ts";
import { offered, see } from "./testing/book.ts";
import { presentOf } from "./values.ts";
import { askNext } from "./watch.ts";
import { supplyWriter } from "./write-supply.ts";

let harness: Harness;
let running: RunningBems | undefined;
const faults: unknown[] = [];
beforeAll(async () => {
  harness = await startHarness(5);
}, 60_000);
afterAll(async () => {
  await running?.close();
  await harness.stop();
});

function settings(changes: Record<string, string>) {
  const env = {
    DRAWDOWN_NATS_URL: harness.servers.natsUrl,
    DRAWDOWN_POSTGRES_URL: harness.servers.postgresUrl,
    DRAWDOWN_BEMS: "on",
    DRAWDOWN_BEMS_PORT: "0",
    DRAWDOWN_BEMS_OPERATOR: "One",
    DRAWDOWN_BEMS_REFRESH_S: "1",
    ...changes,
  };
  return loadSettings(env, "/nowhere").values;
}

test("an operator's accounts are told as the engine has them, and nobody else's", async () => {
  running = await runBems(settings({}), (error) => faults.push(error));
  const { book } = running;
  await expect
    .poll(() => book.entries.filter(({ state }) => state !== null).length, { timeout: 15_000 })
    .toBe(5);
  expect(book.entries.map(({ offered: { accountId } }) => accountId).sort()).toEqual(
    [...harness.accountIds].sort(),
  );
  for (const entry of book.entries) {
    expect(presentOf(entry, "balance")).toEqual({ type: "real", value: 10 });
  }
  expect(faults).toEqual([]);
}, 30_000);

test("what is written over BACnet becomes a supply command in the key's name; a key without the right is refused", async () => {
  const served = await serve({ app: harness.app, host: "127.0.0.1", port: 0 });
  try {
    const url = `http://127.0.0.1:${served.port}`;
    const order = {
      accountId: harness.accountIds[0] ?? "",
      action: "cut",
      from: "10.0.7.20",
    } as const;
    const told: unknown[] = [];
    const writer = (key: string) => supplyWriter({ url, key }, (error) => told.push(error));
    expect(await writer(harness.keys.operator)(order)).toBe("taken");
    expect(await writer(harness.keys.auditor)(order)).toBe("refused");
    expect(await writer(harness.otherKeys.operator)(order)).toBe("refused");
    const commands = await harness.call("/v1/supply-commands");
    const { items } = (await commands.json()) as { items: unknown[] };
    expect(items).toMatchObject([
      { action: "cut", account_id: order.accountId, reason: "written over BACnet/IP by 10.0.7.20" },
    ]);
    expect(told).toEqual([]);
    await served.close();
    expect(await writer(harness.keys.operator)(order)).toBe("away");
    expect(told).toHaveLength(1);
  } finally {
    await served.close();
  }
});

test("writes need a key and the addresses that may write", async () => {
  const url = { DRAWDOWN_BEMS_WRITE_URL: "http://127.0.0.1:8080" };
  for (const more of [{}, { DRAWDOWN_BEMS_WRITE_KEY: "k" }, { DRAWDOWN_BEMS_CLIENTS: "10.0.7.20" }])
    await expect(runBems(settings({ ...url, ...more }), () => undefined)).rejects.toThrow(
      "DRAWDOWN_BEMS_CLIENTS to say who may write",
    );
});

test("what can't be started says in one line why", async () => {
  await expect(runBems(settings({ DRAWDOWN_BEMS: "off" }), () => undefined)).rejects.toThrow(
    "DRAWDOWN_BEMS=on",
  );
  await expect(
    runBems(settings({ DRAWDOWN_BEMS_OPERATOR: "Nobody" }), () => undefined),
  ).rejects.toThrow('no operator "Nobody"');
});

test("an engine that is away is asked again in its turn, and what was seen stays", async () => {
  const book = new Book();
  book.replace([offered(1), offered(2)]);
  let questions = 0;
  const nats = {
    request: async () => {
      questions++;
      return { json: () => ({ status: "unavailable", reason: "starting" }) };
    },
  };
  const named = new Set(["gone", offered(1).accountId]);
  const [first] = book.entries;
  see(first, {});
  const seenMs = first?.seenMs;
  for (let turn = 0; turn < 5; turn++) await askNext(book, named, { nats, refreshS: 60 });
  // One question for each shard: what an event names again waits no longer than the others.
  expect(questions).toBe(2);
  expect([...named]).toEqual([]);
  expect(first).toMatchObject({ seenMs, state: { balance_micros: "12345678" } });
});
