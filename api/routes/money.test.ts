import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operators } from "../registry/schema/parties.ts";
import type { CallOptions } from "../testing/harness.ts";
import { type Live, startLive } from "../testing/live.ts";

let h: Live;

beforeAll(async () => {
  h = await startLive(10);
}, 60_000);
afterAll(() => h?.stop());

const account = (at: number): string => h.accountIds[at] ?? "";
let keys = 0;
const fresh = (): string => `k-${++keys}`;
const keyed = (key = fresh()): CallOptions => ({ headers: { "Idempotency-Key": key } });

async function vend(accountId: string, amount: string, key = h.keys.vendor) {
  const id = fresh();
  const options = { method: "PUT", body: { account_id: accountId, amount, currency: "EUR" }, key };
  return { id, ...(await h.ask("/v1/vends/{vend_id}", `/v1/vends/${id}`, options)) };
}

function reverse(id: string, body: object = {}, key = h.keys.vendor) {
  const sent = { reason: "wrong meter", ...body };
  const options = { method: "POST", body: sent, key };
  return h.ask("/v1/vends/{vend_id}:reverse", `/v1/vends/${id}:reverse`, options);
}

const advice = (id: string) => h.ask("/v1/vends/{vend_id}", `/v1/vends/${id}`);
const balanceOf = async (id: string) =>
  (await h.ask("/v1/accounts/{account_id}/balance", `/v1/accounts/${id}/balance`)).body;

describe("debts", () => {
  const put = (at: number, debt: string, body: object) =>
    h.ask("/v1/accounts/{account_id}/debts/{debt}", `/v1/accounts/${account(at)}/debts/${debt}`, {
      method: "PUT",
      body: { reason: "arrears of 2025", ...body },
    });
  const get = (at: number) =>
    h.ask("/v1/accounts/{account_id}/debts", `/v1/accounts/${account(at)}/debts`);

  it("are set with their terms, read, and recovered from payments as the receipt says", async () => {
    const terms = { owed: "50.00", share: "0.1", weekly_cap: "5.00" };
    expect((await put(0, "payment_debt", terms)).status).toBe(201);
    expect((await put(0, "accumulated_debt", { owed: "1.20" })).status).toBe(201);
    const timed = { owed: "30.00", rate: "0.50", every: "week", collect: { friendly: false } };
    expect((await put(0, "time_debt_2", timed)).status).toBe(201);
    const sold = await vend(account(0), "20.00");
    expect(sold.body["parts"]).toEqual({
      payment_debt: "2.000000",
      accumulated_debt: "1.200000",
      time_debt_1: "0.000000",
      time_debt_2: "0.000000",
      threshold: "0.000000",
      emergency: "0.000000",
      balance: "16.800000",
    });
    const { body } = await get(0);
    expect(body.items).toMatchObject([
      { debt: "time_debt_1", owed: "0.000000", terms: null },
      {
        debt: "time_debt_2",
        owed: "30.000000",
        terms: {
          rate: "0.500000",
          every: "week",
          collect: { disconnected: false, limited: true, friendly: false },
        },
      },
      {
        debt: "payment_debt",
        owed: "48.000000",
        terms: {
          owed_then: "50.000000",
          share: "0.10",
          weekly_cap: "5.000000",
          reason: "arrears of 2025",
        },
      },
      { debt: "accumulated_debt", owed: "0.000000" },
    ]);
    expect((await put(0, "payment_debt", { ...terms, owed: "0" })).status).toBe(201);
    expect((await get(0)).body.items[2]).toMatchObject({ owed: "0.000000" });
  });

  it.each([
    ["payment_debt", { owed: "1" }, "/share"],
    ["payment_debt", { owed: "1", share: "2" }, "/share"],
    ["payment_debt", { owed: "1", share: "0.1", every: "day" }, "/every"],
    ["time_debt_1", { owed: "1", rate: "1" }, "/every"],
    ["time_debt_1", { owed: "1", every: "day" }, "/rate"],
    ["time_debt_1", { owed: "1", rate: "1", every: "hour" }, "/every"],
    ["accumulated_debt", { owed: "1", share: "0.1" }, "/share"],
    ["accumulated_debt", { owed: "-1" }, "/owed"],
    ["accumulated_debt", { owed: "999999999999" }, "/owed"],
  ])("%s of %j is refused at the place", async (debt, body, pointer) => {
    const answer = await put(1, debt, body);
    expect([answer.status, answer.body["code"]]).toEqual([422, "invalid_request"]);
    expect(answer.body["errors"]).toMatchObject([{ pointer }]);
  });

  it("of no such name are not there", async () => {
    expect((await put(1, "bar_tab", { owed: "1" })).status).toBe(404);
  });
});

describe("a reversal", () => {
  it("takes a vend back as it was given, once, and the advice tells it", async () => {
    const before = await balanceOf(account(1));
    const sold = await vend(account(1), "7.00");
    const done = await reverse(sold.id);
    expect([done.status, done.body]).toMatchObject([
      201,
      { op: "reverse_credit", state: "applied", vend_id: sold.id, balance: before["balance"] },
    ]);
    const again = await reverse(sold.id, { reason: "told twice" });
    expect([again.status, again.headers.get("Idempotent-Replayed")]).toEqual([200, "true"]);
    expect(again.body).toEqual(done.body);
    expect((await balanceOf(account(1)))["balance"]).toBe(before["balance"]);
    expect((await advice(sold.id)).body).toEqual({
      ...sold.body,
      status: "reversed",
      reversal: {
        order_id: done.body["order_id"],
        reason: "wrong meter",
        reversed_at: done.body["applied_at"],
        balance: before["balance"],
      },
    });
  });

  it("asked by many at once is carried out once", async () => {
    const sold = await vend(account(1), "3.00");
    const answers = await Promise.all(Array.from({ length: 8 }, () => reverse(sold.id)));
    expect(new Set(answers.map(({ body }) => body["order_id"])).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  it("brings back the debts that a payment had paid", async () => {
    const path = `/v1/accounts/${account(2)}/debts/accumulated_debt`;
    await h.ask("/v1/accounts/{account_id}/debts/{debt}", path, {
      method: "PUT",
      body: { owed: "4.00", reason: "x" },
    });
    const sold = await vend(account(2), "10.00");
    expect((await balanceOf(account(2)))["debts"]).toMatchObject({ accumulated: "0.000000" });
    const done = await reverse(sold.id);
    expect(done.body["parts"]).toBeNull();
    expect(await balanceOf(account(2))).toMatchObject({
      balance: "10.000000",
      debts: { accumulated: "4.000000" },
    });
  });

  it("of what is used up is refused, unless its removal is confirmed by who may", async () => {
    const sold = await vend(account(3), "5.00");
    const options = { method: "POST", body: { amount: "-14.00", reason: "used" }, ...keyed() };
    await h.ask("/v1/accounts/{account_id}:adjust", `/v1/accounts/${account(3)}:adjust`, options);
    const refused = await reverse(sold.id);
    expect([refused.status, refused.body["code"]]).toEqual([422, "not_reversible"]);
    const vendor = await reverse(sold.id, { confirmed_removed: true });
    expect([vendor.status, vendor.body["code"]]).toEqual([403, "forbidden"]);
    const done = await reverse(sold.id, { confirmed_removed: true }, h.keys.operator);
    expect([done.status, done.body]).toMatchObject([201, { balance: "-4.000000" }]);
  });

  it("behind the operator's window, of nobody's vend, or of another vendor's, is refused", async () => {
    const sold = await vend(account(4), "5.00", h.keys.operator);
    expect((await reverse(sold.id)).status).toBe(404);
    expect((await reverse(sold.id, {}, h.otherKeys.operator)).status).toBe(404);
    expect((await reverse("never-sent")).body["code"]).toBe("vend_unknown");
    const { db } = h.registry;
    const mine = eq(operators.id, h.seeded.operatorId);
    await db.update(operators).set({ reversal_window_s: 0 }).where(mine);
    await new Promise((done) => setTimeout(done, 1_100));
    const late = await reverse(sold.id, {}, h.keys.operator);
    expect([late.status, late.body["code"], late.body["detail"]]).toEqual([
      422,
      "not_reversible",
      expect.stringContaining("reversal_window_s is 0"),
    ]);
    await db.update(operators).set({ reversal_window_s: 86_400 }).where(mine);
  });
});

describe("a transfer", () => {
  const request = (body: object, options: CallOptions = keyed()) =>
    h.ask("/v1/credit-transfers", "/v1/credit-transfers", {
      method: "POST",
      body: {
        from_account_id: account(5),
        to_account_id: account(6),
        amount: "4.00",
        reason: "moved flat",
        ...body,
      },
      ...options,
    });
  const decide = (path: string, verb: string, key = h.keys.ops) =>
    h.ask(`/v1/credit-transfers/{credit_transfer_id}:${verb}`, `${path}:${verb}`, {
      method: "POST",
      body: {},
      key,
    });

  it("sets its amount aside until another key approves, then moves it in one step", async () => {
    const key = keyed();
    const asked = await request({}, key);
    expect([asked.status, asked.body]).toMatchObject([
      202,
      { state: "awaiting_approval", amount: "4.000000", amount_in: "EUR" },
    ]);
    expect((await request({}, key)).body).toEqual(asked.body);
    expect((await request({ amount: "5.00" }, key)).body["code"]).toBe("idempotency_key_reused");
    expect(await balanceOf(account(5))).toMatchObject({
      balance: "6.000000",
      reserved: "4.000000",
    });
    const path = asked.headers.get("Location") ?? "";
    const own = await decide(path, "approve", h.keys.operator);
    expect([own.status, own.body["code"]]).toEqual([403, "approval_needs_another_key"]);
    const posted = await decide(path, "approve");
    expect([posted.status, posted.body]).toMatchObject([200, { state: "posted" }]);
    expect((await decide(path, "approve")).body).toEqual(posted.body);
    expect((await decide(path, "reject")).body["code"]).toBe("not_awaiting_approval");
    expect(await balanceOf(account(5))).toMatchObject({
      balance: "6.000000",
      reserved: "0.000000",
    });
    expect(await balanceOf(account(6))).toMatchObject({ balance: "14.000000" });
    expect((await h.ask("/v1/credit-transfers/{credit_transfer_id}", path)).body).toEqual(
      posted.body,
    );
  });

  it("that is rejected gives back what was set aside", async () => {
    const asked = await request({ amount: "2.00" });
    const rejected = await decide(asked.headers.get("Location") ?? "", "reject");
    expect(rejected.body).toMatchObject({ state: "rejected" });
    expect(await balanceOf(account(5))).toMatchObject({
      balance: "6.000000",
      reserved: "0.000000",
    });
  });

  it("that the engine refuses when it is posted gives back, too", async () => {
    const asked = await request({
      from_account_id: account(7),
      to_account_id: account(8),
      amount: "3.00",
    });
    const mode = { payment_mode: "credit", reason: "contract" };
    await h.ask(
      "/v1/accounts/{account_id}:set-payment-mode",
      `/v1/accounts/${account(8)}:set-payment-mode`,
      {
        method: "POST",
        body: mode,
      },
    );
    const path = asked.headers.get("Location") ?? "";
    const refused = await decide(path, "approve");
    expect([refused.status, refused.body["code"]]).toEqual([422, "not_prepayment"]);
    expect((await h.ask("/v1/credit-transfers/{credit_transfer_id}", path)).body).toMatchObject({
      state: "refused",
      fault: "not_prepayment",
    });
    expect(await balanceOf(account(7))).toMatchObject({
      balance: "10.000000",
      reserved: "0.000000",
    });
  });

  it("within the operator's limit is posted at once", async () => {
    const limits = { transfer_limit: "1.00", reason: "small change" };
    const patched = await h.ask("/v1/operator", "/v1/operator", { method: "PATCH", body: limits });
    expect(patched.body).toMatchObject({
      transfer_limit: "1.000000",
      adjustment_limit: "100.000000",
    });
    const small = await request({ amount: "1.00" });
    expect([small.status, small.body]).toMatchObject([201, { state: "posted" }]);
    expect((await request({ amount: "1.01" })).status).toBe(202);
    expect((await h.ask("/v1/operator", "/v1/operator")).body).toEqual(patched.body);
  });

  it("of more than can be spared is refused and named", async () => {
    const refused = await request({ amount: "999.00" });
    expect([refused.status, refused.body["code"]]).toEqual([422, "transfer_insufficient"]);
    const listed = await h.ask("/v1/credit-transfers", "/v1/credit-transfers?state=refused");
    expect(listed.body.items.at(-1)).toMatchObject({ fault: "transfer_insufficient" });
  });

  it("to itself, to nobody, of nothing or without a key is refused", async () => {
    expect((await request({ to_account_id: account(5) })).body["errors"]).toMatchObject([
      { pointer: "/to_account_id" },
    ]);
    const nobody = "00000000-0000-4000-8000-000000000000";
    expect((await request({ to_account_id: nobody })).body["code"]).toBe("account_unknown");
    expect((await request({ amount: "0" })).body["errors"]).toMatchObject([{ pointer: "/amount" }]);
    expect((await request({}, {})).body["code"]).toBe("idempotency_key_missing");
    const theirs = await request({}, { ...keyed(), key: h.otherKeys.operator });
    expect(theirs.body["code"]).toBe("account_unknown");
  });
});

describe("an account that holds quantity", () => {
  let bought = "";

  it("is opened by a list of what is bought; its vends, balance and receipts are in its unit", async () => {
    const [gateway] = h.seeded.gateways;
    const unit = (await h.ask("/v1/units", "/v1/units")).body.items[9];
    const meter = await h.ask("/v1/meters", "/v1/meters", {
      method: "POST",
      body: {
        unit_id: unit?.["unit_id"],
        gateway: gateway?.number,
        serial: "88000001",
        service: "electricity",
        usage_point: "second",
        driver: "modbus",
        device: "eastron-sdm120",
        link: { host: "127.0.0.1", port: 5_020 },
        address: "99",
      },
    });
    const price_list = {
      name: "Bought by blocks",
      service: "electricity",
      unit: "kWh",
      currency: "EUR",
      timezone: "Europe/Madrid",
      accumulation_basis: "purchase",
      cycle: { every: "month", start_day: 1 },
      rates: {
        all: [
          { from: "0", price: "0.20" },
          { from: "20", price: "0.40" },
        ],
      },
    };
    const list = await h.ask("/v1/price-lists", "/v1/price-lists", {
      method: "POST",
      body: { price_list, effective_from: "2026-01-01T00:00:00Z" },
    });
    expect(list.status).toBe(201);
    const other = { ...price_list, accumulation_basis: "consumption" };
    const mismatch = await h.ask("/v1/price-lists", "/v1/price-lists", {
      method: "POST",
      body: { price_list: other, effective_from: "2026-02-01T00:00:00Z" },
    });
    expect(mismatch.body["code"]).toBe("price_list_mismatch");
    const policies = await h.ask("/v1/supply-policies", "/v1/supply-policies");
    const money = policies.body.items[0]?.["supply_policy_id"];
    const policy = await h.ask("/v1/supply-policies", "/v1/supply-policies", {
      method: "POST",
      body: {
        name: "Quantity",
        currency: "EUR",
        unit: "kWh",
        low_credit_thresholds: ["30"],
        max_balance: "1000",
        topup: { max: "100.00" },
      },
    });
    expect([policy.status, policy.body]).toMatchObject([
      201,
      { unit: "kWh", low_credit_thresholds: ["30.000000"], max_balance: "1000.000000" },
    ]);
    const misfit = await h.ask("/v1/accounts", "/v1/accounts", {
      method: "POST",
      body: {
        meter_id: meter.body["meter_id"],
        price_list_id: list.body["price_list_id"],
        supply_policy_id: money,
      },
    });
    expect([misfit.status, misfit.body["code"]]).toEqual([422, "policy_mismatch"]);
    const opened = await h.ask("/v1/accounts", "/v1/accounts", {
      method: "POST",
      body: {
        meter_id: meter.body["meter_id"],
        price_list_id: list.body["price_list_id"],
        supply_policy_id: policy.body["supply_policy_id"],
      },
    });
    expect([opened.status, opened.body]).toMatchObject([
      201,
      { holds: "quantity", balance_in: "kWh", balance: "0.00" },
    ]);
    bought = String(opened.body["account_id"]);
    const sold = await vend(bought, "6.00");
    expect([sold.status, sold.body]).toMatchObject([
      201,
      { amount: "6.00", holds: "quantity", balance_in: "kWh", balance: "25.00" },
    ]);
    expect(await balanceOf(bought)).toMatchObject({
      holds: "quantity",
      balance_in: "kWh",
      balance: "25.00",
      bought_in_cycle: "25.00",
      low_credit_level: 1,
      debts: { accumulated: "0.000000" },
    });
    const done = await reverse(sold.id);
    expect([done.status, done.body]).toMatchObject([201, { amounts_in: "kWh", balance: "0.00" }]);
    expect(await balanceOf(bought)).toMatchObject({ balance: "0.00", bought_in_cycle: "0.00" });
  });

  it("is adjusted in its unit, by two people, and converted into money of the same site", async () => {
    await vend(bought, "4.00");
    const path = `/v1/accounts/${bought}:adjust`;
    const adjusted = await h.ask("/v1/accounts/{account_id}:adjust", path, {
      method: "POST",
      body: { amount: "0.5", reason: "goodwill" },
      ...keyed(),
    });
    expect(adjusted.status).toBe(202);
    const transfer = (body: object) =>
      h.ask("/v1/credit-transfers", "/v1/credit-transfers", {
        method: "POST",
        body: {
          from_account_id: bought,
          to_account_id: account(9),
          amount: "10",
          reason: "x",
          ...body,
        },
        ...keyed(),
      });
    const asked = await transfer({ convert: true });
    expect([asked.status, asked.body]).toMatchObject([202, { amount: "10.00", amount_in: "kWh" }]);
    const location = asked.headers.get("Location") ?? "";
    const posted = await h.ask(
      "/v1/credit-transfers/{credit_transfer_id}:approve",
      `${location}:approve`,
      { method: "POST", body: {}, key: h.keys.ops },
    );
    expect(posted.body).toMatchObject({ state: "posted" });
    expect(await balanceOf(bought)).toMatchObject({ balance: "10.00" });
    expect(await balanceOf(account(9))).toMatchObject({ balance: "12.000000" });
    const plain = await transfer({});
    const refused = await h.ask(
      "/v1/credit-transfers/{credit_transfer_id}:approve",
      `${plain.headers.get("Location") ?? ""}:approve`,
      { method: "POST", body: {}, key: h.keys.ops },
    );
    expect([refused.status, refused.body["code"]]).toEqual([422, "price_list_basis"]);
    expect(await balanceOf(bought)).toMatchObject({ balance: "10.00", reserved: "0.00" });
  });
});

it("is nobody else's to see", async () => {
  const first = async (path: string, name: string) => {
    const { items } = (await h.ask(path, `${path}?limit=1`)).body;
    return `${path}/${String(items[0]?.[name])}`;
  };
  for (const path of [
    await first("/v1/account-orders", "order_id"),
    await first("/v1/credit-transfers", "credit_transfer_id"),
    `/v1/accounts/${account(0)}/debts`,
  ]) {
    expect([path, (await h.call(path)).status]).toEqual([path, 200]);
    expect([path, (await h.call(path, { key: h.otherKeys.operator })).status]).toEqual([path, 404]);
  }
  for (const path of ["/v1/account-orders", "/v1/credit-transfers"]) {
    const theirs = await h.ask(path, path, { key: h.otherKeys.operator });
    expect([path, theirs.body.items]).toEqual([path, []]);
  }
});

it("none of it was our fault", () => {
  expect(h.faults).toEqual([]);
});
