/**
 * Statements of a replayed month: readings, daily charges, vends, a reversal, an adjustment, debts and emergency credit.
 */
import { existsSync } from "node:fs";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../store/client.ts";
import { type RunningStoreWriter, runStoreWriter } from "../store/writer-main.ts";
import { RECORDING, type Replayed, startReplayed } from "../testing/replayed.ts";

const LIFE = "from=2016-02-29T23:00:00Z";
const MARCH = `${LIFE}&to=2016-03-31T22:00:00Z`;
let r: Replayed;
let writer: RunningStoreWriter | undefined;
let sent = 0;
type Item = Record<string, string | number | null>;
type Made = Record<string, string> & { items: Item[] };

const micros = (text: unknown): bigint => BigInt(String(text).replace(".", ""));
const account = (): string => r.accountIdsOf[0] ?? "";

async function statement(query: string): Promise<Made> {
  const path = `/v1/accounts/${account()}/statement?${query}`;
  const { status, body } = await r.ask("/v1/accounts/{account_id}/statement", path, {
    key: r.replayKey,
  });
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as Made;
}
const sum = ({ items }: Made, ...kinds: string[]): bigint =>
  items
    .filter(({ kind }) => kinds.length === 0 || kinds.includes(String(kind)))
    .reduce((all, { amount }) => all + micros(amount), 0n);

async function send(method: string, path: string, body: unknown): Promise<Record<string, unknown>> {
  const headers = { "Idempotency-Key": `c-${++sent}` };
  const answer = await r.call(path, { method, body, headers, key: r.replayKey });
  expect(answer.status, await answer.clone().text()).toBeLessThan(300);
  return (await answer.json()) as Record<string, unknown>;
}
const act = (verb: string, body: unknown) =>
  send("POST", `/v1/accounts/${account()}:${verb}`, body);
const sell = (id: string, amount: string, currency: string) =>
  send("PUT", `/v1/vends/${id}`, {
    ...{ account_id: account(), amount, currency, tender: { type: "cash" } },
  });

async function settled(): Promise<Made> {
  const made = await statement(`from=2016-01-01T00:00:00Z&to=2016-04-30T00:00:00Z`);
  expect(made).toMatchObject({ other: "0.000000", partial: false, opening_balance: "0.000000" });
  const now = await statement(
    `from=${new Date((r.context.clock.nowS() - 3 * 86_400) * 1_000).toISOString()}`,
  );
  expect(now["opening_balance"]).toBe(made["closing_balance"]);
  expect(micros(now["closing_balance"])).toBe(BigInt((await r.state(account())).balance_micros));
  expect(micros(now["opening_balance"]) + sum(now)).toBe(micros(now["closing_balance"]));
  expect(now.items.filter(({ kind }) => kind === "other")).toEqual([]);
  return now;
}

function openWriter(): Promise<RunningStoreWriter> {
  const { natsUrl, clickhouseUrl } = r.servers;
  return runStoreWriter({ natsUrl, clickhouseUrl }, pino({ level: "silent" }));
}

describe.skipIf(!existsSync(RECORDING))("statements of a month", { timeout: 60_000 }, () => {
  beforeAll(async () => {
    r = await startReplayed("2016-03", 100_000_000n);
    writer = await openWriter();
  });
  afterAll(async () => {
    await writer?.close();
    await r?.stop();
  });

  it("have the statement lines' consumption and charges, by local days", async () => {
    const made = await statement(MARCH);
    const path = `/v1/reports/statement-lines?${MARCH}&account_id=${account()}`;
    const { body } = await r.ask("/v1/reports/statement-lines", path, { key: r.replayKey });
    const of = (line: string): bigint =>
      body.items
        .filter((row) => row["line"] === line)
        .reduce((all, row) => all + micros(row["amount"]), 0n);
    expect(sum(made, "consumption")).toBe(-of("consumption"));
    expect(sum(made, "charge")).toBe(-of("charge"));
    expect(of("charge")).toBeGreaterThan(0n);
    const charges = made.items.filter(({ kind }) => kind === "charge");
    expect(charges.length).toBeGreaterThan(28);
    expect(charges[3]).toMatchObject({ entries: 1, text: expect.any(String) });
    expect(micros(made["opening_balance"]) + sum(made)).toBe(micros(made["closing_balance"]));
  });

  it("stay exact through vends, a reversal, an adjustment, debts and emergency credit", async () => {
    await settled();
    const { body } = await r.ask("/v1/accounts/{account_id}", `/v1/accounts/${account()}`, {
      key: r.replayKey,
    });
    const currency = String(body["currency"]);
    await send("PUT", `/v1/supply-policies/${String(body["supply_policy_id"])}`, {
      low_credit_thresholds: [],
      max_balance: "100000",
      automatic_cut: false,
      emergency_credit: { limit: "5.00", threshold: "1000.00" },
    });
    await sell("c-1", "20.00", currency);
    await sell("c-2", "30.00", currency);
    await send("POST", "/v1/vends/c-2:reverse", { reason: "wrong meter" });
    await act("activate-emergency-credit", {});
    const balance = BigInt((await r.state(account())).balance_micros) + 2_345_678n;
    const text = `${balance / 1_000_000n}.${String(balance % 1_000_000n).padStart(6, "0")}`;
    await act("adjust", { amount: `-${text}`, reason: "used" });
    const state = await r.state(account());
    expect(state).toMatchObject({ emergency_credit: { used_micros: "2345678", status: "in_use" } });
    const lent = await settled();
    expect(sum(lent, "emergency_credit")).toBe(2_345_678n);
    await send("PUT", `/v1/accounts/${account()}/debts/accumulated_debt`, {
      owed: "4.00",
      reason: "arrears",
    });
    await sell("c-3", "12.00", currency);
    const made = await settled();
    expect(sum(made, "emergency_repaid")).toBe(-2_345_678n);
    expect(sum(made, "debt_repaid")).toBe(-4_000_000n);
    expect(sum(made, "reversal")).toBe(-30_000_000n);
    expect(sum(made, "vend")).toBe(162_000_000n);
    expect(made.items.filter(({ receipt_number }) => receipt_number !== null).length).toBe(6);
  });

  it("are refused while the store is behind, and say so", async () => {
    await writer?.close();
    writer = undefined;
    const to_account_id = r.accountIdsOf[1];
    const asked = { from_account_id: account(), to_account_id, amount: "1.00", reason: "moved" };
    await send("POST", "/v1/credit-transfers", asked);
    const made = await statement("");
    expect(made).toMatchObject({ partial: true, other: "-1.000000" });
    expect(sum(made, "other")).toBe(-1_000_000n);
    await act("adjust", { amount: "1.00", reason: "while nobody writes" });
    const path = `/v1/accounts/${account()}/statement`;
    const refused = await r.call(path, { key: r.replayKey });
    expect([refused.status, refused.headers.get("Retry-After")]).toEqual([503, "5"]);
    expect(await refused.json()).toMatchObject({ code: "store_unavailable", retryable: true });
  });

  it("bring forward what was before rows that are kept no more", async () => {
    writer = await openWriter();
    const before = await settled();
    const store = openStore(r.servers.clickhouseUrl);
    try {
      const lost = { query: "ALTER TABLE readings DELETE WHERE `to` < '2016-03-10 00:00:00'" };
      await store.command({ ...lost, clickhouse_settings: { mutations_sync: "2" } });
    } finally {
      await store.close();
    }
    const made = await statement("from=2016-01-01T00:00:00Z&to=2016-04-30T00:00:00Z");
    expect(made.items[0]).toMatchObject({ kind: "brought_forward" });
    expect(made).toMatchObject({ partial: false, closing_balance: before["opening_balance"] });
    const late = await statement("from=2016-03-20T00:00:00Z&to=2016-04-30T00:00:00Z");
    expect(late["closing_balance"]).toBe(before["opening_balance"]);
    expect(late.items.map(({ kind }) => kind)).not.toContain("brought_forward");
  });
});
