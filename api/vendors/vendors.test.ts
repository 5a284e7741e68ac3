/**
 * Vendors over HTTP, against the real engine: float, commission, terminals, shifts, settlement, and what only they see.
 */
import { eq } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vendorMovements } from "../registry/schema/vendor-ledger.ts";
import { vendors } from "../registry/schema/vendors.ts";
import type { CallOptions } from "../testing/harness.ts";
import { type Live, startLive } from "../testing/live.ts";
import { commissionOn } from "./commission.ts";

let h: Live;
beforeAll(async () => {
  h = await startLive(4);
}, 60_000);
afterAll(() => h?.stop());

let count = 0;
const next = (): string => `t-${++count}`;
const post = (body: unknown, options: CallOptions = {}): CallOptions => ({
  method: "POST",
  body,
  ...options,
});
const keyed = (body: unknown): CallOptions =>
  post(body, { headers: { "Idempotency-Key": next() } });

/** A vendor with a key and a terminal. */
async function vendorOf(terms: Record<string, unknown> = {}) {
  const made = await h.ask(
    "/v1/vendors",
    "/v1/vendors",
    post({ name: next(), currency: "EUR", ...terms }),
  );
  expect(made.status).toBe(201);
  const id = String(made.body["vendor_id"]);
  const path = `/v1/vendors/${id}`;
  const { body } = await h.ask(
    "/v1/vendors/{vendor_id}/keys",
    `${path}/keys`,
    post({ name: next() }),
  );
  const terminal = { vendor_id: id, terminal_id: "till-1" };
  expect((await h.ask("/v1/terminals", "/v1/terminals", post(terminal))).status).toBe(201);
  return { id, path, key: String(body["key"]) };
}

type Selling = { key: string };
async function sell({ key }: Selling, more: Record<string, unknown> = {}, id = next()) {
  const body = { account_id: h.accountIds[0], amount: "5.00", currency: "EUR", ...more };
  const { status, body: told } = await h.ask("/v1/vends/{vend_id}", `/v1/vends/${id}`, {
    method: "PUT",
    key,
    body,
  });
  return { id, status, told };
}

const read = async (path: string, documented = "/v1/vendors/{vendor_id}") =>
  (await h.ask(documented, path)).body;
const move = (vendor: { path: string }, body: Record<string, unknown>) =>
  h.ask(
    "/v1/vendors/{vendor_id}/movements",
    `${vendor.path}/movements`,
    keyed({ reason: "r", ...body }),
  );

describe("a vendor's float", () => {
  it("is taken by a sale, and a sale over float and limit is refused with nothing recorded", async () => {
    const vendor = await vendorOf({ limit: "10.00" });
    expect(await move(vendor, { kind: "deposit", amount: "5.00" })).toMatchObject({ status: 201 });
    expect((await sell(vendor, { amount: "12.00" })).status).toBe(201);
    expect(await read(vendor.path)).toMatchObject({
      float: "-7.000000",
      reserved: "0.000000",
      available: "3.000000",
    });
    const refused = await sell(vendor, { amount: "3.01" });
    expect(refused).toMatchObject({ status: 422, told: { code: "vendor_limit_reached" } });
    expect((await h.call(`/v1/vends/${refused.id}`)).status).toBe(404);
    expect((await sell(vendor, { amount: "3.00" }, refused.id)).status).toBe(201);
  });

  it("gets back what the engine refuses", async () => {
    const vendor = await vendorOf({ limit: null });
    const refused = await sell(vendor, { amount: "5000.00" });
    expect(refused).toMatchObject({ status: 422, told: { code: "balance_limit_exceeded" } });
    expect(await read(vendor.path)).toMatchObject({
      float: "0.000000",
      reserved: "0.000000",
      available: null,
    });
  });

  it("is exact however many sell at once", async () => {
    const vendor = await vendorOf({ limit: "20.00" });
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        sell(vendor, { amount: "1.50", account_id: h.accountIds[at % 4] }),
      ),
    );
    const sold = all.filter(({ status }) => status === 201).length;
    expect([sold, all.filter(({ status }) => status === 422).length]).toEqual([13, 17]);
    expect(await read(vendor.path)).toMatchObject({ float: "-19.500000", available: "0.500000" });
  });

  it("gets a reversed vend again, with its commission taken back, and is its ledger's sum", async () => {
    const vendor = await vendorOf({
      limit: "100.00",
      commissions: [{ service: "electricity", per_mille: "12.5" }],
    });
    const { id } = await sell(vendor, { amount: "7.77" });
    await sell(vendor, { amount: "2.00" });
    const back = await h.ask("/v1/vends/{vend_id}:reverse", `/v1/vends/${id}:reverse`, {
      ...post({ reason: "wrong meter" }),
      key: vendor.key,
    });
    expect(back.status).toBe(201);
    const { items } = await read(`${vendor.path}/movements`, "/v1/vendors/{vendor_id}/movements");
    expect(items).toMatchObject([
      { kind: "sale", amount: "-7.770000", commission: "0.097125", float: "-7.770000" },
      { kind: "sale", amount: "-2.000000", commission: "0.025000", float: "-9.770000" },
      {
        kind: "reversal",
        amount: "7.770000",
        commission: "-0.097125",
        float: "-2.000000",
        vend_id: id,
      },
    ]);
  });

  it("records a deposit once for each Idempotency-Key", async () => {
    const vendor = await vendorOf();
    const headers = { "Idempotency-Key": next() };
    const send = (amount: string) =>
      h.ask("/v1/vendors/{vendor_id}/movements", `${vendor.path}/movements`, {
        ...post({ kind: "deposit", amount, reason: "paid in", reference: "B-1" }),
        headers,
      });
    const all = await Promise.all([send("9.00"), send("9.00"), send("9.00")]);
    expect(all.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    expect(await send("9.01")).toMatchObject({
      status: 422,
      body: { code: "idempotency_key_reused" },
    });
    expect(await read(vendor.path)).toMatchObject({ float: "9.000000" });
    expect(await move(vendor, { kind: "payout", amount: "9.01" })).toMatchObject({
      status: 422,
      body: { code: "vendor_limit_reached" },
    });
    expect(await move(vendor, { kind: "payout", amount: "9.00" })).toMatchObject({ status: 201 });
    expect(await move(vendor, { kind: "deposit", amount: "-1.00" })).toMatchObject({ status: 422 });
  });

  it("does not sell while suspended, nor at a terminal that is closed or not its own", async () => {
    const vendor = await vendorOf({ limit: null });
    const change = (state: string) =>
      h.ask("/v1/vendors/{vendor_id}", vendor.path, {
        method: "PATCH",
        body: { state, reason: "r" },
      });
    await change("suspended");
    expect(await sell(vendor)).toMatchObject({ status: 422, told: { code: "vendor_suspended" } });
    await change("active");
    const strange = await sell(vendor, { terminal_id: "till-9" });
    expect(strange).toMatchObject({ status: 404, told: { code: "terminal_unknown" } });
    expect((await sell(vendor, { terminal_id: "till-1" })).status).toBe(201);
  });
});

describe("commission", () => {
  it("is floored to the micro and never more than the vend", () => {
    expect(commissionOn(7_770_000n, 12_500)).toBe(97_125n);
    expect(commissionOn(999n, 999)).toBe(0n);
    fc.assert(
      fc.property(
        fc.bigInt(1n, 10n ** 10n),
        fc.integer({ min: 0, max: 1_000_000 }),
        (amount, ppm) => {
          const earned = commissionOn(amount, ppm);
          expect(earned * 1_000_000n <= amount * BigInt(ppm)).toBe(true);
          expect((earned + 1n) * 1_000_000n > amount * BigInt(ppm)).toBe(true);
        },
      ),
    );
  });
});

describe("a shift", () => {
  it("is cashed up: expected against counted, by tender, and a later sale is not in it", async () => {
    const vendor = await vendorOf({ limit: null });
    const open = { terminal_id: "till-1", cashier: "Eva", opening_cash: "50.00" };
    const begin = () =>
      h.ask("/v1/vendor-shifts", "/v1/vendor-shifts", { ...post(open), key: vendor.key });
    const { body } = await begin();
    expect(await begin()).toMatchObject({ status: 409, body: { code: "shift_open" } });
    const till = { terminal_id: "till-1" };
    await sell(vendor, { ...till, amount: "4.00", tender: { type: "cash" } });
    await sell(vendor, { ...till, amount: "6.00", tender: { type: "card", reference: "c-1" } });
    const wrong = await sell(vendor, { ...till, amount: "1.00" });
    await sell(vendor, { amount: "9.00" });
    await h.ask("/v1/vends/{vend_id}:reverse", `/v1/vends/${wrong.id}:reverse`, {
      ...post({ reason: "r" }),
      key: vendor.key,
    });
    const path = `/v1/vendor-shifts/${String(body["shift_id"])}`;
    const close = (counted_cash: string) =>
      h.ask("/v1/vendor-shifts/{shift_id}:close", `${path}:close`, {
        ...post({ counted_cash }),
        key: vendor.key,
      });
    const closed = await close("53.90");
    expect(closed).toMatchObject({
      status: 200,
      body: {
        state: "closed",
        expected_cash: "54.000000",
        counted_cash: "53.900000",
        difference: "-0.100000",
        tenders: [
          { tender: "card", sales: 1, sales_amount: "6.000000" },
          {
            tender: "cash",
            sales: 2,
            sales_amount: "5.000000",
            reversals: 1,
            reversals_amount: "1.000000",
          },
        ],
      },
    });
    expect((await close("53.90")).body).toEqual(closed.body);
    expect(await close("54.00")).toMatchObject({ status: 409, body: { code: "shift_closed" } });
    await sell(vendor, till);
    expect(await read(path, "/v1/vendor-shifts/{shift_id}")).toEqual(closed.body);
  });
});

describe("a settlement", () => {
  it("closes the ledger without gap or overlap, and pays commission into the float", async () => {
    const vendor = await vendorOf({
      limit: "500.00",
      commissions: [{ service: "electricity", per_mille: "10" }],
    });
    const settle = () =>
      h.ask("/v1/settlements", "/v1/settlements", keyed({ vendor_id: vendor.id }));
    expect(await settle()).toMatchObject({ status: 409, body: { code: "nothing_to_settle" } });
    const first = await sell(vendor, { amount: "10.00" });
    await move(vendor, { kind: "deposit", amount: "3.00" });
    expect(await settle()).toMatchObject({
      status: 201,
      body: {
        number: 1,
        opening_float: "0.000000",
        sales: 1,
        sales_amount: "10.000000",
        deposits: "3.000000",
        commission: "0.100000",
        closing_float: "-6.900000",
      },
    });
    await h.call(`/v1/vends/${first.id}:reverse`, post({ reason: "r" }));
    await sell(vendor, { amount: "1.00" });
    expect(await settle()).toMatchObject({
      body: {
        number: 2,
        opening_float: "-6.900000",
        sales_amount: "1.000000",
        reversals_amount: "10.000000",
        commission: "-0.090000",
        closing_float: "2.010000",
      },
    });
    const report = await read(
      `${vendor.path}/report?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z`,
      "/v1/vendors/{vendor_id}/report",
    );
    expect(report).toMatchObject({
      opening_float: "0.000000",
      closing_float: "2.010000",
      commission_earned: "0.010000",
      lines: [{ tender: "cash", service: "electricity", sales: 2, reversals: 1 }],
    });
    const { db } = h.registry;
    const [row] = await db.select().from(vendors).where(eq(vendors.id, vendor.id));
    const rows = await db
      .select()
      .from(vendorMovements)
      .where(eq(vendorMovements.vendor_id, vendor.id));
    expect(rows.reduce((sum, { amount_micros }) => sum + amount_micros, 0n)).toBe(
      row?.float_micros,
    );
  });

  it("is the same under the same Idempotency-Key", async () => {
    const vendor = await vendorOf({ limit: null });
    await sell(vendor);
    const asked = keyed({ vendor_id: vendor.id });
    const all = await Promise.all(
      [1, 2, 3].map(() => h.ask("/v1/settlements", "/v1/settlements", asked)),
    );
    expect(all.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    expect(new Set(all.map(({ body }) => body["settlement_id"])).size).toBe(1);
  });
});

describe("a vendor's key", () => {
  it("sees its own vendor, vends, shifts and settlements only", async () => {
    const [one, two] = [await vendorOf({ limit: null }), await vendorOf({ limit: null })];
    const { id } = await sell(one);
    await h.ask("/v1/settlements", "/v1/settlements", keyed({ vendor_id: one.id }));
    const as = (key: string) => async (path: string) => (await h.call(path, { key })).status;
    for (const path of [
      one.path,
      `${one.path}/movements`,
      `/v1/vends/${id}`,
      `/v1/vends/${id}/receipt`,
    ]) {
      expect([path, await as(one.key)(path)]).toEqual([path, 200]);
      expect([path, await as(two.key)(path)]).toEqual([path, 404]);
      expect([path, await as(h.keys.vendor)(path)]).toEqual([path, 404]);
      expect([path, await as(h.otherKeys.operator)(path)]).toEqual([path, 404]);
    }
    for (const list of ["/v1/vendors", "/v1/terminals", "/v1/vendor-shifts", "/v1/settlements"]) {
      const { items } = (await (await h.call(list, { key: two.key })).json()) as {
        items: { vendor_id: string }[];
      };
      expect(items.filter(({ vendor_id }) => vendor_id !== two.id)).toEqual([]);
    }
  });

  it("does not get another vendor's receipt by repeating its id and body", async () => {
    const [one, two] = [await vendorOf({ limit: null }), await vendorOf({ limit: null })];
    const { id } = await sell(one);
    expect(await sell(two, {}, id)).toMatchObject({
      status: 422,
      told: { code: "idempotency_key_reused" },
    });
  });
});
