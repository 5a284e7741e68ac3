import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeTokens } from "../access/tokens.ts";
import { createApp } from "../app.ts";
import { makeFindCaller } from "../keys.ts";
import { SEED_PRICE_LISTS } from "../registry/seed/price-lists.ts";
import type { CallOptions } from "../testing/harness.ts";
import { type Live, startLive } from "../testing/live.ts";

let h: Live;

beforeAll(async () => {
  h = await startLive(10);
  // Every meter has an opening; even slots count electricity, odd ones water.
  await h.read(...h.accountIds.map((_, slot) => ({ slot, register: 100_000, inS: -3_600 })));
}, 60_000);
afterAll(() => h?.stop());

const account = (at: number): string => h.accountIds[at] ?? "";
let keys = 0;
const keyed = (key = `k-${++keys}`): CallOptions => ({ headers: { "Idempotency-Key": key } });
const post = (body: unknown, options: CallOptions = {}): CallOptions => ({
  method: "POST",
  body,
  ...options,
});
const inS = (s: number): string => new Date((h.context.clock.nowS() + s) * 1_000).toISOString();

async function meterOf(at: number): Promise<Record<string, unknown>> {
  const one = await h.ask("/v1/accounts/{account_id}", `/v1/accounts/${account(at)}`);
  const { body } = await h.ask("/v1/meters", "/v1/meters?limit=1000");
  const meter = body.items.find((each) => each["serial"] === one.body["meter_serial"]);
  if (meter === undefined) throw new Error(`account ${at} has no meter`);
  return meter;
}

describe("quarantine", () => {
  const desk = (query: string) => h.ask("/v1/quarantine", `/v1/quarantine?${query}`);
  const arrived = async (at: number) => {
    const query = `account_id=${account(at)}&state=open`;
    await expect
      .poll(async () => (await desk(query)).body.items.length, { timeout: 10_000 })
      .toBe(1);
    const [item] = (await desk(query)).body.items;
    return { item, id: String(item?.["quarantined_reading_id"]) };
  };
  const decide = (id: string, verb: string, body: object, options: CallOptions = {}) =>
    h.ask(
      `/v1/quarantine/{quarantined_reading_id}:${verb}`,
      `/v1/quarantine/${id}:${verb}`,
      post({ reason: "looked at it", ...body }, options),
    );

  it("shows what the engine did not believe; accepted as baseline it charges nothing", async () => {
    await h.read({ slot: 0, register: 40_000 });
    const { item, id } = await arrived(0);
    expect(item).toMatchObject({
      verdict: "backwards",
      register: "40",
      unit: "kWh",
      service: "electricity",
    });
    const before = (await h.state(account(0))).balance_micros;
    const done = await decide(id, "accept", { as: "baseline" });
    expect([done.status, done.body]).toMatchObject([
      201,
      { op: "accept_reading", state: "applied", reason: "looked at it" },
    ]);
    expect(await h.state(account(0))).toMatchObject({
      quarantined: false,
      balance_micros: before,
      last_reading: { register_atoms: "40000" },
    });
    expect((await desk(`account_id=${account(0)}`)).body.items).toMatchObject([
      { state: "accepted", order_id: done.body["order_id"] },
    ]);
    const again = await decide(id, "accept", { as: "consumption" });
    expect([again.status, again.body["code"]]).toEqual([422, "reading_outdated"]);
  });

  it("accepted as consumption charges what the register advanced", async () => {
    await h.read({ slot: 2, register: 101_000, inS: 600 });
    const { item, id } = await arrived(2);
    expect(item).toMatchObject({ verdict: "clock" });
    const before = BigInt((await h.state(account(2))).balance_micros);
    const ahead = await decide(id, "accept", { as: "consumption", read_at: inS(600) });
    expect([ahead.status, ahead.body["code"]]).toEqual([422, "reading_outdated"]);
    expect((await decide(id, "accept", { as: "consumption" })).status).toBe(201);
    const after = await h.state(account(2));
    expect(after).toMatchObject({ quarantined: false, last_reading: { register_atoms: "101000" } });
    expect(BigInt(after.balance_micros)).toBeLessThan(before);
    await h.read({ slot: 4, register: 90_000, inS: -1_800 });
    const lower = await arrived(4);
    const refused = await decide(lower.id, "accept", { as: "consumption" });
    expect([refused.status, refused.body["code"]]).toEqual([422, "register_invalid"]);
    expect((await desk(`account_id=${account(4)}&state=open`)).body.items).toHaveLength(1);
    await h.read({ slot: 9, register: 90_000 });
    const water = await arrived(9);
    expect((await decide(water.id, "reject", {})).body).toMatchObject({ op: "reject_reading" });
    expect(await h.state(account(9))).toMatchObject({
      quarantined: false,
      last_reading: { register_atoms: "100000" },
    });
    await h.read({ slot: 4, register: 100_500 });
    expect(await h.state(account(4))).toMatchObject({ quarantined: false });
    // No event tells that a later reading has cleared it: the desk asks.
    expect((await desk(`account_id=${account(4)}`)).body.items).toMatchObject([
      { state: "cleared" },
    ]);
  });

  it("is nobody else's", async () => {
    const { body } = await desk("limit=1");
    const id = String(body.items[0]?.["quarantined_reading_id"]);
    const path = `/v1/quarantine/${id}:reject`;
    expect((await h.call(path, post({ reason: "x" }, { key: h.otherKeys.operator }))).status).toBe(
      404,
    );
    expect((await h.call(path, post({ reason: "x" }, { key: h.keys.ops }))).status).toBe(403);
    expect((await h.call("/v1/quarantine", { key: h.keys.vendor })).status).toBe(403);
    expect((await decide(id, "reject", { reason: "" })).body["code"]).toBe("invalid_request");
  });
});

describe("an exchange of meters", () => {
  const exchange = (id: unknown, body: object, options: CallOptions = keyed()) =>
    h.ask(
      "/v1/meters/{meter_id}:exchange",
      `/v1/meters/${String(id)}:exchange`,
      post(
        {
          driver: "modbus",
          device: "eastron-sdm120",
          link: { host: "10.0.0.9", port: 502 },
          address: "7",
          reason: "worn out",
          ...body,
        },
        options,
      ),
    );

  it("closes the old, opens the new, keeps the account, and raises the roster", async () => {
    const old = await meterOf(6);
    const before = BigInt((await h.state(account(6))).balance_micros);
    const key = keyed();
    const body = { serial: "90000001", closing_register: "101.5", opening_register: "0.25" };
    const done = await exchange(old["meter_id"], body, key);
    expect([done.status, done.body]).toMatchObject([
      201,
      { op: "exchange_meter", state: "applied" },
    ]);
    const fresh = await meterOf(6);
    expect(fresh).toMatchObject({
      serial: "90000001",
      retired_at: null,
      link: { host: "10.0.0.9" },
    });
    const state = await h.state(account(6));
    expect(state.last_reading?.register_atoms).toBe("250");
    expect(BigInt(state.balance_micros)).toBeLessThan(before);
    const again = await exchange(old["meter_id"], body, key);
    expect([again.status, again.body]).toEqual([200, done.body]);
    const gone = await exchange(old["meter_id"], { ...body, serial: "90000002" });
    expect([gone.status, gone.body["code"]]).toEqual([404, "meter_unknown"]);
    // The gateway goes on with the new roster, from the new register.
    await h.read({ slot: 6, register: 1_250, inS: 1 });
    expect((await h.state(account(6))).last_reading?.register_atoms).toBe("1250");
    const vend = await h.call("/v1/vends/by-new-serial", {
      method: "PUT",
      body: { meter_serial: "90000001", amount: "1.00", currency: "EUR" },
    });
    expect(vend.status).toBe(201);
  });

  it("that the engine refuses leaves the old one in its place", async () => {
    const old = await meterOf(8);
    const body = { serial: "90000009", closing_register: "1", opening_register: "0" };
    const refused = await exchange(old["meter_id"], body);
    expect([refused.status, refused.body["code"]]).toEqual([422, "register_invalid"]);
    expect((await meterOf(8))["meter_id"]).toBe(old["meter_id"]);
    await h.read({ slot: 8, register: 100_100 });
    expect((await exchange(old["meter_id"], { ...body, closing_register: "100.1" })).status).toBe(
      201,
    );
    expect((await meterOf(8))["serial"]).toBe("90000009");
  });

  it("with a serial number, a gateway or a register that cannot be is refused", async () => {
    const old = await meterOf(0);
    const fresh = { serial: "90000011", opening_register: "0" };
    expect((await exchange(old["meter_id"], { ...fresh, serial: "90000009" })).body["code"]).toBe(
      "already_exists",
    );
    expect(
      (await exchange(old["meter_id"], { ...fresh, serial: old["serial"] })).body["code"],
    ).toBe("already_exists");
    expect((await meterOf(0))["meter_id"]).toBe(old["meter_id"]);
    expect((await exchange(old["meter_id"], { ...fresh, gateway: 99 })).body["code"]).toBe(
      "gateway_unknown",
    );
    expect(
      (await exchange(old["meter_id"], { ...fresh, opening_register: "0.0001" })).body["errors"],
    ).toMatchObject([{ pointer: "/opening_register" }]);
    expect((await exchange(old["meter_id"], fresh, {})).body["code"]).toBe(
      "idempotency_key_missing",
    );
    expect(
      (await exchange(old["meter_id"], fresh, { ...keyed(), key: h.otherKeys.operator })).status,
    ).toBe(404);
  });
});

describe("a change of tenancy", () => {
  const customer = async (name: string) =>
    String(
      (await h.ask("/v1/customers", "/v1/customers", post({ name, reference: `C-${name}` }))).body[
        "customer_id"
      ],
    );
  const keyOf = async (id: string) => {
    const made = await h.ask(
      "/v1/customers/{customer_id}/keys",
      `/v1/customers/${id}/keys`,
      post({ name: "portal" }),
    );
    return String(made.body["key"]);
  };

  it("settles the old, begins clean for the new, and hides what was before", async () => {
    const [ana, ben] = [await customer("Ana"), await customer("Ben")];
    const [anaKey, benKey] = [await keyOf(ana), await keyOf(ben)];
    const meter = await meterOf(4);
    const agreement = await h.ask(
      "/v1/agreements",
      "/v1/agreements",
      post({ customer_id: ana, usage_point_id: meter["usage_point_id"], from: inS(-86_400) }),
    );
    expect([agreement.status, agreement.body]).toMatchObject([201, { role: "tenant", to: null }]);
    const second = await h.ask(
      "/v1/agreements",
      "/v1/agreements",
      post({ customer_id: ben, usage_point_id: meter["usage_point_id"] }),
    );
    expect([second.status, second.body["code"]]).toEqual([409, "agreement_open"]);
    const seen = async (key: string) =>
      (await h.ask("/v1/accounts", "/v1/accounts", { key })).body.items.map(
        (each) => each["account_id"],
      );
    expect([await seen(anaKey), await seen(benKey)]).toEqual([[account(4)], []]);
    await h.ask(
      "/v1/accounts/{account_id}/debts/{debt}",
      `/v1/accounts/${account(4)}/debts/accumulated_debt`,
      {
        method: "PUT",
        body: { owed: "3.00", reason: "arrears" },
      },
    );
    const before = BigInt((await h.state(account(4))).balance_micros);
    const path = `/v1/agreements/${String(agreement.body["agreement_id"])}`;
    const change = (body: object, options: CallOptions = keyed()) =>
      h.ask(
        "/v1/agreements/{agreement_id}:change-tenancy",
        `${path}:change-tenancy`,
        post({ customer_id: ben, reason: "moved out", ...body }, options),
      );
    const wrong = await change({ closing_register: "1" });
    expect([wrong.status, wrong.body["code"]]).toEqual([422, "register_invalid"]);
    const key = keyed();
    const done = await change({ closing_register: "100.5" }, key);
    expect([done.status, done.body]).toMatchObject([
      201,
      { op: "change_tenancy", state: "applied", balance: "0.000000" },
    ]);
    expect((await change({ closing_register: "100.5" }, key)).body).toEqual(done.body);
    expect((await change({})).body["code"]).toBe("agreement_ended");
    const settled = await h.ask("/v1/agreements/{agreement_id}/settlement", `${path}/settlement`);
    expect(settled.body).toMatchObject({
      settlement_number: 1,
      account_id: account(4),
      customer: { customer_id: ana, name: "Ana", reference: "C-Ana" },
      closing: { register: "100.5", unit: "kWh" },
      debts: { accumulated_debt: "3.000000", payment_debt: "0.000000" },
      emergency_credit_owed: "0.000000",
      reason: "moved out",
    });
    const micros = (text: unknown) => BigInt(String(text).replace(".", ""));
    expect(micros(settled.body["final_amount"])).toBe(micros(settled.body["balance"]) - 3_000_000n);
    expect(micros(settled.body["balance"])).toBeLessThanOrEqual(before);
    expect(await h.state(account(4))).toMatchObject({
      balance_micros: "0",
      debts: { accumulated_debt: "0" },
    });
    expect([await seen(anaKey), await seen(benKey)]).toEqual([[], [account(4)]]);
    for (const place of ["", "/balance", "/debts"]) {
      const of = `/v1/accounts/${account(4)}${place}`;
      expect([place, (await h.call(of, { key: anaKey })).status]).toEqual([place, 404]);
      expect([place, (await h.call(of, { key: benKey })).status]).toEqual([place, 200]);
    }
    const debts = await h.call(`/v1/accounts/${account(4)}/debts`, { key: benKey });
    expect(
      ((await debts.json()) as { items: { terms: unknown }[] }).items.every(
        ({ terms }) => terms === null,
      ),
    ).toBe(true);
    for (const [method, place] of [
      ["GET", "/v1/account-orders"],
      ["GET", "/v1/credit-transfers"],
      ["GET", "/v1/agreements"],
      ["GET", "/v1/quarantine"],
      ["GET", "/v1/vends/by-new-serial"],
      ["GET", "/v1/customers"],
    ] as const) {
      expect([place, (await h.call(place, { method, key: benKey })).status]).toEqual([place, 403]);
    }
    const list = await h.ask(
      "/v1/agreements",
      `/v1/agreements?usage_point_id=${String(meter["usage_point_id"])}`,
    );
    expect(list.body.items).toMatchObject([
      { customer_id: ana, to: settled.body["settled_at"] },
      { customer_id: ben, from: settled.body["settled_at"], to: null },
    ]);
  });

  it("cannot have a vend of the old tenant taken back from the new one", async () => {
    const carla = await customer("Carla");
    const meter = await meterOf(1);
    const vend = await h.call("/v1/vends/carlas", {
      method: "PUT",
      body: { account_id: account(1), amount: "5.00", currency: "EUR" },
    });
    expect(vend.status).toBe(201);
    const made = await h.ask(
      "/v1/agreements",
      "/v1/agreements",
      post({ customer_id: carla, usage_point_id: meter["usage_point_id"] }),
    );
    const path = `/v1/agreements/${String(made.body["agreement_id"])}:change-tenancy`;
    const left = await h.ask(
      "/v1/agreements/{agreement_id}:change-tenancy",
      path,
      post({ customer_id: null, reason: "vacant" }, keyed()),
    );
    expect(left.status).toBe(201);
    const back = await h.ask(
      "/v1/vends/{vend_id}:reverse",
      "/v1/vends/carlas:reverse",
      post({ reason: "x", confirmed_removed: true }),
    );
    expect([back.status, back.body["code"]]).toEqual([422, "not_reversible"]);
    expect(await h.state(account(1))).toMatchObject({ balance_micros: "0" });
  });

  it("gives a key without a customer, or an expired one, nothing", async () => {
    const app = createApp(h.context, {
      findCaller: makeFindCaller(h.registry.db),
      tokens: makeTokens(h.registry.db),
      issueTicket: () => undefined,
    });
    const answer = await app.request("/v1/accounts", {
      headers: { Authorization: `Bearer ${h.keys.customer}` },
    });
    expect(answer.status).toBe(403);
    const dora = await customer("Dora");
    const made = await h.ask(
      "/v1/customers/{customer_id}/keys",
      `/v1/customers/${dora}/keys`,
      post({ name: "old", expires_at: inS(-10) }),
    );
    expect((await h.call("/v1/accounts", { key: String(made.body["key"]) })).status).toBe(401);
  });
});

describe("a version of a price list", () => {
  const list = (name: string, price = "0.30") => ({
    ...(JSON.parse(SEED_PRICE_LISTS.get("electricity") ?? "") as object),
    name,
    charges: [{ name: "standing", every: "day", amount: price }],
  });
  const publish = (price_list: object, effective_from: string) =>
    h.ask("/v1/price-lists", "/v1/price-lists", post({ price_list, effective_from }));
  const cancel = (listId: unknown, version: unknown, options: CallOptions = {}) =>
    h.ask(
      "/v1/price-lists/{price_list_id}/versions/{version}:cancel",
      `/v1/price-lists/${String(listId)}/versions/${String(version)}:cancel`,
      post({ reason: "wrong price" }, options),
    );
  const versionOf = (body: Record<string, unknown>) =>
    (body["version"] as { version: number }).version;

  it("that has not begun is taken back, also in the shards, and can be published anew", async () => {
    const name = String(
      (JSON.parse(SEED_PRICE_LISTS.get("electricity") ?? "") as { name: string }).name,
    );
    const next = await publish(list(name), inS(86_400));
    expect(next.status).toBe(201);
    const later = await publish(list(name, "0.40"), inS(172_800));
    const id = next.body["price_list_id"];
    const notLast = await cancel(id, versionOf(next.body));
    expect([notLast.status, notLast.body["code"]]).toEqual([409, "price_list_active"]);
    const done = await cancel(id, versionOf(later.body));
    expect([done.status, (done.body["versions"] as unknown[]).length]).toEqual([200, 2]);
    expect((await cancel(id, versionOf(later.body))).body["code"]).toBe("version_unknown");
    expect((await publish(list(name, "0.50"), inS(172_800))).status).toBe(201);
    const [first] = done.body["versions"] as { version: number }[];
    expect((await cancel(id, first?.version)).body["code"]).toBe("price_list_active");
    expect((await cancel(id, 999_999)).body["code"]).toBe("version_unknown");
    const theirs = await cancel(id, versionOf(next.body), { key: h.otherKeys.operator });
    expect(theirs.body["code"]).toBe("price_list_unknown");
    // The engine has it all: readings go on being rated.
    await h.read({ slot: 8, register: 1_005_000, inS: 2 });
    expect((await h.state(account(8))).last_reading?.register_atoms).toBe("1005000");
  });
});

it("a mode that changes at its time is told by its event", async () => {
  const at = inS(2);
  const path = `/v1/accounts/${account(3)}`;
  await h.ask(
    "/v1/accounts/{account_id}:set-payment-mode",
    `${path}:set-payment-mode`,
    post({ payment_mode: "credit", at, reason: "contract" }),
  );
  expect((await h.ask("/v1/accounts/{account_id}", path)).body["payment_mode"]).toBe("prepayment");
  await new Promise((done) => setTimeout(done, 2_200));
  await h.read({ slot: 3, register: 100_100 });
  await expect
    .poll(async () => (await h.ask("/v1/accounts/{account_id}", path)).body["payment_mode"], {
      timeout: 10_000,
    })
    .toBe("credit");
});

it("is nobody else's to see", async () => {
  const key = h.otherKeys.operator;
  const { items } = (await h.ask("/v1/agreements", "/v1/agreements?open=false")).body;
  const path = `/v1/agreements/${String(items[0]?.["agreement_id"])}`;
  for (const place of [path, `${path}/settlement`]) {
    expect([place, (await h.call(place)).status]).toEqual([place, 200]);
    expect([place, (await h.call(place, { key })).status]).toEqual([place, 404]);
  }
  for (const list of ["/v1/agreements", "/v1/quarantine", "/v1/customers"]) {
    expect([list, (await h.ask(list, list, { key })).body.items]).toEqual([list, []]);
  }
  const change = post({ customer_id: null, reason: "x" }, { ...keyed(), key });
  expect((await h.call(`${path}:change-tenancy`, change)).status).toBe(404);
});

it("none of it was our fault", () => {
  expect(h.faults).toEqual([]);
});
