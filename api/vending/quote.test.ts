/**
 * Quotes and copies of receipts, against the real engine.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Live, startLive } from "../testing/live.ts";

let h: Live;
beforeAll(async () => {
  h = await startLive(3);
}, 60_000);
afterAll(() => h?.stop());

type Body = Record<string, unknown>;
const vendOf = (at: number, amount: string): Body => ({
  account_id: h.accountIds[at],
  amount,
  currency: "EUR",
});
const quote = (body: Body) =>
  h.ask("/v1/vends:quote", "/v1/vends:quote", { method: "POST", body, key: h.keys.vendor });
const sell = (id: string, body: Body, key = h.keys.vendor) =>
  h.ask("/v1/vends/{vend_id}", `/v1/vends/${id}`, { method: "PUT", body, key });
const same = ({ parts, balance, amount, holds, balance_in, meter_serial }: Body) => ({
  ...{ parts, balance, amount, holds, balance_in, meter_serial },
});

describe("a quote", () => {
  it("is what the vend behind it then comes to, also with debts, and sells nothing", async () => {
    const id = h.accountIds[0] ?? "";
    const put = (path: string, body: Body) => h.call(path, { method: "PUT", body });
    const debt = { owed: "50.00", share: "0.10", weekly_cap: "5.00", reason: "arrears" };
    expect((await put(`/v1/accounts/${id}/debts/payment_debt`, debt)).status).toBe(201);
    const owed = { owed: "1.200001", reason: "arrears" };
    expect((await put(`/v1/accounts/${id}/debts/accumulated_debt`, owed)).status).toBe(201);
    for (const [at, amount] of ["20.00", "0.123457", "31.00", "7.77", "0.10"].entries()) {
      const before = (await h.state(id)).balance_micros;
      const told = await quote(vendOf(0, amount));
      expect([told.status, (await h.state(id)).balance_micros]).toEqual([200, before]);
      const sold = await sell(`q-${at}`, vendOf(0, amount));
      expect(sold.status).toBe(201);
      expect(same(told.body)).toEqual(same(sold.body));
    }
    expect((await quote(vendOf(0, "20.00"))).body).toMatchObject({
      parts: { payment_debt: "0.000000", accumulated_debt: "0.000000" },
      commission: null,
    });
  });

  it("is refused as the vend would be", async () => {
    for (const [body, code] of [
      [vendOf(1, "5000.00"), "balance_limit_exceeded"],
      [vendOf(1, "0.01"), "vend_below_minimum"],
      [{ ...vendOf(1, "5.00"), currency: "USD" }, "currency_mismatch"],
      [{ meter_serial: "none", amount: "5.00", currency: "EUR" }, "meter_unknown"],
    ] as const) {
      expect([code, (await quote(body)).body["code"]]).toEqual([code, code]);
      expect([code, (await sell(`r-${code}`, body)).body["code"]]).toEqual([code, code]);
    }
  });
});

describe("a receipt", () => {
  it("is given as numbered copies in three forms, marked when the vend was taken back", async () => {
    const body = { ...vendOf(1, "5.00"), tender: { type: "card", reference: "<b>&1</b>" } };
    const { body: original } = await sell("copy-1", body);
    const path = "/v1/vends/copy-1/receipt";
    const json = await h.ask("/v1/vends/{vend_id}/receipt", path, { key: h.keys.vendor });
    expect(json.body).toEqual({ ...original, copy: 1, operator: "One", vendor: null });
    const get = (accept: string) =>
      h.call(path, { key: h.keys.vendor, headers: { Accept: accept } });
    const page = await get("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
    expect(page.headers.get("Content-Type")).toContain("text/html");
    const html = await page.text();
    for (const text of ["COPY 2", "5.00 EUR", "&lt;b&gt;&amp;1&lt;/b&gt;", "To payment debt"]) {
      expect(html).toContain(text);
    }
    expect(html).not.toContain("<b>");
    const print = await get("application/pdf");
    expect(print.headers.get("Content-Type")).toBe("application/pdf");
    const bytes = Buffer.from(await print.arrayBuffer());
    expect(bytes.subarray(0, 5).toString()).toBe("%PDF-");
    expect(bytes.toString("latin1")).toContain("/Count 1");
    expect(bytes.subarray(-6).toString()).toBe("%%EOF\n");
    await h.call("/v1/vends/copy-1:reverse", { method: "POST", body: { reason: "r" } });
    const after = await h.ask("/v1/vends/{vend_id}/receipt", path, { key: h.keys.vendor });
    expect(after.body).toMatchObject({ copy: 4, status: "reversed" });
    const audit = await h.call("/v1/audit?action=receipt.copied&object=vend/copy-1");
    expect(((await audit.json()) as { items: unknown[] }).items).toHaveLength(4);
  });

  it("is not there for a vend that was refused or never received", async () => {
    await sell("none-1", vendOf(1, "5000.00"));
    for (const [id, code] of [
      ["none-1", "no_receipt"],
      ["none-2", "vend_unknown"],
    ]) {
      const answer = await h.ask("/v1/vends/{vend_id}/receipt", `/v1/vends/${id}/receipt`);
      expect([id, answer.body["code"]]).toEqual([id, code]);
    }
  });
});

describe("a tender", () => {
  it("that is a voucher pays once, unless the engine refused what it was for", async () => {
    const paid = (reference: string) => ({ tender: { type: "voucher", reference } });
    expect(await sell("v-0", { ...vendOf(2, "5.00"), tender: { type: "voucher" } })).toMatchObject({
      status: 422,
      body: { code: "invalid_request" },
    });
    await sell("v-1", { ...vendOf(2, "5000.00"), ...paid("A") });
    expect((await sell("v-2", { ...vendOf(2, "5.00"), ...paid("A") })).status).toBe(201);
    expect((await sell("v-2", { ...vendOf(2, "5.00"), ...paid("A") })).status).toBe(200);
    expect(await sell("v-3", { ...vendOf(2, "5.00"), ...paid("A") })).toMatchObject({
      status: 422,
      body: { code: "voucher_used" },
    });
    const both = await Promise.all(
      ["v-4", "v-5", "v-6"].map((id) => sell(id, { ...vendOf(1, "1.00"), ...paid("B") })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([201, 422, 422]);
  });

  it("that is a free issue is the operator's, up to its limit", async () => {
    const free = (amount: string) => ({ ...vendOf(2, amount), tender: { type: "free_issue" } });
    expect((await sell("f-1", free("5.00"))).status).toBe(403);
    expect((await sell("f-1", free("5.00"), h.keys.operator)).status).toBe(201);
    expect(await sell("f-2", free("100.01"), h.keys.operator)).toMatchObject({
      status: 422,
      body: { code: "free_issue_over_limit" },
    });
  });
});
