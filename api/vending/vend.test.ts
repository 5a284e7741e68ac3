import { count, eq, sql } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { engineCommands } from "../registry/schema/accounts.ts";
import { receiptCounters, vends } from "../registry/schema/vending.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { beginVend, type VendRequest } from "./begin.ts";
import { accountFor } from "./look-up.ts";

let h: Harness;

beforeAll(async () => {
  h = await startHarness(4);
});
afterAll(() => h?.stop());
afterEach(() => {
  h.answering.silence(false);
  h.answering.loseAnswers(0);
});

const account = (at: number): string => h.accountIds[at] ?? "";

async function put(id: string, body: unknown, key = h.keys.vendor) {
  const response = await h.call(`/v1/vends/${id}`, { method: "PUT", key, body });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const vendOf = (at: number, amount = "5.00") => ({
  account_id: account(at),
  amount,
  currency: "EUR",
  tender: { type: "cash" },
  terminal_id: "till-1",
});

const creditsTo = (at: number) =>
  h.answering.applied.filter(
    (command) =>
      command.op === "credit" && command.slot === at && command.amount_micros !== "10000000",
  );

describe("a vend", () => {
  it("answers 201 with the receipt, and the same bytes with 200 ever after", async () => {
    const before = h.answering.balance(account(0)) ?? 0n;
    const first = await put("a-1", vendOf(0));
    expect(first.status).toBe(201);
    expect(first.headers.get("Idempotent-Replayed")).toBeNull();
    expect(JSON.parse(first.text)).toMatchObject({
      vend_id: "a-1",
      status: "applied",
      receipt_number: 1,
      account_id: account(0),
      meter_serial: "20000000",
      amount: "5.00",
      currency: "EUR",
      parts: { payment_debt: "0.000000", threshold: "0.000000", balance: "5.000000" },
      balance: "15.000000",
      tender: { type: "cash" },
      terminal_id: "till-1",
    });
    const again = await put("a-1", { ...vendOf(0), amount: "5" });
    expect(again.status).toBe(200);
    expect(again.headers.get("Idempotent-Replayed")).toBe("true");
    expect(again.text).toBe(first.text);
    expect(h.answering.balance(account(0))).toBe(before + 5_000_000n);
  });

  it("is the same by meter serial number", async () => {
    const { account_id: _, ...rest } = vendOf(1);
    const answer = await put("serial-1", { ...rest, meter_serial: "20000001" });
    expect(answer.status).toBe(201);
    expect(JSON.parse(answer.text)).toMatchObject({ account_id: account(1) });
  });

  it("keeps its id to its body", async () => {
    await put("b-1", vendOf(0));
    for (const other of [vendOf(0, "6.00"), vendOf(1), { ...vendOf(0), terminal_id: "till-2" }]) {
      const answer = await put("b-1", other);
      expect(answer.status).toBe(422);
      expect(JSON.parse(answer.text)).toMatchObject({ code: "idempotency_key_reused" });
    }
  });

  it("gives each operator ids of its own", async () => {
    await put("shared-id", vendOf(0));
    const answer = await put("shared-id", vendOf(0), h.otherKeys.vendor);
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toMatchObject({ code: "account_unknown" });
  });

  it("that the engine refuses stays refused, with the same bytes, and takes no receipt number", async () => {
    const [counted] = await h.registry.db.select().from(receiptCounters);
    const first = await put("over-1", vendOf(2, "2000.00"));
    expect(first.status).toBe(422);
    expect(first.headers.get("Content-Type")).toBe("application/problem+json");
    expect(JSON.parse(first.text)).toMatchObject({ code: "balance_limit_exceeded" });
    const again = await put("over-1", vendOf(2, "2000.00"));
    expect([again.status, again.text]).toEqual([422, first.text]);
    expect(await h.registry.db.select().from(receiptCounters)).toEqual([counted]);
    const advice = await h.call("/v1/vends/over-1", { key: h.keys.vendor });
    expect(await advice.json()).toMatchObject({
      status: "refused",
      problem: JSON.parse(first.text),
    });
  });
});

describe("the advice", () => {
  it("is 404 for what was never received, and the receipt's bytes for what was", async () => {
    const never = await h.call("/v1/vends/never", { key: h.keys.vendor });
    expect(never.status).toBe(404);
    expect(await never.json()).toMatchObject({ code: "vend_unknown" });
    const { text } = await put("c-1", vendOf(0));
    const advice = await h.call("/v1/vends/c-1", { key: h.keys.vendor });
    expect(advice.status).toBe(200);
    expect(await advice.text()).toBe(text);
  });

  it("of one that waits is pending", async () => {
    h.answering.silence(true);
    expect((await put("d-1", vendOf(3))).status).toBe(503);
    const advice = await h.call("/v1/vends/d-1", { key: h.keys.vendor });
    expect(await advice.json()).toMatchObject({ status: "pending", problem: null });
    h.answering.silence(false);
    expect((await put("d-1", vendOf(3))).status).toBe(201);
  }, 60_000);
});

describe("an engine that is away", () => {
  it("makes vends 503, retryable, and each is credited once when it is back", async () => {
    const before = h.answering.balance(account(3)) ?? 0n;
    h.answering.silence(true);
    const refused = await put("e-1", vendOf(3));
    expect(refused.status).toBe(503);
    expect(refused.headers.get("Retry-After")).toBe("1");
    expect(JSON.parse(refused.text)).toMatchObject({ code: "engine_unavailable", retryable: true });
    h.answering.silence(false);
    const swept = await h.context.engine.sweep();
    expect(swept.left).toBe(0);
    const done = await put("e-1", vendOf(3));
    expect([done.status, done.headers.get("Idempotent-Replayed")]).toEqual([200, "true"]);
    expect(h.answering.balance(account(3))).toBe(before + 5_000_000n);
  }, 60_000);

  it("leaves a crash between intent and answer to the sweeper", async () => {
    const before = h.answering.balance(account(2)) ?? 0n;
    const [key] = await h.registry.db.select({ id: vends.key_id }).from(vends).limit(1);
    const request: VendRequest = {
      vendId: "crash-1",
      body: {
        account_id: account(2),
        amount: 1_500_000n,
        currency: "EUR",
        tender: { type: "card" },
      },
      operatorId: h.seeded.operatorId,
      keyId: key?.id ?? "",
      vendorId: null,
      mayIssueFree: false,
      traceId: "0".repeat(32),
      receivedAt: new Date(),
    };
    await beginVend(h.registry.db, request, await accountFor(h.registry.db, request));
    await h.registry.db.update(engineCommands).set({ created_at: sql`now() - interval '1 min'` });
    expect((await h.context.engine.sweep()).delivered).toBe(1);
    expect(h.answering.balance(account(2))).toBe(before + 1_500_000n);
    const advice = await h.call("/v1/vends/crash-1", { key: h.keys.vendor });
    expect(await advice.json()).toMatchObject({ status: "applied", amount: "1.50" });
  });

  it("that has lost its data is given it all again", async () => {
    const before = h.answering.balance(account(1)) ?? 0n;
    h.answering.forget();
    expect((await put("f-1", vendOf(1))).status).toBe(201);
    expect(h.answering.balance(account(1))).toBe(before + 5_000_000n);
    // The others come back with their next command.
    for (const at of [0, 2, 3]) expect((await put(`f-${at + 2}`, vendOf(at))).status).toBe(201);
  });
});

describe("bad vends", () => {
  const table: [string, unknown, number, string, string | undefined][] = [
    ["no amount", { account_id: "ID", currency: "EUR" }, 422, "invalid_request", "/amount"],
    [
      "a number for an amount",
      { account_id: "ID", amount: 5, currency: "EUR" },
      422,
      "invalid_request",
      "/amount",
    ],
    [
      "seven decimals",
      { account_id: "ID", amount: "1.0000001", currency: "EUR" },
      422,
      "invalid_request",
      "/amount",
    ],
    [
      "an exponent",
      { account_id: "ID", amount: "1e3", currency: "EUR" },
      422,
      "invalid_request",
      "/amount",
    ],
    [
      "an unknown member",
      { account_id: "ID", amount: "5.00", currency: "EUR", ammount: 1 },
      422,
      "invalid_request",
      "/ammount",
    ],
    [
      "neither account nor meter",
      { amount: "5.00", currency: "EUR" },
      422,
      "invalid_request",
      "/account_id",
    ],
    [
      "both account and meter",
      { account_id: "ID", meter_serial: "20000000", amount: "5.00", currency: "EUR" },
      422,
      "invalid_request",
      "/account_id",
    ],
    [
      "a control character",
      { meter_serial: "2000\u0000", amount: "5.00", currency: "EUR" },
      422,
      "invalid_request",
      "/meter_serial",
    ],
    [
      "another currency",
      { account_id: "ID", amount: "5.00", currency: "USD" },
      422,
      "currency_mismatch",
      "/currency",
    ],
    [
      "nothing",
      { account_id: "ID", amount: "0.00", currency: "EUR" },
      422,
      "vend_below_minimum",
      "/amount",
    ],
    [
      "a negative amount",
      { account_id: "ID", amount: "-5.00", currency: "EUR" },
      422,
      "vend_below_minimum",
      "/amount",
    ],
    [
      "too much",
      { account_id: "ID", amount: "10000.01", currency: "EUR" },
      422,
      "vend_above_maximum",
      "/amount",
    ],
    [
      "an unknown account",
      { account_id: "00000000-0000-4000-8000-000000000000", amount: "5.00", currency: "EUR" },
      404,
      "account_unknown",
      "/account_id",
    ],
    [
      "an unknown meter",
      { meter_serial: "1", amount: "5.00", currency: "EUR" },
      404,
      "meter_unknown",
      "/meter_serial",
    ],
    ["a list", [], 422, "invalid_request", ""],
  ];

  it.each(table)("%s", async (name, body, status, code, pointer) => {
    const text = JSON.stringify(body).replace('"ID"', JSON.stringify(account(0)));
    const id = `bad-${name.replaceAll(" ", "-")}`;
    const response = await h.call(`/v1/vends/${id}`, { method: "PUT", key: h.keys.vendor, text });
    const problem = (await response.json()) as { errors: { pointer?: string }[] };
    expect([response.status, problem]).toMatchObject([status, { code, status }]);
    if (pointer !== undefined)
      expect(problem.errors.map((each) => each.pointer)).toContain(pointer);
    const rows = await h.registry.db.select().from(vends).where(eq(vends.vend_id, id));
    expect(rows).toEqual([]);
  });

  it.each([
    ["no JSON", { text: '{"amount": ' }, 400, "malformed_json"],
    [
      "another type",
      { text: "amount=5", headers: { "Content-Type": "text/plain" } },
      415,
      "unsupported_media_type",
    ],
    ["too long", { body: { terminal_id: "x".repeat(20_000) } }, 413, "body_too_large"],
    ["no key", { body: {}, key: undefined }, 401, "unauthorized"],
    ["a wrong key", { body: {}, key: "dd_wrong" }, 401, "unauthorized"],
  ])("%s", async (_, options, status, code) => {
    const key = "key" in options ? options.key : h.keys.vendor;
    const response = await h.call("/v1/vends/bad", { method: "PUT", ...options, key });
    expect([response.status, await response.json()]).toMatchObject([status, { code }]);
  });

  it("a key without the right", async () => {
    const answer = await put("auditor-1", vendOf(0), h.keys.auditor);
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([403, { code: "forbidden" }]);
  });
});

it("50 at once with duplicates, lost answers and retries credit each id once and give the same bytes", async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ id: fc.nat(19), at: fc.nat(2) }), { minLength: 50, maxLength: 50 }),
      async (asked) => {
        round++;
        // An id keeps its first account and amount.
        const first = new Map<number, number>();
        for (const { id, at } of asked) if (!first.has(id)) first.set(id, at);
        const before = h.accountIds.map((each) => h.answering.balance(each) ?? 0n);
        const expected = [...before];
        for (const at of first.values()) expected[at] = (expected[at] ?? 0n) + 150_000n;
        h.answering.loseAnswers(0.05);
        const answers = await Promise.all(
          asked.map(async ({ id }) => {
            for (let attempt = 0; attempt < 20; attempt++) {
              const answer = await put(`p${round}-${id}`, vendOf(first.get(id) ?? 0, "0.15"));
              if (answer.status === 200 || answer.status === 201) return { id, ...answer };
              expect([409, 503]).toContain(answer.status);
            }
            throw new Error(`vend ${id} never ended`);
          }),
        );
        expect(h.accountIds.map((each) => h.answering.balance(each))).toEqual(expected);
        for (const id of first.keys()) {
          const own = answers.filter((answer) => answer.id === id);
          expect(new Set(own.map(({ text }) => text)).size).toBe(1);
          expect(own.filter(({ status }) => status === 201).length).toBeLessThanOrEqual(1);
        }
      },
    ),
    { numRuns: 3 },
  );
  const [numbers] = await h.registry.db
    .select({
      many: count(vends.receipt_number),
      last: sql<number>`max(${vends.receipt_number})::int`,
    })
    .from(vends);
  expect(numbers?.many).toBe(numbers?.last);
  expect(creditsTo(0).length).toBeGreaterThan(0);
}, 120_000);
