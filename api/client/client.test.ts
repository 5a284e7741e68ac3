import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CLIENT_TYPES_FILE, clientTypes } from "../testing/client-types.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { type Client, createClient } from "./client.ts";
import { ApiError, retryAfterOf } from "./errors.ts";
import { WAIT_MS_MAX, waitMsAfter } from "./retry.ts";

/** The client, against the app itself, and against a server that misbehaves as it is told. */

const PROBLEM = {
  type: "/docs#engine_unavailable",
  title: "The engine does not answer",
  status: 503,
  code: "engine_unavailable",
  detail: "wait",
  customer_message: "",
  errors: [],
  retryable: true,
  trace_id: "t",
};

async function failureOf(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ApiError) return error;
  throw new Error(`no ApiError, but ${String(error)}`);
}

it("has types as the document is now (else: npm run client)", async () => {
  const kept = readFileSync(CLIENT_TYPES_FILE, "utf8");
  expect(await clientTypes()).toBe(kept);
}, 60_000);

describe("against the interface", () => {
  let h: Harness;
  let api: Client;
  const as = (key: string | undefined): Client =>
    createClient({ url: "http://localhost", key, fetch: async (request) => h.app.fetch(request) });
  beforeAll(async () => {
    h = await startHarness(5);
    api = as(h.keys.operator);
  }, 60_000);
  afterAll(() => h?.stop());

  it("reads, changes and lists", async () => {
    const [account_id = ""] = h.accountIds;
    const balance = await api.get("/v1/accounts/{account_id}/balance", { path: { account_id } });
    expect([balance.account_id, balance.currency]).toEqual([account_id, "EUR"]);
    const site = await api.post("/v1/sites", { body: { name: "Büro/2", timezone: "Europe/Rome" } });
    const again = await api.get("/v1/sites/{site_id}", { path: { site_id: site.site_id } });
    expect(again).toEqual(site);
  });

  it("goes through a list page by page", async () => {
    const seen: string[] = [];
    for await (const { account_id } of api.items("/v1/accounts", { query: { limit: 2 } })) {
      seen.push(account_id);
    }
    expect(seen).toEqual(h.accountIds);
  });

  it("gives bytes, a status and headers where they are asked for", async () => {
    const vend_id = "client-1";
    const body = {
      account_id: h.accountIds[0] ?? "",
      amount: "10.00",
      currency: "EUR",
      tender: { type: "cash" as const },
    };
    const ask = () => api.raw("put", "/v1/vends/{vend_id}", { path: { vend_id }, body });
    const [first, second] = [await ask(), await ask()];
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(Buffer.from(second.bytes).equals(first.bytes)).toBe(true);
    expect(second.headers.get("Idempotent-Replayed")).toBe("true");
    const page = await api.raw("get", "/v1/vends/{vend_id}/receipt", {
      path: { vend_id },
      accept: "text/html",
    });
    expect(Buffer.from(page.bytes).toString()).toContain("<html");
  });

  it("tells what a refusal says", async () => {
    const unknown = await failureOf(api.get("/v1/vends/{vend_id}", { path: { vend_id: "never" } }));
    expect(unknown).toMatchObject({ code: "vend_unknown", status: 404, retryable: false });
    expect(unknown.requestId).toMatch(/^[0-9a-f]{32}$/);
    const wrong = await failureOf(api.post("/v1/sites", { body: { name: "", timezone: "Mars" } }));
    expect(wrong.message).toContain("/name must not be empty; /timezone must be an IANA zone");
    expect(wrong.problem?.errors.length).toBe(2);
    const stranger = await failureOf(as("dd_wrong").get("/v1/operator"));
    expect(stranger.code).toBe("unauthorized");
  });
});

describe("against a server that misbehaves", () => {
  let server: Server | undefined;
  let asked = 0;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });
  const against = async (listener: RequestListener, attemptMs = 5_000): Promise<Client> => {
    asked = 0;
    const made = createServer((request, response) => {
      asked++;
      listener(request, response);
    });
    server = made;
    await new Promise<void>((done) => made.listen(0, "127.0.0.1", done));
    const { port } = made.address() as AddressInfo;
    return createClient({ url: `http://127.0.0.1:${port}/`, attempts: 3, attemptMs });
  };
  const refuse =
    (times: number, retryAfter?: string): RequestListener =>
    (_, response) => {
      if (asked > times) return response.writeHead(200).end("{}");
      const headers = { "Content-Type": "application/problem+json", "X-Request-Id": "r-1" };
      const wait = retryAfter === undefined ? {} : { "Retry-After": retryAfter };
      return response.writeHead(503, { ...headers, ...wait }).end(JSON.stringify(PROBLEM));
    };
  const vend = (api: Client): Promise<unknown> =>
    api.put("/v1/vends/{vend_id}", {
      path: { vend_id: "v" },
      body: { amount: "1", currency: "EUR", tender: { type: "cash" } },
    });

  it.each([
    ["a read", (api: Client) => api.get("/healthz")],
    ["a vend by its id", vend],
    [
      "a creation with an Idempotency-Key",
      (api: Client) =>
        api.post("/v1/accounts/{account_id}:adjust", {
          path: { account_id: "a" },
          header: { "idempotency-key": "k" },
          body: { amount: "1.00", reason: "r" },
        }),
    ],
  ])("makes %s again", async (_, ask) => {
    const api = await against(refuse(2, "0"));
    expect(await ask(api)).toEqual({});
    expect(asked).toBe(3);
  });

  it("makes no other creation again", async () => {
    const api = await against(refuse(2, "0"));
    const error = await failureOf(api.post("/v1/sites", { body: { name: "n", timezone: "UTC" } }));
    expect([error.code, error.requestId, asked]).toEqual(["engine_unavailable", "r-1", 1]);
  });

  it("gives up after its attempts, and at once where it would have to wait too long", async () => {
    expect((await failureOf(vend(await against(refuse(9, "0"))))).code).toBe("engine_unavailable");
    expect(asked).toBe(3);
    const error = await failureOf(vend(await against(refuse(9, "3600"))));
    expect([error.retryAfterMs, asked]).toEqual([3_600_000, 1]);
  });

  it("waits as long as it is asked to", async () => {
    const api = await against(refuse(1, "1"));
    const began = performance.now();
    await vend(api);
    expect(performance.now() - began).toBeGreaterThan(900);
  });

  it("takes a broken connection and a late answer as such, and tries again", async () => {
    const broken = await against((request) => request.socket.destroy());
    expect((await failureOf(broken.get("/healthz"))).code).toBe("unreachable");
    const late = await against(() => undefined, 60);
    expect((await failureOf(late.get("/healthz"))).code).toBe("timed_out");
    expect(asked).toBe(3);
    const half = await against((_, response) => {
      response.writeHead(200, { "Content-Length": "10" }).write("{");
      setTimeout(() => response.destroy(), 20);
    });
    expect((await failureOf(half.get("/healthz"))).code).toBe("unreachable");
  });

  it("takes a stranger's page for no answer, and follows nobody with its key", async () => {
    const page = await against((_, response) => response.writeHead(200).end("<html>"));
    expect((await failureOf(page.get("/healthz"))).code).toBe("answer_unreadable");
    const proxy = await against((_, response) => response.writeHead(502).end("bad gateway"));
    expect(await failureOf(proxy.get("/healthz"))).toMatchObject({ status: 502, retryable: true });
    const away = await against((_, response) =>
      response.writeHead(302, { Location: "http://127.0.0.1:9/" }).end(),
    );
    expect((await failureOf(away.get("/healthz"))).code).toBe("unreachable");
  });

  it("ends when it is told to, with the reason, in an attempt and in a wait", async () => {
    const reason = new Error("enough");
    for (const listener of [(): void => undefined, refuse(9, "20")]) {
      const ending = new AbortController();
      const api = await against(listener);
      const call = api.get("/healthz", { signal: ending.signal });
      setTimeout(() => ending.abort(reason), 50);
      await expect(call).rejects.toBe(reason);
      expect(asked).toBe(1);
    }
  });

  it("refuses options out of their bounds", () => {
    expect(() => createClient({ url: "http://x", attempts: 0 })).toThrow(RangeError);
  });
});

it("never waits longer than its bound, nor less than it was asked to", () => {
  const wait = fc.option(fc.nat(100_000), { nil: undefined });
  fc.assert(
    fc.property(
      wait,
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (asked, attempts, chance) => {
        const error = new ApiError("", {
          code: "rate_limited",
          status: 429,
          retryable: true,
          retryAfterMs: asked,
        });
        const waitMs = waitMsAfter(error, { attempts, most: 101, chance });
        if ((asked ?? 0) > WAIT_MS_MAX) return waitMs === undefined;
        return waitMs !== undefined && waitMs >= (asked ?? 0) && waitMs <= WAIT_MS_MAX;
      },
    ),
  );
  expect(retryAfterOf("Sun, 06 Nov 1994 08:49:37 GMT", Date.UTC(1994, 10, 6, 8, 49, 30))).toBe(
    7_000,
  );
  expect([retryAfterOf("soon", 0), retryAfterOf("5", 0)]).toEqual([undefined, 5_000]);
});
