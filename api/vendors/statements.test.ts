/**
 * Statements against our records: each line meets one record at most, and what is left is told on both sides.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Live, startLive } from "../testing/live.ts";
import { matchLines, type PaymentRecord } from "./match-lines.ts";

let h: Live;
beforeAll(async () => {
  h = await startLive(2);
}, 60_000);
afterAll(() => h?.stop());

const STATEMENTS = "/v1/payment-statements";
const at = "2026-11-21T10:00:00Z";
type Line = { amount: string; reference: string };
const importing = (reference: string, lines: Line[]) =>
  h.ask(STATEMENTS, STATEMENTS, {
    method: "POST",
    body: {
      source: "Bank",
      reference,
      currency: "EUR",
      lines: lines.map((line) => ({ ...line, at })),
    },
  });

async function sell(id: string, amount: string, tender: { type: string; reference?: string }) {
  const body = { account_id: h.accountIds[0], amount, currency: "EUR", tender };
  expect((await h.call(`/v1/vends/${id}`, { method: "PUT", body })).status).toBe(201);
}

describe("a statement", () => {
  it("is matched by reference and amount, once, and both sides' rest is told", async () => {
    await sell("v-1", "5.00", { type: "card", reference: "C-1" });
    await sell("v-2", "7.00", { type: "transfer", reference: "T-2" });
    await sell("v-3", "8.00", { type: "mobile_money", reference: "M-3" });
    await sell("v-4", "9.00", { type: "cash", reference: "till slip" });
    const made = await h.call("/v1/vendors", {
      method: "POST",
      body: { name: "K", currency: "EUR" },
    });
    const { vendor_id } = (await made.json()) as { vendor_id: string };
    await h.call(`/v1/vendors/${vendor_id}/movements`, {
      method: "POST",
      headers: { "Idempotency-Key": "d" },
      body: { kind: "deposit", amount: "100.00", reference: "D-1", reason: "paid in" },
    });
    const lines = [
      { amount: "5.00", reference: "C-1" },
      { amount: "5.00", reference: "C-1" },
      { amount: "7.01", reference: "T-2" },
      { amount: "100.00", reference: "D-1" },
      { amount: "3.00", reference: "nobody's" },
    ];
    const first = await importing("one", lines);
    expect(first).toMatchObject({
      status: 201,
      body: { matched: 2, amount_differs: 2, unmatched: 1 },
    });
    const again = await importing("one", lines);
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await importing("one", lines.slice(1))).toMatchObject({ status: 409 });
    expect(await importing("two", lines.slice(0, 1))).toMatchObject({
      body: { unmatched: 1, matched: 0 },
    });

    const path = `${STATEMENTS}/${String(first.body["statement_id"])}/lines`;
    const { items } = (await h.ask(`${STATEMENTS}/{statement_id}/lines`, path)).body;
    expect(items.map(({ state, vend_id }) => [state, vend_id])).toEqual([
      ["matched", "v-1"],
      ["amount_differs", "v-1"],
      ["amount_differs", "v-2"],
      ["matched", null],
      ["unmatched", null],
    ]);
    const report = "/v1/reports/payment-reconciliation";
    const span = "?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&currency=EUR";
    const { body } = await h.ask(report, `${report}${span}`);
    expect((body["records"] as { id: string }[]).map(({ id }) => id)).toEqual(["v-2", "v-3"]);
    expect((body["lines"] as Line[]).map(({ reference }) => reference).sort()).toEqual(
      ["C-1", "C-1", "T-2", "nobody's"].sort(),
    );
    const other = await h.call(`${report}${span}`, { key: h.otherKeys.operator });
    expect(await other.json()).toMatchObject({ lines: [], records: [] });
    expect((await h.call(path, { key: h.otherKeys.operator })).status).toBe(404);
    expect((await h.call(path, { key: h.keys.vendor })).status).toBe(403);
  });
});

describe("matching", () => {
  it("gives each record to one line at most, and leaves no pair that would fit", () => {
    const amountMicros = fc.bigInt(1n, 3n);
    const reference = fc.constantFrom("a", "b");
    const records = fc
      .array(fc.record({ reference, amountMicros }), { maxLength: 12 })
      .map((all) =>
        all.map((each, i): PaymentRecord => ({ ...each, kind: "vend", id: String(i) })),
      );
    fc.assert(
      fc.property(
        fc.array(fc.record({ reference, amountMicros }), { maxLength: 12 }),
        records,
        (lines, ours) => {
          const matches = matchLines(lines, ours);
          const used = matches.flatMap(({ state, record }) =>
            state === "matched" ? [record?.id] : [],
          );
          expect(new Set(used).size).toBe(used.length);
          const left = ours.filter(({ id }) => !used.includes(id));
          for (const [i, line] of lines.entries()) {
            const { state, record } = matches[i] ?? { state: "unmatched" };
            if (state === "matched") {
              expect([record?.reference, record?.amountMicros]).toEqual([
                line.reference,
                line.amountMicros,
              ]);
            } else {
              const fits = left.some(
                (each) =>
                  each.reference === line.reference && each.amountMicros === line.amountMicros,
              );
              expect(fits).toBe(false);
            }
          }
        },
      ),
    );
  });
});
