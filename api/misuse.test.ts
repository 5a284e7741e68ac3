import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, startHarness } from "./testing/harness.ts";

/** Every route of the document, with bad input, and with keys that may not: nothing of it is our fault, and nothing leaks. */

let h: Harness;
type Operation = { method: string; path: string; secured: boolean };
let operations: Operation[] = [];

beforeAll(async () => {
  h = await startHarness(2);
  const document = (await (await h.call("/openapi.json")).json()) as {
    paths: Record<string, Record<string, { security?: unknown[] }>>;
  };
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security = [] }]) => {
      return { method: method.toUpperCase(), path, secured: security.length > 0 };
    }),
  );
});
afterAll(() => h?.stop());

const UUID = "00000000-0000-4000-8000-000000000000";

/** The path with each parameter filled in by a value. */
function fill(path: string, value: string): string {
  return path.replaceAll(/\{[a-z_]+\}/g, encodeURIComponent(value));
}

const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    null,
    -1,
    1e308,
    "",
    "\u0000",
    "-0",
    "9".repeat(400),
    UUID,
    "2026-01-01T00:00:00Z",
  ),
);
const NAMES = [
  "amount",
  "reason",
  "level",
  "target_id",
  "price_list_id",
  "supply_policy_id",
  "calendar",
  "price_list",
  "name",
  "account_id",
  "account_ids",
  "from_account_id",
  "to_account_id",
  "action",
  "owed",
  "share",
  "rate",
  "every",
  "at",
  "payment_mode",
  "critical_need",
  "customer_id",
  "usage_point_id",
  "as",
  "serial",
  "opening_register",
  "currency",
  "low_credit_thresholds",
  "max_balance",
  "add",
  "remove",
  "__proto__",
  "constructor",
  "unit_id",
  "site_id",
  "meter_id",
];
const body = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 8 }) },
  { weight: 1, arbitrary: value },
);

/** Routes that answer 503 where there is no store of readings, as here. */
const NEEDS_STORE = /consumption|reports|statement$|price-lists:preview/;

describe("bad input", () => {
  it("is refused as a problem by every route, never with our fault", async () => {
    const parameter = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(UUID, h.accountIds[0] ?? "", h.accountIds[1] ?? "") },
      fc.constantFrom(
        "x",
        "%",
        "..",
        "'; drop table accounts; --",
        "a".repeat(300),
        "\u0000",
        "1",
        "-1",
      ),
      fc.string(),
    );
    for (const { method, path } of operations) {
      await fc.assert(
        fc.asyncProperty(parameter, body, fc.boolean(), async (id, sent, keyed) => {
          const options = {
            method,
            ...(method === "GET" ? {} : { body: sent }),
            ...(keyed && { headers: { "Idempotency-Key": "k" } }),
          };
          const response = await h.call(fill(path, id), options);
          // Where there is no store of readings, and a ready installation aside, 5xx is ours.
          const isStore = response.status === 503 && NEEDS_STORE.test(path);
          const context = [method, path, id, JSON.stringify(sent), response.status];
          expect([...context, response.status < 500 || isStore]).toEqual([...context, true]);
          // The errors of /oauth/token have the form of RFC 6749.
          if (response.status >= 400 && path !== "/oauth/token") {
            expect([...context, response.headers.get("Content-Type")]).toEqual([
              ...context,
              "application/problem+json",
            ]);
          }
        }),
        { numRuns: 12 },
      );
    }
    expect(h.faults).toEqual([]);
  }, 120_000);

  it("in queries is refused, too", async () => {
    const texts = ["x", "", "\u0000", "9".repeat(50), UUID, "[]", "true"];
    const names = [
      "limit",
      "cursor",
      "state",
      "op",
      "account_id",
      "from",
      "to",
      "object",
      "unit_id",
      "ended",
      "open",
    ];
    for (const { path } of operations.filter(({ method }) => method === "GET")) {
      for (const name of names) {
        for (const text of texts) {
          const response = await h.call(`${fill(path, UUID)}?${name}=${encodeURIComponent(text)}`);
          const isStore = response.status === 503 && NEEDS_STORE.test(path);
          const context = [path, name, text, response.status];
          expect([...context, response.status < 500 || isStore]).toEqual([...context, true]);
        }
      }
    }
    expect(h.faults).toEqual([]);
  }, 120_000);
});

describe("keys", () => {
  it("that are missing or made up open no route but those for machines", async () => {
    for (const key of [undefined, "dd_made_up", ""]) {
      for (const { method, path } of operations.filter(({ secured }) => secured)) {
        const options = { method, key, ...(method === "GET" ? {} : { body: {} }) };
        const { status } = await h.call(fill(path, UUID), options);
        expect([method, path, status]).toEqual([method, path, 401]);
      }
    }
  });

  it.each(["vendor", "ops", "auditor", "customer", "gateway"] as const)(
    "of %s write nothing that the role may not",
    async (role) => {
      const may: Record<string, RegExp> = {
        vendor: /^\/v1\/(vends[/:]|vendor-shifts)/,
        // A preview writes nothing, though it is asked by POST.
        ops: /^\/v1\/(supply-commands|stream-tickets|price-lists:preview)$|:(approve|reject)$/,
        auditor: /^\/v1\/(stream-tickets|price-lists:preview)$/,
        customer: /^$/,
        gateway: /^$/,
      };
      const writes = operations.filter(({ method, secured }) => secured && method !== "GET");
      for (const { method, path } of writes) {
        const { status } = await h.call(fill(path, UUID), { method, key: h.keys[role], body: {} });
        const isRefused = status === 403;
        const isQuarantine = path.startsWith("/v1/quarantine");
        const expected = isQuarantine || !may[role]?.test(path);
        expect([method, path, isRefused]).toEqual([method, path, expected]);
      }
    },
  );
});
