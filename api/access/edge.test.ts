import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../app.ts";
import { makeFindCaller } from "../keys.ts";
import { makeLimiter } from "../rate-limits/limiter.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { serve } from "../uws/serve.ts";
import type { Served } from "../uws/types.ts";
import { BODY_DEPTH_MAX } from "./json-depth.ts";
import { makeTokens } from "./tokens.ts";

/** What every answer carries, and what is refused before a route is asked; over both engines. */

let h: Harness;
const servers: Served[] = [];
beforeAll(async () => {
  h = await startHarness(2);
});
afterAll(async () => {
  await Promise.all(servers.map((served) => served.close()));
  await h?.stop();
});

const RATES = { read: 2, write: 100, vend: 100, report: 100, portal: 1, anonymous: 2 };

async function limited(engine: "uws" | "node", trustProxy = false): Promise<string> {
  const tokens = makeTokens(h.registry.db);
  const app = createApp(h.context, {
    findCaller: makeFindCaller(h.registry.db, tokens),
    tokens,
    issueTicket: () => undefined,
    limits: { limiter: makeLimiter(RATES), trustProxy },
  });
  const served = await serve({ app, host: "127.0.0.1", port: 0, engine });
  servers.push(served);
  return `http://127.0.0.1:${served.port}`;
}

const keyed = (key: string) => ({ headers: { Authorization: `Bearer ${key}` } });

describe.each(["uws", "node"] as const)("over %s", (engine) => {
  it("a key past its limit is refused with when to come again; other keys are not", async () => {
    const url = `${await limited(engine)}/v1/sites`;
    const first = await fetch(url, keyed(h.keys.operator));
    expect(first.status).toBe(200);
    expect(first.headers.get("RateLimit-Policy")).toBe('"read";q=4;w=2');
    expect(first.headers.get("RateLimit")).toBe('"read";r=3;t=0');
    expect(first.headers.get("Content-Type")).toContain("application/json");
    for (let i = 0; i < 6; i++) await fetch(url, keyed(h.keys.operator));
    const refused = await fetch(url, keyed(h.keys.operator));
    expect(refused.status).toBe(429);
    expect(refused.headers.get("Retry-After")).toBe("1");
    expect(refused.headers.get("RateLimit")).toMatch(/^"read";r=0;t=1$/);
    expect(await refused.json()).toMatchObject({ code: "rate_limited", retryable: true });
    expect((await fetch(url, keyed(h.keys.auditor))).status).toBe(200);
  });

  it("strangers are counted by address, with wrong keys too; watchers are not", async () => {
    const url = await limited(engine);
    const ask = async () => (await fetch(`${url}/v1/sites`, keyed("dd_wrong"))).status;
    const all = [];
    for (let i = 0; i < 10; i++) all.push(await ask());
    expect(all.slice(0, 4)).toEqual([401, 401, 401, 401]);
    expect(all).toContain(429);
    expect((await fetch(`${url}/openapi.json`)).status).toBe(429);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/v1/sites`, keyed(h.keys.operator))).status).toBe(200);
  });

  it("behind a proxy the address that the proxy tells counts", async () => {
    const url = await limited(engine, true);
    const ask = async (address: string) =>
      (await fetch(`${url}/docs`, { headers: { "X-Forwarded-For": address } })).status;
    for (let i = 0; i < 8; i++) await ask("6.6.6.6, 192.0.2.1");
    expect(await ask("6.6.6.6, 192.0.2.1")).toBe(429);
    expect(await ask("192.0.2.1, 192.0.2.2")).toBe(200);
  });

  it("each answer carries a request id: the caller's where it is sane", async () => {
    const url = await limited(engine);
    const id = async (path: string, given?: string) =>
      (
        await fetch(
          `${url}${path}`,
          given === undefined ? {} : { headers: { "X-Request-Id": given } },
        )
      ).headers.get("X-Request-Id");
    expect(await id("/healthz", "mine-1")).toBe("mine-1");
    expect(await id("/nothing", "mine-2")).toBe("mine-2");
    expect(await id("/v1/sites", "not sane")).toMatch(/^[0-9a-f]{32}$/);
    expect(await id("/healthz")).not.toBe(await id("/healthz"));
  });
});

describe("the page of the document", () => {
  it("runs its own script only, in no frame", async () => {
    const page = await h.call("/docs", { key: undefined });
    const policy = page.headers.get("Content-Security-Policy") ?? "";
    expect(policy).toMatch(/script-src 'sha256-[A-Za-z0-9+/=]{44}';.*frame-ancestors 'none'/);
    expect(await page.text()).not.toMatch(/ on[a-z]+="/);
  });
});

describe("a body", () => {
  it("that is nested too deep is refused with what the bound is", async () => {
    const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    const post = (text: string) => h.call("/v1/sites", { method: "POST", text });
    const deep = await post(nested(BODY_DEPTH_MAX + 1));
    expect([deep.status, await deep.json()]).toMatchObject([422, { code: "body_too_deep" }]);
    expect((await (await post(nested(BODY_DEPTH_MAX))).json()) as object).toMatchObject({
      code: "invalid_request",
    });
    expect((await post(nested(500_000))).status).toBe(422);
  });
});

describe("a portal token", () => {
  const make = async (accountId: string): Promise<string> => {
    const made = await h.call(`/v1/accounts/${accountId}/portal-tokens`, { method: "POST" });
    expect(made.status).toBe(201);
    return ((await made.json()) as { token: string }).token;
  };

  it("reads its account and nothing else", async () => {
    const [own = "", other = ""] = h.accountIds;
    const key = await make(own);
    const get = async (path: string) => (await h.call(path, { key })).status;
    expect(await get(`/v1/accounts/${own}`)).toBe(200);
    expect(await get(`/v1/accounts/${own}/balance`)).toBe(200);
    const closed = [
      `/v1/accounts/${other}`,
      `/v1/accounts/${other}/balance`,
      "/v1/accounts",
      `/v1/accounts/${own}/debts`,
      "/v1/sites",
      "/v1/consumption",
      "/v1/audit",
      "/v1/api-keys",
      `/v1/reports/consumption?account_id=${other}`,
      `/v1/reports/consumption?account_id=${own}&account_id=${other}`,
      "/v1/reports/consumption",
    ];
    for (const path of closed) expect([path, await get(path)]).toEqual([path, 403]);
    const write = await h.call(`/v1/accounts/${own}/portal-tokens`, { method: "POST", key });
    expect(write.status).toBe(403);
  });

  it("reads the receipts of its account only", async () => {
    const [own = "", other = ""] = h.accountIds;
    const vend = (id: string, account_id: string) =>
      h.call(`/v1/vends/${id}`, {
        method: "PUT",
        body: { account_id, amount: "1.00", currency: "EUR", tender: { type: "cash" } },
      });
    const ids = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
    expect((await vend(ids[0] ?? "", own)).status).toBe(201);
    expect((await vend(ids[1] ?? "", other)).status).toBe(201);
    const key = await make(own);
    const seen = ids.map(async (id) => (await h.call(`/v1/vends/${id}/receipt`, { key })).status);
    expect(await Promise.all(seen)).toEqual([200, 404]);
  });

  const unitOf = async (accountId: string): Promise<string> => {
    const account = await h.call(`/v1/accounts/${accountId}`);
    return ((await account.json()) as { unit_id: string }).unit_id;
  };

  it("ends when somebody gets the account, and then belongs to them", async () => {
    const [own = ""] = h.accountIds;
    const before = await make(own);
    const made = await h.call("/v1/customers", { method: "POST", body: { name: "Tenant" } });
    const { customer_id } = (await made.json()) as { customer_id: string };
    const points = await h.call(`/v1/usage-points?unit_id=${await unitOf(own)}`);
    const { items } = (await points.json()) as { items: { usage_point_id: string }[] };
    for (const { usage_point_id } of items) {
      await h.call("/v1/agreements", {
        method: "POST",
        body: { customer_id, usage_point_id, role: "tenant" },
      });
    }
    h.forgetKeys();
    expect((await h.call(`/v1/accounts/${own}`, { key: before })).status).toBe(401);
    expect((await h.call(`/v1/accounts/${own}`, { key: await make(own) })).status).toBe(200);
  });
});
