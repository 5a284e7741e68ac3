/**
 * A vend that is taken back, against the real engine: every report that tells of money shows the vend and its reversal, and
 * what stays is what the engine credited less what it took back, to the micro.
 */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SERVICES } from "../../engine/contract/services.ts";
import { vends } from "../registry/schema/vending.ts";
import { creditsByEvents } from "../testing/engine-credits.ts";
import { type Live, startLive } from "../testing/live.ts";

const DAY_MS = 86_400_000;
/** Account, amount and tender of what one vendor sells; the `back` ones are taken back. */
const SOLD = [
  { at: 0, amount: "7.77", tender: "cash", back: true },
  { at: 0, amount: "2.000001", tender: "cash", back: false },
  { at: 1, amount: "6.00", tender: "card", back: true },
  { at: 1, amount: "1.23", tender: "card", back: false },
] as const;
const micros = (text: unknown): bigint => BigInt(String(text).replace(".", ""));
const whole = { sold: 17_000_001n, back: 13_770_000n, net: 3_230_001n };

let h: Live;
let vendorId: string;
let shiftPath: string;
let before: Awaited<ReturnType<typeof creditsByEvents>>;
const ids: string[] = [];
let sent = 0;

const send = async (documented: string, path: string, body: unknown, key = h.keys.operator) => {
  const headers = { "Idempotency-Key": `r-${++sent}` };
  const method = path.startsWith("/v1/vends/") && !path.includes(":") ? "PUT" : "POST";
  const answer = await h.ask(documented, path, { method, body, key, headers });
  expect([path, answer.status, answer.body["code"]]).toEqual([path, expect.any(Number), undefined]);
  return answer.body;
};
const sell = (id: string, body: Record<string, unknown>, key?: string) =>
  send("/v1/vends/{vend_id}", `/v1/vends/${id}`, { currency: "EUR", ...body }, key);
const takeBack = (id: string, key?: string) =>
  send("/v1/vends/{vend_id}:reverse", `/v1/vends/${id}:reverse`, { reason: "r" }, key);

beforeAll(async () => {
  h = await startLive(3, true);
  before = await creditsByEvents(h.nats, 3);
  const terms = { currency: "EUR", limit: null };
  const commissions = SERVICES.map((service) => ({ service, per_mille: "12.5" }));
  const made = await send("/v1/vendors", "/v1/vendors", { name: "Kiosk", ...terms, commissions });
  vendorId = String(made["vendor_id"]);
  const { key } = await send("/v1/vendors/{vendor_id}/keys", `/v1/vendors/${vendorId}/keys`, {
    name: "till",
  });
  await send("/v1/terminals", "/v1/terminals", { vendor_id: vendorId, terminal_id: "till-1" });
  const opening = { terminal_id: "till-1", cashier: "Eva", opening_cash: "50.00" };
  const shift = await send("/v1/vendor-shifts", "/v1/vendor-shifts", opening, String(key));
  shiftPath = `/v1/vendor-shifts/${String(shift["shift_id"])}`;
  // What the second account pays goes to a debt first: reversed, the debt is back and the whole amount is given back.
  const owed = `/v1/accounts/${h.accountIds[1]}/debts/accumulated_debt`;
  await h.call(owed, { method: "PUT", body: { owed: "4.00", reason: "arrears" } });
  for (const [n, { at, amount, tender, back }] of SOLD.entries()) {
    const id = `sold-${n}`;
    ids.push(id);
    const paid = { tender: { type: tender, reference: id }, terminal_id: "till-1" };
    await sell(id, { account_id: h.accountIds[at], amount, ...paid }, String(key));
    if (back) await takeBack(id, String(key));
  }
}, 120_000);
afterAll(() => h?.stop());

const span = (): string => {
  const todayMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const at = (days: number) => new Date(todayMs + days * DAY_MS).toISOString();
  return `from=${at(-3)}&to=${at(2)}`;
};
const report = async (name: string, query: string) => {
  const path = `/v1/reports/${name}`;
  const { status, body } = await h.ask(path, `${path}?${span()}&${query}`);
  expect([status, body["code"]]).toEqual([200, undefined]);
  return body.items;
};
const total = (rows: readonly Record<string, unknown>[], name: string): bigint =>
  rows.reduce((sum, row) => sum + micros(row[name]), 0n);

describe("a vend that is taken back", () => {
  it("is in the collection report with its reversal, as the engine credited and took back", async () => {
    const [row] = await report("collection", "every=whole");
    expect(row).toMatchObject({
      collected: "17.000001",
      reversed: "13.770000",
      net: "3.230001",
      cumulative_net: "3.230001",
      vends: 4,
    });
    const applied = await creditsByEvents(h.nats, before.size + SOLD.length);
    const reversed = await creditsByEvents(h.nats, 2, "reversed");
    const sumOf = (of: typeof before) =>
      [...of.values()].reduce((sum, { micros: each }) => sum + each, 0n);
    expect(sumOf(applied) - sumOf(before)).toBe(whole.sold);
    expect(sumOf(reversed)).toBe(whole.back);
  });

  it("is in the vendor's reconciliation by tender, and its commission is taken back", async () => {
    const rows = await report("vendor-reconciliation", `every=whole&vendor_id=${vendorId}`);
    const shown = rows.map((row) =>
      ["tender", "vends", "sold", "reversals", "reversed", "net", "commission"].map((n) => row[n]),
    );
    expect(shown).toEqual([
      ["card", 2, "7.230000", 1, "6.000000", "1.230000", "0.015375"],
      ["cash", 2, "9.770001", 1, "7.770000", "2.000001", "0.025000"],
    ]);
  });

  it("of yesterday lowers what is collected on the day that it is taken back", async () => {
    const { db } = h.registry;
    const yesterday = new Date(Date.now() - DAY_MS);
    const [{ received_at } = { received_at: yesterday }] = await db
      .select()
      .from(vends)
      .where(eq(vends.vend_id, "sold-0"));
    const move = (to: Date) =>
      db.update(vends).set({ received_at: to }).where(eq(vends.vend_id, "sold-0"));
    await move(yesterday);
    try {
      const days = await report("collection", "every=day&timezone=UTC");
      expect(days.map((row) => [row["collected"], row["reversed"], row["net"]])).toEqual([
        ["7.770000", "0.000000", "7.770000"],
        ["9.230001", "13.770000", "-4.539999"],
      ]);
      expect(days.at(-1)).toMatchObject({ cumulative_net: "3.230001" });
      const sellers = await report("vendor-reconciliation", "every=day");
      expect([total(sellers, "net"), total(sellers, "commission")]).toEqual([whole.net, 40_375n]);
    } finally {
      await move(received_at);
    }
  });

  it("by a key that is no vendor's is collected and taken back at its site alone", async () => {
    await sell("office", { account_id: h.accountIds[2], amount: "3.00" });
    await takeBack("office");
    const [site] = await report("collection", "every=whole");
    expect(site).toMatchObject({ collected: "20.000001", reversed: "16.770000", net: "3.230001" });
    const rows = await report("vendor-reconciliation", "every=whole");
    expect(rows.find(({ vendor_id }) => vendor_id === null)).toMatchObject({
      sold: "3.000000",
      reversed: "3.000000",
      net: "0.000000",
      commission: "0.000000",
    });
  });

  it("leaves the drawer with what it brought less what was given back", async () => {
    const closing = { counted_cash: "52.000001" };
    const path = "/v1/vendor-shifts/{shift_id}:close";
    expect(await send(path, `${shiftPath}:close`, closing)).toMatchObject({
      expected_cash: "52.000001",
      difference: "0.000000",
      tenders: [
        { tender: "card", sales: 2, sales_amount: "7.230000", reversals: 1 },
        { tender: "cash", sales: 2, sales_amount: "9.770001", reversals_amount: "7.770000" },
      ],
    });
  });

  it("is in the ledger, the vendor's report and the settlement with its commission", async () => {
    const of = `/v1/vendors/${vendorId}`;
    const { body: ledger } = await h.ask("/v1/vendors/{vendor_id}/movements", `${of}/movements`);
    expect(ledger.items.filter(({ kind }) => kind === "reversal")).toHaveLength(2);
    expect([total(ledger.items, "amount"), total(ledger.items, "commission")]).toEqual([
      -whole.net,
      40_375n,
    ]);
    const { body: told } = await h.ask("/v1/vendors/{vendor_id}/report", `${of}/report?${span()}`);
    expect(told).toMatchObject({ closing_float: "-3.230001", commission_earned: "0.040375" });
    expect(told["lines"]).toMatchObject([
      { tender: "card", sales: 2, reversals: 1 },
      { tender: "cash", sales: 2, reversals: 1 },
    ]);
    expect(await send("/v1/settlements", "/v1/settlements", { vendor_id: vendorId })).toMatchObject(
      {
        sales: 4,
        sales_amount: "17.000001",
        reversals: 2,
        reversals_amount: "13.770000",
        commission: "0.040375",
        closing_float: "-3.189626",
      },
    );
  });

  it("shows its receipt as taken back, and none of it was our fault", async () => {
    const statuses = await Promise.all(
      ids.map(async (id) => (await h.ask("/v1/vends/{vend_id}", `/v1/vends/${id}`)).body["status"]),
    );
    expect(statuses).toEqual(["reversed", "applied", "reversed", "applied"]);
    expect(h.faults).toEqual([]);
  });
});
