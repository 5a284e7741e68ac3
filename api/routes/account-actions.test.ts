import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit } from "../registry/schema/access.ts";
import { accounts } from "../registry/schema/accounts.ts";
import type { CallOptions } from "../testing/harness.ts";
import { type Live, startLive } from "../testing/live.ts";

let h: Live;

beforeAll(async () => {
  h = await startLive(8);
}, 60_000);
afterAll(() => h?.stop());

const account = (at: number): string => h.accountIds[at] ?? "";
let keys = 0;
const fresh = (): string => `k-${++keys}`;

function act(at: number, verb: string, body: unknown, options: CallOptions = {}) {
  const path = `/v1/accounts/${account(at)}:${verb}`;
  const documented = `/v1/accounts/{account_id}:${verb}`;
  return h.ask(documented, path, { method: "POST", body, ...options });
}
const keyed = (key = fresh()): CallOptions => ({ headers: { "Idempotency-Key": key } });

function decide(path: string, verb: "approve" | "reject", key: string) {
  const [, kind] = /^\/v1\/([a-z-]+)\//.exec(path) ?? [];
  const id = kind === "supply-commands" ? "supply_command_id" : "order_id";
  const documented = `/v1/${kind}/{${id}}:${verb}`;
  return h.ask(documented, `${path}:${verb}`, { method: "POST", body: { reason: "seen" }, key });
}

describe("emergency credit", () => {
  it("is refused by name over its threshold, invoked under it, and asking again changes nothing", async () => {
    const policy = { low_credit_thresholds: [], max_balance: "1000" };
    const { body } = await h.ask("/v1/supply-policies", "/v1/supply-policies");
    const path = `/v1/supply-policies/${String(body.items[0]?.["supply_policy_id"])}`;
    const replace = (terms: object) =>
      h.ask("/v1/supply-policies/{supply_policy_id}", path, { method: "PUT", body: terms });
    await replace({ ...policy, emergency_credit: { limit: "5.00", threshold: "1.00" } });
    const refused = await act(0, "activate-emergency-credit", {});
    expect([refused.status, refused.body["code"]]).toEqual([
      422,
      "emergency_credit_not_selectable",
    ]);
    await replace({ ...policy, emergency_credit: { limit: "5.00", threshold: "20.00" } });
    const key = keyed();
    const done = await act(0, "activate-emergency-credit", { reason: "by phone" }, key);
    expect([done.status, done.body]).toMatchObject([
      201,
      {
        op: "activate_emergency_credit",
        state: "applied",
        reason: "by phone",

        amounts_in: "EUR",
      },
    ]);
    expect(await h.state(account(0))).toMatchObject({ emergency_credit: { status: "invoked" } });
    const again = await act(0, "activate-emergency-credit", { reason: "by phone" }, key);
    expect([again.status, again.headers.get("Idempotent-Replayed")]).toEqual([200, "true"]);
    expect(again.body).toEqual(done.body);
    expect((await act(0, "activate-emergency-credit", {})).status).toBe(201);
    const reused = await act(1, "activate-emergency-credit", { reason: "by phone" }, key);
    expect([reused.status, reused.body["code"]]).toEqual([422, "idempotency_key_reused"]);
  });
});

describe("critical need", () => {
  it("is kept by engine and registry, and a cut by override takes two people", async () => {
    const set = (critical_need: boolean) =>
      act(2, "set-critical-need", { critical_need, reason: "respirator" });
    expect((await set(true)).status).toBe(201);
    expect(await h.state(account(2))).toMatchObject({ critical_need: true });
    const cut = (body: object, key = h.keys.operator) =>
      h.ask("/v1/supply-commands", "/v1/supply-commands", {
        method: "POST",
        body: { account_id: account(2), action: "cut", reason: "fire brigade", ...body },
        key,
      });
    const refused = await cut({});
    expect([refused.status, refused.body["code"]]).toEqual([422, "cut_forbidden_critical_need"]);
    const noRight = await cut({ override: true }, h.keys.ops);
    expect([noRight.status, noRight.body["code"]]).toEqual([403, "forbidden"]);
    const waits = await cut({ override: true });
    expect([waits.status, waits.body]).toMatchObject([202, { state: "awaiting_approval" }]);
    const path = waits.headers.get("Location") ?? "";
    const own = await decide(path, "approve", h.keys.operator);
    expect([own.status, own.body["code"]]).toEqual([403, "approval_needs_another_key"]);
    expect(await h.state(account(2))).toMatchObject({ supply_wanted: "connected" });
    const approved = await decide(path, "approve", h.keys.ops);
    expect([approved.status, approved.body]).toMatchObject([
      200,
      { state: "sent", override: true },
    ]);
    expect(await h.state(account(2))).toMatchObject({ supply_wanted: "disconnected" });
    const twice = await decide(path, "reject", h.keys.ops);
    expect([twice.status, twice.body["code"]]).toEqual([409, "not_awaiting_approval"]);
    const second = await cut({ override: true });
    const rejected = await decide(second.headers.get("Location") ?? "", "reject", h.keys.ops);
    expect(rejected.body).toMatchObject({ state: "rejected" });
    expect((await set(false)).status).toBe(201);
    const [row] = (await h.registry.db.select().from(accounts)).filter(
      ({ id }) => id === account(2),
    );
    expect(row?.critical_need).toBe(false);
  });
});

describe("a set of supply commands", () => {
  it("has a verdict for each account", async () => {
    await act(3, "set-critical-need", { critical_need: true, reason: "respirator" });
    const body = { account_ids: [account(3), account(4)], action: "cut", reason: "works" };
    const made = await h.ask("/v1/supply-commands", "/v1/supply-commands", {
      method: "POST",
      body,
    });
    expect(made.status).toBe(202);
    const verdicts = made.body.items.map((each) => [
      each["account_id"],
      each["state"],
      each["fault"],
    ]);
    expect(verdicts).toEqual(
      expect.arrayContaining([
        [account(3), "failed", "cut_forbidden_critical_need"],
        [account(4), "sent", null],
      ]),
    );
    const override = { ...body, action: "restore", override: true };
    const odd = await h.ask("/v1/supply-commands", "/v1/supply-commands", {
      method: "POST",
      body: override,
    });
    expect([odd.status, odd.body["code"]]).toEqual([422, "invalid_request"]);
  });
});

describe("an adjustment", () => {
  it("needs a key, is carried out once, and goes either way", async () => {
    const missing = await act(5, "adjust", { amount: "1.00", reason: "goodwill" });
    expect([missing.status, missing.body["code"]]).toEqual([422, "idempotency_key_missing"]);
    const key = keyed();
    const done = await act(5, "adjust", { amount: "1.50", reason: "goodwill" }, key);
    expect([done.status, done.body]).toMatchObject([
      201,
      { balance: "11.500000", state: "applied" },
    ]);
    const again = await act(5, "adjust", { amount: "1.5", reason: "goodwill" }, key);
    expect([again.status, again.body]).toEqual([200, done.body]);
    const back = await act(5, "adjust", { amount: "-12.00", reason: "error" }, keyed());
    expect(back.body).toMatchObject({ balance: "-0.500000" });
    expect(await h.state(account(5))).toMatchObject({ balance_micros: "-500000" });
  });

  it("over the operator's limit waits for another key; rejected, it changes nothing", async () => {
    const asked = () => act(6, "adjust", { amount: "-100.01", reason: "theft" }, keyed());
    const first = await asked();
    expect([first.status, first.body]).toMatchObject([
      202,
      { state: "awaiting_approval", balance: null },
    ]);
    expect(await h.state(account(6))).toMatchObject({ balance_micros: "10000000" });
    const path = first.headers.get("Location") ?? "";
    const listed = await h.ask("/v1/account-orders", "/v1/account-orders?state=awaiting_approval");
    expect(listed.body.items).toMatchObject([{ order_id: first.body["order_id"] }]);
    expect((await decide(path, "approve", h.keys.operator)).status).toBe(403);
    expect((await decide(path, "approve", h.keys.vendor)).status).toBe(403);
    expect((await decide(path, "approve", h.otherKeys.ops)).status).toBe(404);
    const approved = await decide(path, "approve", h.keys.ops);
    expect([approved.status, approved.body]).toMatchObject([
      200,
      { state: "applied", balance: "-90.010000", decision_reason: "seen" },
    ]);
    expect((await decide(path, "approve", h.keys.ops)).body).toEqual(approved.body);
    const second = await asked();
    const rejected = await decide(second.headers.get("Location") ?? "", "reject", h.keys.ops);
    expect(rejected.body).toMatchObject({ state: "rejected", balance: null });
    expect(
      (await h.ask("/v1/account-orders/{order_id}", second.headers.get("Location") ?? "")).body,
    ).toEqual(rejected.body);
    expect(await h.state(account(6))).toMatchObject({ balance_micros: "-90010000" });
  });

  it.each([
    [{ amount: "0", reason: "x" }, "/amount"],
    [{ amount: "0.0000001", reason: "x" }, "/amount"],
    [{ amount: "1e3", reason: "x" }, "/amount"],
    [{ amount: "9999999999999", reason: "x" }, "/amount"],
    [{ amount: 5, reason: "x" }, "/amount"],
    [{ amount: "1" }, "/reason"],
    [{ amount: "1", reason: "x".repeat(501) }, "/reason"],
    [{ amount: "1", reason: "x", account_id: "y" }, "/account_id"],
  ])("of %j is refused at the place", async (body, pointer) => {
    const answer = await act(5, "adjust", body, keyed());
    expect([answer.status, answer.body["code"]]).toEqual([422, "invalid_request"]);
    expect(answer.body["errors"]).toMatchObject([{ pointer }]);
  });
});

describe("a grant", () => {
  it("is restricted credit with an expiry; one that has passed is refused", async () => {
    const inS = (s: number) => new Date((h.context.clock.nowS() + s) * 1_000).toISOString();
    const past = { amount: "5.00", expires_at: inS(-60), reason: "campaign" };
    const refused = await act(7, "grant-credit", past, keyed());
    expect([refused.status, refused.body["code"]]).toEqual([422, "pot_expired"]);
    const body = { ...past, expires_at: inS(86_400) };
    expect((await act(7, "grant-credit", body, keyed())).status).toBe(201);
    const balance = await h.ask(
      "/v1/accounts/{account_id}/balance",
      `/v1/accounts/${account(7)}/balance`,
    );
    expect(balance.body).toMatchObject({
      holds: "money",
      balance_in: "EUR",
      balance: "10.000000",
      available_credit: "15.000000",
      restricted_credit: [{ amount: "5.000000", expires_at: body.expires_at }],
    });
    const large = await act(7, "grant-credit", { ...body, amount: "100.01" }, keyed());
    expect(large.status).toBe(202);
  });
});

describe("the payment mode", () => {
  it("changes now, or later and then can be cancelled", async () => {
    const to = (payment_mode: string, more: object = {}) =>
      act(1, "set-payment-mode", { payment_mode, reason: "contract", ...more });
    expect((await to("credit")).status).toBe(201);
    const one = `/v1/accounts/${account(1)}`;
    expect((await h.ask("/v1/accounts/{account_id}", one)).body["payment_mode"]).toBe("credit");
    const vend = await h.call(`/v1/vends/${fresh()}`, {
      method: "PUT",
      body: { account_id: account(1), amount: "1", currency: "EUR" },
    });
    expect([vend.status, await vend.json()]).toMatchObject([422, { code: "not_prepayment" }]);
    const at = new Date((h.context.clock.nowS() + 86_400) * 1_000).toISOString();
    expect((await to("prepayment", { at, share: "0.1", weekly_cap: "5.00" })).status).toBe(201);
    const balance = await h.ask("/v1/accounts/{account_id}/balance", `${one}/balance`);
    expect(balance.body["mode_change"]).toEqual({ payment_mode: "prepayment", at });
    const pending = await to("credit");
    expect([pending.status, pending.body["code"]]).toEqual([422, "mode_change_in_progress"]);
    expect((await act(1, "cancel-mode-change", { reason: "no" })).status).toBe(201);
    const none = await act(1, "cancel-mode-change", { reason: "no" });
    expect([none.status, none.body["code"]]).toEqual([422, "no_mode_change"]);
    expect((await h.ask("/v1/accounts/{account_id}", one)).body["payment_mode"]).toBe("credit");
    expect((await to("prepayment")).status).toBe(201);
    expect((await h.ask("/v1/accounts/{account_id}", one)).body["payment_mode"]).toBe("prepayment");
  });
});

describe("keys", () => {
  it.each(["vendor", "ops", "auditor"] as const)("of %s cannot order", async (role) => {
    const options = { ...keyed(), key: h.keys[role] };
    expect((await act(5, "adjust", { amount: "1", reason: "x" }, options)).status).toBe(403);
  });

  it("of another operator find no account", async () => {
    const options = { ...keyed(), key: h.otherKeys.operator };
    expect((await act(5, "adjust", { amount: "1", reason: "x" }, options)).status).toBe(404);
  });
});

it("every order is audited with actor, channel, time and reason, and none was our fault", async () => {
  const rows = await h.registry.db.select().from(audit);
  const orders = await h.ask("/v1/account-orders", "/v1/account-orders");
  for (const order of orders.body.items) {
    const entry = rows.find(
      ({ data }) => (data as { order_id?: string } | null)?.order_id === order["order_id"],
    );
    expect(entry).toMatchObject({
      channel: "api",
      actor: order["requested_by"],
      action: `account.${String(order["op"])}`,
      object: `account/${String(order["account_id"])}`,
      reason: order["reason"],
    });
  }
  expect(h.faults).toEqual([]);
});
