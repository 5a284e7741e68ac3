/**
 * Statements over the real engine and store: they add up to the micro, end with the engine's balance, and leave nothing over.
 */
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { customers } from "../registry/schema/parties.ts";
import { type RunningStoreWriter, runStoreWriter } from "../store/writer-main.ts";
import type { CallOptions } from "../testing/harness.ts";
import { type Live, startLive } from "../testing/live.ts";

let h: Live;
let writer: RunningStoreWriter;
const DOCUMENTED = "/v1/accounts/{account_id}/statement";
type Item = Record<string, string | number | null>;

beforeAll(async () => {
  h = await startLive(4, true);
  const { natsUrl, clickhouseUrl } = h.servers;
  writer = await runStoreWriter({ natsUrl, clickhouseUrl }, pino({ level: "silent" }));
}, 60_000);
afterAll(async () => {
  await writer?.close();
  await h?.stop();
});

const account = (at: number): string => h.accountIds[at] ?? "";
const micros = (text: unknown): bigint => BigInt(String(text).replace(".", ""));
let sent = 0;

async function send(method: string, path: string, body: unknown): Promise<Record<string, unknown>> {
  const headers = { "Idempotency-Key": `s-${++sent}` };
  const answer = await h.call(path, { method, body, headers });
  expect(answer.status, await answer.clone().text()).toBeLessThan(300);
  return (await answer.json()) as Record<string, unknown>;
}
const act = (at: number, verb: string, body: unknown) =>
  send("POST", `/v1/accounts/${account(at)}:${verb}`, body);
const sell = (at: number, id: string, amount: string) =>
  send("PUT", `/v1/vends/${id}`, {
    ...{ account_id: account(at), amount, currency: "EUR", tender: { type: "cash" } },
  });

async function statement(at: number, query = "", options: CallOptions = {}) {
  const path = `/v1/accounts/${account(at)}/statement${query}`;
  const { status, body } = await h.ask(DOCUMENTED, path, options);
  expect(status, JSON.stringify(body)).toBe(200);
  const items = body.items as unknown as Item[];
  let balance = micros(body["opening_balance"]);
  for (const item of items) {
    balance += micros(item["amount"]);
    expect(micros(item["balance"])).toBe(balance);
  }
  expect(micros(body["closing_balance"])).toBe(balance);
  return { ...body, items } as typeof body & { items: Item[] };
}

/** The statement of the whole life, which nothing may be missing from. */
async function whole(at: number) {
  const made = await statement(at, "?from=2026-01-01T00:00:00Z");
  expect(made).toMatchObject({ opening_balance: "0.000000", other: "0.000000", partial: false });
  expect(micros(made["closing_balance"])).toBe(BigInt((await h.state(account(at))).balance_micros));
  expect(made.items.filter(({ kind }) => kind === "other")).toEqual([]);
  return made;
}

const kinds = ({ items }: { items: Item[] }) => items.map(({ kind }) => kind);

describe("a statement", { timeout: 60_000 }, () => {
  it("tells readings, vends, a reversal, an adjustment, restricted and emergency credit, and debts", async () => {
    const { body } = await h.ask("/v1/supply-policies", "/v1/supply-policies");
    const policy = `/v1/supply-policies/${String(body.items[0]?.["supply_policy_id"])}`;
    await send("PUT", policy, {
      low_credit_thresholds: [],
      max_balance: "1000",
      automatic_cut: false,
      emergency_credit: { limit: "5.00", threshold: "20.00" },
    });
    await h.read({ slot: 0, register: 1_000, inS: -7_200 });
    await h.read({ slot: 0, register: 3_500, inS: -3_600 });
    expect(kinds(await whole(0))).toEqual(expect.arrayContaining(["consumption"]));
    await sell(0, "one", "7.77");
    await sell(0, "two", "3.000001");
    await send("POST", "/v1/vends/two:reverse", { reason: "wrong meter" });
    const expires_at = new Date(Math.floor(Date.now() / 1_000) * 1_000 + 86_400_000).toISOString();
    await act(0, "grant-credit", { amount: "0.10", expires_at, reason: "promotion" });
    await act(0, "adjust", { amount: "-1.234567", reason: "fee" });
    await h.read({ slot: 0, register: 5_500, inS: -20 });
    await whole(0);
    await act(0, "activate-emergency-credit", {});
    const { balance_micros } = await h.state(account(0));
    const left = BigInt(balance_micros);
    const text = `${left / 1_000_000n}.${String(left % 1_000_000n).padStart(6, "0")}`;
    await act(0, "adjust", { amount: `-${text}`, reason: "used" });
    await act(0, "adjust", { amount: "-1.50", reason: "used" });
    await h.read({ slot: 0, register: 7_500, inS: -5 });
    expect(BigInt((await h.state(account(0))).emergency_credit.used_micros)).toBeGreaterThan(0n);
    await whole(0);
    await send("PUT", `/v1/accounts/${account(0)}/debts/accumulated_debt`, {
      owed: "4.00",
      reason: "arrears",
    });
    await sell(0, "three", "12.00");
    const made = await whole(0);
    for (const kind of [
      ...["consumption", "vend", "reversal", "adjustment", "emergency_credit"],
      ...["emergency_repaid", "debt_repaid", "credit_granted", "debt_changed", "restricted_credit"],
    ])
      expect(kinds(made)).toContain(kind);
    const [sold] = made.items.filter(({ vend_id }) => vend_id === "one");
    expect(sold).toMatchObject({
      kind: "vend",
      amount: "7.770000",
      receipt_number: expect.any(Number),
    });
  });

  it("ends where the next one begins, whatever the instant", async () => {
    const { items } = await whole(0);
    const all = await statement(0, "?from=2026-01-01T00:00:00Z");
    const nowMs = h.context.clock.nowS() * 1_000;
    const instants = [...new Set(items.map(({ to }) => String(to)))].filter(
      (to) => Date.parse(to) < nowMs,
    );
    expect(instants.length).toBeGreaterThan(1);
    for (const at of instants) {
      const first = await statement(0, `?from=2026-01-01T00:00:00Z&to=${at}`);
      const second = await statement(0, `?from=${at}`);
      expect(second["opening_balance"]).toBe(first["closing_balance"]);
      expect(second["closing_balance"]).toBe(all["closing_balance"]);
    }
  });

  it("tells both sides of a transfer", async () => {
    await sell(1, "t-1", "9.00");
    const asked = { from_account_id: account(1), to_account_id: account(3), amount: "2.50" };
    await send("POST", "/v1/credit-transfers", { ...asked, reason: "moved" });
    const [gave, got] = [await whole(1), await whole(3)];
    for (const made of [gave, got]) expect(micros(made["closing_balance"])).toBeGreaterThan(0n);
  });

  it("is CSV where that is asked for", async () => {
    const path = `/v1/accounts/${account(0)}/statement?from=2026-01-01T00:00:00Z`;
    const response = await h.call(path, { headers: { Accept: "text/csv" } });
    expect(response.headers.get("Content-Type")).toContain("text/csv");
    const lines = (await response.text()).trim().split("\r\n");
    expect(lines.length).toBe((await whole(0)).items.length + 3);
    expect(lines[1]).toContain("opening_balance");
  });

  it("is of a unit and a service, and of a customer since they have it", async () => {
    const [unit] = (await h.ask("/v1/accounts", "/v1/accounts")).body.items;
    const path = `/v1/units/${String(unit?.["unit_id"])}/statement?service=electricity`;
    const made = await h.ask("/v1/units/{unit_id}/statement", path);
    expect(made.body.items).toMatchObject([{ account_id: account(0), other: "0.000000" }]);
    const [row] = await h.registry.db
      .insert(customers)
      .values({ operator_id: h.seeded.operatorId, name: "Ana" })
      .returning();
    const of = "/v1/customers/{customer_id}/statement";
    const none = await h.ask(of, `/v1/customers/${row?.id}/statement`);
    expect([none.status, none.body.items]).toEqual([200, []]);
  });

  it("is no other operator's, and no vendor's", async () => {
    const path = `/v1/accounts/${account(0)}/statement`;
    expect((await h.call(path, { key: h.otherKeys.operator })).status).toBe(404);
    expect((await h.call(path, { key: h.keys.vendor })).status).toBe(403);
    expect((await h.call(`${path}?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z`)).status).toBe(
      422,
    );
    expect((await h.call(`${path}?from=1980-01-01T00:00:00Z`)).status).toBe(422);
  });
});
