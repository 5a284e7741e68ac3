import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { intentionOf, TOP_UPS_MAX } from "./tenant-rules.ts";
import { runTenants, type Tenants } from "./tenants.ts";

type Vend = { id: string; key: string; body: Record<string, unknown> };

let server: Server;
let url = "";
let vends: Vend[] = [];
let states = new Map<string, string>();
/** Statuses that the next vends are answered with before they are taken. */
let failures: number[] = [];
let tenants: Tenants | undefined;
let nowS = 1_000_000;

const ACCOUNTS = Array.from({ length: 30 }, (_, i) => `account-${i}`);
const WILLING = ACCOUNTS.filter((id) => intentionOf(id, 0, 5).pays);

beforeEach(async () => {
  [vends, failures, nowS] = [[], [], 1_000_000];
  states = new Map(ACCOUNTS.map((id) => [id, "disconnected"]));
  server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  tenants = runTenants({
    url,
    vendorKey: "V",
    operatorKey: "O",
    clock: { nowS: () => nowS, speed: 240 },
    seed: 5,
    lookMs: 10,
  });
});
afterEach(async () => {
  await tenants?.close();
  await new Promise((resolve) => server.close(resolve));
});

/** The two calls of the public API that residents use: accounts in two pages, vends. */
async function answer(request: IncomingMessage): Promise<[number, unknown]> {
  const { pathname, searchParams } = new URL(request.url ?? "", url);
  const key = request.headers.authorization ?? "";
  if (request.method === "GET" && pathname === "/v1/accounts" && key === "Bearer O") {
    const from = Number(searchParams.get("cursor") ?? 0);
    const items = ACCOUNTS.slice(from, from + 20).map((account_id) => ({
      account_id,
      currency: "EUR",
      payment_mode: "prepayment",
      supply_state: states.get(account_id),
    }));
    return [200, { items, next_cursor: from === 0 ? "20" : null }];
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
  vends.push({ id: pathname.split("/").at(-1) ?? "", key, body });
  const status = failures.shift() ?? 201;
  if (status === 201) states.set(String(body["account_id"]), "connected");
  return [status, {}];
}

/** Time passes until this holds. */
const later = (holds: () => void): Promise<void> =>
  vi.waitFor(() => {
    nowS += 500;
    holds();
  }, 10_000);

test("some of the cut top up after a while, each once, with a sensible amount and the vendor's key", async () => {
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(vends).toEqual([]);
  await later(() => expect(tenants?.topUps()).toBe(WILLING.length));
  expect(vends.map(({ body }) => body["account_id"]).toSorted()).toEqual(WILLING.toSorted());
  expect(WILLING.length).toBeGreaterThan(12);
  expect(WILLING.length).toBeLessThan(28);
  for (const { key, body } of vends) {
    expect(key).toBe("Bearer V");
    expect(body).toMatchObject({ currency: "EUR", tender: { type: "cash" } });
    expect(Number(body["amount"])).toBeGreaterThanOrEqual(5);
    expect(Number(body["amount"])).toBeLessThanOrEqual(30);
  }
});

test("a vend that was not answered well is sent again under its id; a refused one is let go", async () => {
  for (const id of ACCOUNTS) if (id !== WILLING[0]) states.set(id, "connected");
  failures = [503, 503, 422];
  await later(() => expect(vends.length).toBe(3));
  expect(new Set(vends.map(({ id }) => id)).size).toBe(1);
  await later(() => expect(tenants?.topUps()).toBe(1));
  expect(new Set(vends.map(({ id }) => id)).size).toBe(2);
});

test("behaviour is fixed by the seed and bounded", () => {
  expect(ACCOUNTS.map((id) => intentionOf(id, 1, 5))).toEqual(
    ACCOUNTS.map((id) => intentionOf(id, 1, 5)),
  );
  expect(ACCOUNTS.map((id) => intentionOf(id, 1, 6))).not.toEqual(
    ACCOUNTS.map((id) => intentionOf(id, 1, 5)),
  );
  expect(ACCOUNTS.every((id) => !intentionOf(id, TOP_UPS_MAX, 5).pays)).toBe(true);
});
