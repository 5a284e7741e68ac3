/**
 * The role over a real registry and NATS: accounts that were opened there are told, with what answers for the engine.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadSettings } from "../../engine/contract/settings.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { Book } from "./book.ts";
import { type RunningBems, runBems } from "./role.ts";
import { offered, see } from "./testing/book.ts";
import { presentOf } from "./values.ts";
import { askNext } from "./watch.ts";

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
