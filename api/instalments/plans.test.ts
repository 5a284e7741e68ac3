/**
 * Instalment plans over HTTP: the engine collects, the plan tells what is owed.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Live, startLive } from "../testing/live.ts";
import { instalmentOf } from "./plans.ts";

let h: Live;
beforeAll(async () => {
  h = await startLive(3);
}, 60_000);
afterAll(() => h?.stop());

const PLANS = "/v1/instalment-plans";
let count = 0;
const plan = (at: number, terms: Record<string, unknown>, key = `p-${++count}`) =>
  h.ask(PLANS, PLANS, {
    method: "POST",
    body: { account_id: h.accountIds[at], reason: "arrears", ...terms },
    headers: { "Idempotency-Key": key },
  });
const plansOf = async (at: number) =>
  (await h.ask(PLANS, `${PLANS}?account_id=${h.accountIds[at]}`)).body.items;
const read = async (id: unknown) =>
  (await h.ask(`${PLANS}/{plan_id}`, `${PLANS}/${String(id)}`)).body;

describe("an instalment plan", () => {
  it("of each payment takes its share, and tells what is owed", async () => {
    const asked = { debt: "payment_debt", total: "30.00", share: "0.25" };
    const placed = await plan(0, asked, "one");
    expect([placed.status, placed.body["state"]]).toEqual([201, "applied"]);
    expect((await plan(0, asked, "one")).status).toBe(200);
    const [row] = await plansOf(0);
    expect(await read(row?.["plan_id"])).toMatchObject({
      state: "active",
      total: "30.000000",
      share: "0.25",
      owed: "30.000000",
      order_id: placed.body["order_id"],
    });
    await h.call("/v1/vends/i-1", {
      method: "PUT",
      body: { account_id: h.accountIds[0], amount: "8.00", currency: "EUR" },
    });
    expect(await read(row?.["plan_id"])).toMatchObject({ owed: "28.000000" });
  });

  it("gives way to another one of the same debt, and the rest of that is forgiven once", async () => {
    await plan(1, { debt: "time_debt_1", total: "100.00", instalments: 3, every: "week" });
    await plan(1, { debt: "time_debt_1", total: "50.00", instalments: 10, every: "day" });
    const rows = await plansOf(1);
    expect(rows).toMatchObject([
      { state: "replaced", instalment: "33.333334", every: "week" },
      { state: "active", instalment: "5.000000", instalments: 10 },
    ]);
    const id = String(rows[1]?.["plan_id"]);
    const off = () =>
      h.ask(`${PLANS}/{plan_id}:write-off`, `${PLANS}/${id}:write-off`, {
        method: "POST",
        body: { reason: "hardship" },
      });
    expect((await off()).status).toBe(201);
    expect((await off()).status).toBe(200);
    expect(await read(id)).toMatchObject({ state: "written_off", owed: null });
    expect((await h.state(h.accountIds[1] ?? "")).debts.time_debt_1).toBe("0");
    const gone = String(rows[0]?.["plan_id"]);
    const again = await h.call(`${PLANS}/${gone}:write-off`, {
      method: "POST",
      body: { reason: "r" },
    });
    expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([
      409,
      "plan_ended",
    ]);
  });

  it("is replaced, too, by a debt that is set by hand", async () => {
    await plan(2, { debt: "payment_debt", total: "9.00", share: "1" });
    const path = `/v1/accounts/${h.accountIds[2]}/debts/payment_debt`;
    await h.call(path, { method: "PUT", body: { owed: "1.00", share: "0.5", reason: "r" } });
    expect(await plansOf(2)).toMatchObject([{ state: "replaced" }]);
  });

  it("is refused where it cannot be, and is its operator's alone", async () => {
    for (const terms of [
      { debt: "payment_debt", total: "0.00", share: "0.1" },
      { debt: "payment_debt", total: "5.00", share: "0" },
      { debt: "payment_debt", total: "5.00", share: "0.1", every: "day" },
      { debt: "time_debt_1", total: "5.00", instalments: 0, every: "day" },
      { debt: "accumulated_debt", total: "5.00", share: "0.1" },
    ]) {
      expect([terms, (await plan(0, terms)).status]).toEqual([terms, 422]);
    }
    const [row] = await plansOf(0);
    const other = await h.call(`${PLANS}/${String(row?.["plan_id"])}`, {
      key: h.otherKeys.operator,
    });
    expect(other.status).toBe(404);
  });

  it("has instalments that pay the total in so many, and no fewer than the last", () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 15n), fc.integer({ min: 1, max: 3_660 }), (total, many) => {
        const each = instalmentOf(total, many);
        expect(each * BigInt(many) >= total && (each - 1n) * BigInt(many) < total).toBe(true);
      }),
    );
  });
});
