import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeTokens } from "./access/tokens.ts";
import { createApp } from "./app.ts";
import { makeFindCaller } from "./keys.ts";
import { apiKeys } from "./registry/schema/access.ts";
import { engineCommands } from "./registry/schema/accounts.ts";
import { SEED_PRICE_LISTS } from "./registry/seed/price-lists.ts";
import { type CallOptions, type Harness, startHarness } from "./testing/harness.ts";
import { type Comparison, compareWith } from "./testing/openapi.ts";

let h: Harness;
let compare: Comparison;

beforeAll(async () => {
  h = await startHarness(6);
  compare = compareWith((await (await h.call("/openapi.json")).json()) as Record<string, unknown>);
});
afterAll(() => h?.stop());

type Body = Record<string, unknown> & {
  items: Record<string, unknown>[];
  errors: { pointer: string }[];
};

/** Calls, compares the answer with the document, and gives status and body. */
async function call(documented: string, path: string, options: CallOptions = {}) {
  const response = await h.call(path, options);
  expect(await compare(options.method ?? "GET", documented, response)).toEqual([]);
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Body,
  };
}

const post = (body: unknown, key?: string): CallOptions => ({
  method: "POST",
  body,
  ...(key === undefined ? {} : { key }),
});

describe("the document", () => {
  it("is OpenAPI 3.1 and holds every route", async () => {
    const document = (await (await h.call("/openapi.json", { key: undefined })).json()) as {
      openapi: string;
      paths: Record<string, unknown>;
    };
    expect(document.openapi).toBe("3.1.0");
    for (const path of ["/v1/vends/{vend_id}", "/v1/accounts/{account_id}/balance", "/readyz"]) {
      expect(document.paths).toHaveProperty([path]);
    }
  });

  it("is missed by an answer with a member too few, too many or of another type", async () => {
    const faults = (body: unknown) =>
      compare(
        "GET",
        "/readyz",
        Response.json(body, { headers: { "Content-Type": "application/json" } }),
      );
    expect(await faults({ ready: true, parts: {} })).toEqual([]);
    expect(await faults({ ready: true })).toHaveLength(1);
    expect(await faults({ ready: "yes", parts: {} })).toHaveLength(1);
    expect(await faults({ ready: true, parts: {}, more: 1 })).toHaveLength(1);
  });

  it("is a page too, with every problem code", async () => {
    const page = await (await h.call("/docs", { key: undefined })).text();
    expect(page).toContain('id="engine_unavailable"');
    expect(page).not.toMatch(/(src|href)="https?:/);
  });
});

describe("operations", () => {
  it("is alive and ready without a key", async () => {
    expect((await call("/healthz", "/healthz", { key: undefined })).body).toEqual({ status: "ok" });
    const ready = await call("/readyz", "/readyz", { key: undefined });
    expect([ready.status, ready.body]).toMatchObject([
      200,
      {
        ready: true,
        parts: { engine: { ok: true }, postgresql: { ok: true }, nats: { ok: true } },
      },
    ]);
  });

  it("counts requests by route", async () => {
    await h.call("/v1/sites");
    const response = await h.call("/metrics", { key: undefined });
    expect(await compare("GET", "/metrics", response)).toEqual([]);
    expect(await response.text()).toMatch(
      /drawdown_api_requests_total\{route="GET \/v1\/sites",status="200"\} \d/,
    );
  });

  it("is not ready while the engine is silent", async () => {
    h.answering.silence(true);
    await new Promise((done) => setTimeout(done, 600));
    const ready = await call("/readyz", "/readyz", { key: undefined });
    expect([ready.status, ready.body]).toMatchObject([
      503,
      { ready: false, parts: { engine: { ok: false, detail: "4 of 4 shards do not answer" } } },
    ]);
    h.answering.silence(false);
  });
});

describe("accounts", () => {
  it("are listed with balances, page by page, each once", async () => {
    const seen: unknown[] = [];
    let cursor = "";
    for (let page = 0; page < 10; page++) {
      const { body } = await call("/v1/accounts", `/v1/accounts?limit=4${cursor}`);
      seen.push(...body.items.map((item) => item["account_id"]));
      if (body["next_cursor"] === null) break;
      cursor = `&cursor=${String(body["next_cursor"])}`;
    }
    expect(seen).toEqual(h.accountIds);
  });

  it("tell all of one, and its balance", async () => {
    const id = h.accountIds[0] ?? "";
    const one = await call("/v1/accounts/{account_id}", `/v1/accounts/${id}`);
    expect(one.body).toMatchObject({
      account_id: id,
      service: "electricity",
      meter_serial: "20000000",
      unit: "Flat 1",
      site: "Calle Mayor 1",
      currency: "EUR",
      payment_mode: "prepayment",
      balance: "10.000000",
      credit_status: "ok",
    });
    const balance = await call("/v1/accounts/{account_id}/balance", `/v1/accounts/${id}/balance`);
    expect(balance.body).toMatchObject({
      balance: "10.000000",
      available_credit: "10.000000",
      low_credit: false,
      last_reading: { register: "12.345", unit: "kWh" },
      days_left: null,
    });
  });

  it("can be filtered", async () => {
    const { body } = await call("/v1/accounts", "/v1/accounts?service=water");
    expect(body.items).toHaveLength(3);
    const bySerial = await call("/v1/accounts", "/v1/accounts?meter_serial=20000003");
    expect(bySerial.body.items).toMatchObject([{ meter_serial: "20000003" }]);
  });

  it("are listed without balances while the engine is silent; a balance is 503 then", async () => {
    h.answering.silence(true);
    const { body } = await call("/v1/accounts", "/v1/accounts?limit=1");
    expect(body.items).toMatchObject([{ balance: null, supply_state: null }]);
    const path = `/v1/accounts/${h.accountIds[0]}/balance`;
    const balance = await call("/v1/accounts/{account_id}/balance", path);
    expect([balance.status, balance.body]).toMatchObject([503, { code: "engine_unavailable" }]);
    h.answering.silence(false);
  });
});

it("registers a place from nothing to an account that can be topped up", async () => {
  const site = await call("/v1/sites", "/v1/sites", post({ name: "New", timezone: "Asia/Tokyo" }));
  expect(site.status).toBe(201);
  const { site_id } = site.body;
  expect((await call("/v1/sites/{site_id}", site.headers.get("Location") ?? "")).body).toEqual(
    site.body,
  );
  const unit = await call("/v1/units", "/v1/units", post({ site_id, name: "Shop" }));
  const gateway = await call("/v1/gateways", "/v1/gateways", post({ site_id, name: "roof" }));
  expect(gateway.body["key"]).toMatch(/^[0-9a-f]{64}$/);
  const meter = await call(
    "/v1/meters",
    "/v1/meters",
    post({
      unit_id: unit.body["unit_id"],
      gateway: gateway.body["gateway"],
      serial: "77000001",
      service: "water",
      driver: "mbus",
      device: "itron-cyble",
      link: { host: "10.0.0.7", port: 10_001 },
      address: "5",
    }),
  );
  expect(meter.status).toBe(201);
  const list = await call(
    "/v1/price-lists",
    "/v1/price-lists",
    post({
      price_list: {
        name: "Shop water",
        service: "water",
        unit: "m³",
        currency: "JPY",
        timezone: "Asia/Tokyo",
        rates: { all: [{ from: "0", price: "220" }] },
      },
      effective_from: "2026-01-01T00:00:00+09:00",
    }),
  );
  expect([list.status, list.body]).toMatchObject([
    201,
    { version: { effective_from: "2025-12-31T15:00:00.000Z" } },
  ]);
  const policy = await call(
    "/v1/supply-policies",
    "/v1/supply-policies",
    post({
      name: "Shops",
      currency: "JPY",
      low_credit_thresholds: ["1000", "300"],
      max_balance: "100000",
    }),
  );
  const account = await call(
    "/v1/accounts",
    "/v1/accounts",
    post({
      meter_id: meter.body["meter_id"],
      price_list_id: list.body["price_list_id"],
      supply_policy_id: policy.body["supply_policy_id"],
    }),
  );
  expect([account.status, account.body]).toMatchObject([
    201,
    { balance: "0.000000", currency: "JPY" },
  ]);
  const vend = await call("/v1/vends/{vend_id}", "/v1/vends/jpy-1", {
    method: "PUT",
    body: { account_id: account.body["account_id"], amount: "5000", currency: "JPY" },
  });
  expect([vend.status, vend.body]).toMatchObject([201, { balance: "5000.000000" }]);
  const roster = await call("/v1/gateways/{gateway}", `/v1/gateways/${gateway.body["gateway"]}`);
  expect(roster.body).toMatchObject({ roster_version: 2 });
  expect(roster.body).not.toHaveProperty("key");
  for (const [path, body] of [
    ["/v1/sites", { name: "New", timezone: "Asia/Tokyo" }],
    ["/v1/units", { site_id, name: "Shop" }],
    ["/v1/gateways", { site_id, name: "roof" }],
  ] as const) {
    const again = await call(path, path, post(body));
    expect([again.status, again.body]).toMatchObject([409, { code: "already_exists" }]);
  }
});

describe("price lists", () => {
  const body = (change: object) => ({
    price_list: {
      ...(JSON.parse(SEED_PRICE_LISTS.get("heating") ?? "") as object),
      name: "Tested",
      ...change,
    },
    effective_from: "2026-02-01T00:00:00Z",
  });

  it("with faults are refused with all of them", async () => {
    const bad = body({
      timezone: "Mars/Base",
      unit: "furlong",
      currency: "euro",
      rates: { all: [{ from: "5", price: "x" }] },
      charges: [{ name: "c", every: "blue moon", amount: "1" }],
    });
    const answer = await call("/v1/price-lists", "/v1/price-lists", post(bad));
    expect([answer.status, answer.body["code"]]).toEqual([422, "price_list_invalid"]);
    const pointers = answer.body.errors.map(({ pointer }) => pointer);
    expect(pointers).toEqual(
      expect.arrayContaining(["/price_list/timezone", "/price_list/unit", "/price_list/currency"]),
    );
    expect(pointers.length).toBeGreaterThanOrEqual(5);
  });

  it("are published once, never edited, in their order", async () => {
    const publish = (value: unknown) => call("/v1/price-lists", "/v1/price-lists", post(value));
    const first = await publish(body({}));
    expect(first.status).toBe(201);
    const again = await publish(body({}));
    expect([again.status, again.body]).toEqual([200, first.body]);
    const other = body({ rates: { all: [{ from: "0", price: "1" }] } });
    expect((await publish(other)).body["code"]).toBe("price_list_begun");
    const earlier = { ...other, effective_from: "2026-01-01T00:00:00Z" };
    expect((await publish(earlier)).body["code"]).toBe("price_list_order");
    const later = await publish({ ...other, effective_from: "2026-03-01T00:00:00Z" });
    expect(later.status).toBe(201);
    const water = body({ service: "water", unit: "m³" });
    expect((await publish(water)).body["code"]).toBe("price_list_mismatch");
    const path = `/v1/price-lists/${String(first.body["price_list_id"])}`;
    const read = await call("/v1/price-lists/{price_list_id}", path);
    expect(read.body["versions"]).toHaveLength(2);
  });

  it("reach the shards that know them", async () => {
    const text = SEED_PRICE_LISTS.get("electricity") ?? "";
    const list = { ...(JSON.parse(text) as object), charges: [] };
    const answer = await call("/v1/price-lists", "/v1/price-lists", post({ price_list: list }));
    expect(answer.status).toBe(201);
    const told = h.answering.applied.filter((command) => command.op === "set_price_list").at(-1);
    expect(told).toMatchObject({
      version: (answer.body["version"] as { version: number }).version,
    });
  });
});

describe("supply commands", () => {
  it("for one account: 202 with its place, then sent", async () => {
    const id = h.accountIds[1];
    const body = { account_id: id, action: "cut", reason: "moved out" };
    const made = await call("/v1/supply-commands", "/v1/supply-commands", post(body, h.keys.ops));
    expect(made.status).toBe(202);
    const place = made.headers.get("Location") ?? "";
    await expect
      .poll(async () => (await call("/v1/supply-commands/{supply_command_id}", place)).body)
      .toMatchObject({ account_id: id, action: "cut", cause: "manual", state: "sent" });
  });

  it("for a set: all or none", async () => {
    const ids = h.accountIds.slice(2, 5);
    const body = { account_ids: ids, action: "restore", reason: "tested" };
    const made = await call("/v1/supply-commands", "/v1/supply-commands", post(body));
    expect([made.status, made.body.items.length]).toEqual([202, 3]);
    const listed = await call("/v1/supply-commands", made.headers.get("Location") ?? "");
    expect(listed.body.items).toHaveLength(3);
    const before = (await h.registry.db.select().from(engineCommands)).length;
    const bad = { ...body, account_ids: [...ids, "00000000-0000-4000-8000-000000000000"] };
    const refused = await call("/v1/supply-commands", "/v1/supply-commands", post(bad));
    expect([refused.status, refused.body]).toMatchObject([404, { code: "account_unknown" }]);
    expect((await h.registry.db.select().from(engineCommands)).length).toBe(before);
  });
});

describe("keys", () => {
  it("of another operator see nothing", async () => {
    const key = h.otherKeys.operator;
    const accountId = h.accountIds[0] ?? "";
    const [meter] = (await call("/v1/meters", "/v1/meters?limit=1")).body.items;
    const [site] = (await call("/v1/sites", "/v1/sites?limit=1")).body.items;
    const [unit] = (await call("/v1/units", "/v1/units?limit=1")).body.items;
    const [list] = (await call("/v1/price-lists", "/v1/price-lists?limit=1")).body.items;
    const [policy] = (await call("/v1/supply-policies", "/v1/supply-policies?limit=1")).body.items;
    const [command] = (await call("/v1/supply-commands", "/v1/supply-commands?limit=1")).body.items;
    for (const path of [
      `/v1/accounts/${accountId}`,
      `/v1/accounts/${accountId}/balance`,
      `/v1/accounts/${accountId}/consumption`,
      `/v1/meters/${String(meter?.["meter_id"])}`,
      `/v1/sites/${String(site?.["site_id"])}`,
      `/v1/units/${String(unit?.["unit_id"])}`,
      `/v1/price-lists/${String(list?.["price_list_id"])}`,
      `/v1/supply-policies/${String(policy?.["supply_policy_id"])}`,
      `/v1/supply-commands/${String(command?.["supply_command_id"])}`,
      `/v1/gateways/${h.seeded.gateways[0]?.number}`,
    ]) {
      expect([path, (await h.call(path)).status]).not.toEqual([path, 404]);
      expect([path, (await h.call(path, { key })).status]).toEqual([path, 404]);
    }
    for (const path of [
      "/v1/accounts",
      "/v1/sites",
      "/v1/units",
      "/v1/meters",
      "/v1/gateways",
      "/v1/price-lists",
      "/v1/supply-policies",
      "/v1/supply-commands",
    ]) {
      const { body } = await call(path, path, { key });
      expect([path, body.items]).toEqual([path, []]);
    }
    const cut = { account_id: accountId, action: "cut", reason: "not mine" };
    expect((await h.call("/v1/supply-commands", post(cut, key))).status).toBe(404);
    const unitIn = { site_id: site?.["site_id"], name: "not mine" };
    expect((await h.call("/v1/units", post(unitIn, key))).status).toBe(404);
  });

  it.each([
    ["vendor", "POST", "/v1/sites", 403],
    ["vendor", "GET", "/v1/supply-commands", 403],
    ["auditor", "GET", "/v1/accounts", 200],
    ["auditor", "POST", "/v1/supply-commands", 403],
    ["ops", "GET", "/v1/meters", 200],
    ["customer", "GET", "/v1/accounts", 403],
    ["gateway", "GET", "/v1/accounts", 403],
  ] as const)("%s %s %s is %i", async (role, method, path, status) => {
    const options = { method, key: h.keys[role], ...(method === "POST" ? { body: {} } : {}) };
    expect((await h.call(path, options)).status).toBe(status);
  });

  it("that are narrowed, expired or revoked may do less", async () => {
    const mine = eq(apiKeys.operator_id, h.seeded.operatorId);
    const [row] = await h.registry.db.select().from(apiKeys).where(mine);
    const set = (values: Partial<typeof apiKeys.$inferInsert>) =>
      h.registry.db.update(apiKeys).set(values).where(eq(apiKeys.role, "auditor"));
    expect(row).toBeDefined();
    const status = async (path: string): Promise<number> => {
      // Another app: the first still remembers the key as it was.
      const app = createApp(h.context, {
        findCaller: makeFindCaller(h.registry.db),
        tokens: makeTokens(h.registry.db),
        issueTicket: () => undefined,
      });
      const headers = { Authorization: `Bearer ${h.keys.auditor}` };
      return (await app.request(path, { headers })).status;
    };
    await set({ scopes: ["vends:read"] });
    expect(await status("/v1/accounts")).toBe(403);
    await set({ scopes: [], expires_at: new Date(Date.now() - 1_000) });
    expect(await status("/v1/accounts")).toBe(401);
    await set({ expires_at: null, revoked_at: new Date() });
    expect(await status("/v1/accounts")).toBe(401);
    await set({ revoked_at: null });
    expect(await status("/v1/accounts")).toBe(200);
  });
});

describe("misuse", () => {
  it.each([
    ["/v1/accounts?limit=0", 422, "invalid_request"],
    ["/v1/accounts?limit=1001", 422, "invalid_request"],
    ["/v1/accounts?limit=x", 422, "invalid_request"],
    ["/v1/accounts?cursor=%00", 422, "invalid_request"],
    ["/v1/accounts?service=steam", 422, "invalid_request"],
    ["/v1/accounts/nope", 404, "not_found"],
    ["/v1/accounts/00000000-0000-4000-8000-000000000000", 404, "account_unknown"],
    ["/v1/gateways/4000000000", 404, "gateway_unknown"],
    ["/v1/gateways/0", 404, "not_found"],
    ["/v1/consumption", 503, "store_unavailable"],
    ["/v1/consumption?from=2026-01-01", 422, "invalid_request"],
    ["/v1/consumption?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", 422, "invalid_request"],
    ["/v1/consumption?from=1999-01-01T00:00:00Z&every=hour", 422, "invalid_request"],
    ["/v1/nothing", 404, "not_found"],
    ["/nothing", 404, "not_found"],
  ])("GET %s is %i %s", async (path, status, code) => {
    const response = await h.call(path);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    const problem = (await response.json()) as Record<string, unknown>;
    expect([response.status, problem]).toMatchObject([status, { status, code }]);
    expect(problem["trace_id"]).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each([
    ["/v1/sites", { name: "", timezone: "UTC" }, "/name"],
    ["/v1/sites", { name: "a\u0007b", timezone: "UTC" }, "/name"],
    ["/v1/sites", { name: "x", timezone: "Mars/Base" }, "/timezone"],
    [
      "/v1/supply-policies",
      { name: "p", currency: "EUR", low_credit_thresholds: ["1", "2"], max_balance: "5" },
      "/low_credit_thresholds",
    ],
    [
      "/v1/supply-policies",
      { name: "p", currency: "EUR", low_credit_thresholds: ["1"], max_balance: "-5" },
      "/max_balance",
    ],
    ["/v1/meters", { link: { host: "h", port: 70_000 } }, "/link/port"],
    ["/v1/supply-commands", { account_id: "ID", action: "explode", reason: "why not" }, "/action"],
    ["/v1/supply-commands", { action: "cut", reason: "why not" }, "/account_id"],
  ])("POST %s with %j names the place", async (path, body, pointer) => {
    const answer = await call(path, path, post(body));
    expect([answer.status, answer.body["code"]]).toEqual([422, "invalid_request"]);
    expect(answer.body.errors.map((each) => each.pointer)).toContain(pointer);
  });

  it("keeps a given trace id", async () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const response = await h.call("/v1/nothing", { headers: { traceparent } });
    expect(await response.json()).toMatchObject({ trace_id: "0af7651916cd43dd8448eb211c80319c" });
  });

  it("never was our fault", () => {
    expect(h.faults).toEqual([]);
  });
});
