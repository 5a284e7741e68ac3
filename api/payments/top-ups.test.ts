/**
 * Automatic top-ups against the real engine and a sandbox provider that delays, fails, doubles and loses.
 */
import { eq } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { formatMicros } from "../../engine/contract/decimal.ts";
import { payments as paymentsTable } from "../registry/schema/payments.ts";
import { type Live, startLive } from "../testing/live.ts";
import { serve } from "../uws/serve.ts";
import type { Served } from "../uws/types.ts";
import { topUpAmount } from "./decide.ts";
import { httpProvider } from "./http-provider.ts";
import { type Sandbox, startSandbox } from "./sandbox/server.ts";
import { isSigned, signatureOf } from "./signature.ts";
import { topUpRound } from "./upkeep.ts";

const KEY = "sandbox";
const SECRET = Buffer.from("a secret of some length").toString("base64");
const RULES = "/v1/auto-top-ups";
/** Of the client of the provider; shorter than the sandbox's slow answers. */
const WAIT_MS = 700;

let h: Live;
let served: Served;
let sandbox: Sandbox;
beforeAll(async () => {
  h = await startLive(8);
  served = await serve({ app: h.app, host: "127.0.0.1", port: 0 });
  const noticeUrl = `http://127.0.0.1:${served.port}/payment-notices`;
  sandbox = await startSandbox({ port: 0, key: KEY, noticeUrl, secret: SECRET });
  h.context.payments = httpProvider({
    url: sandbox.url,
    key: KEY,
    secret: SECRET,
    waitMs: WAIT_MS,
  });
}, 60_000);
afterAll(async () => {
  await sandbox?.close();
  await served?.close();
  await h?.stop();
});
afterEach(() => expect(h.faults).toEqual([]));

type Body = Record<string, unknown>;
/** A rule for an account that has 10.00: what it pays is target − 10. */
const rule = (at: number, terms: Body) =>
  h.ask(RULES, RULES, {
    method: "POST",
    body: {
      account_id: h.accountIds[at],
      threshold: "10.00",
      monthly_cap: "100.00",
      method: "pm",
      ...terms,
    },
  });
const look = async (id: unknown): Promise<Body & { last_payment: Body | null }> => {
  const { body } = await h.ask(`${RULES}/{auto_top_up_id}`, `${RULES}/${String(id)}`);
  return body as unknown as Body & { last_payment: Body | null };
};
const round = () => topUpRound(h.context, (error) => h.faults.push(error));
const balance = async (at: number) => (await h.state(h.accountIds[at] ?? "")).balance_micros;

/** Rounds until the payment has ended. */
async function ended(id: unknown): Promise<Body> {
  for (let i = 0; i < 60; i++) {
    await round();
    const { last_payment: last } = await look(id);
    if (last !== null && last["ended_at"] !== null) return last;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("the payment has not ended");
}

describe("an automatic top-up", () => {
  it.each([
    ["at once", 5_000_000n],
    ["late", 5_020_000n],
    ["after lost answers", 5_040_000n],
    ["after refusals", 5_050_000n],
    ["with a slow answer", 5_060_000n],
    ["with notices that come three times", 5_070_000n],
  ])("is charged and credited once when it succeeds %s", async (_, amount) => {
    const before = BigInt(await balance(0));
    const { body } = await rule(0, {
      threshold: formatMicros(before),
      target: formatMicros(before + amount),
    });
    const id = String(body["auto_top_up_id"]);
    const last = await ended(id);
    const paymentId = String(last["payment_id"]);
    expect(last).toMatchObject({ state: "credited", vend_id: `payment-${paymentId}` });
    await round();
    expect(await balance(0)).toBe((before + amount).toString());
    const charged = sandbox.payments.get(paymentId);
    expect([charged?.charges, charged?.reference]).toEqual([1, last["provider_reference"]]);
    const end = { method: "POST", body: { reason: "done" } };
    expect((await h.call(`${RULES}/${id}:end`, end)).status).toBe(200);
  });

  it.each([
    [1, "at once", "15.01"],
    [2, "late", "15.03"],
  ])(
    "of account %i stops its rule when it fails %s, until somebody resumes it",
    async (at, _, target) => {
      const { body } = await rule(at, { target });
      const id = body["auto_top_up_id"];
      expect(await ended(id)).toMatchObject({ state: "failed", vend_id: null });
      await round();
      expect(await look(id)).toMatchObject({ state: "stopped", fault: "the card was declined" });
      expect(await balance(at)).toBe("10000000");
      const resume = await h.ask(
        `${RULES}/{auto_top_up_id}:resume`,
        `${RULES}/${String(id)}:resume`,
        {
          method: "POST",
          body: { reason: "another card" },
        },
      );
      expect(resume.body).toMatchObject({ state: "active", fault: null });
      await round();
      const { items } = (
        await h.ask(`${RULES}/{auto_top_up_id}/payments`, `${RULES}/${String(id)}/payments`)
      ).body;
      expect(items).toHaveLength(2);
    },
  );

  it("has one payment in flight, however many look at once", async () => {
    const { body } = await rule(3, { target: "15.08" });
    await Promise.all([round(), round(), round(), round()]);
    await round();
    const rows = await h.registry.db
      .select()
      .from(paymentsTable)
      .where(eq(paymentsTable.rule_id, String(body["auto_top_up_id"])));
    expect(rows).toMatchObject([{ state: "requested" }]);
  });

  it("stays within the cap of its month", async () => {
    const { body } = await rule(4, { threshold: "90.00", target: "95.00", monthly_cap: "20.55" });
    const id = body["auto_top_up_id"];
    expect(await ended(id)).toMatchObject({ amount: "20.550000", state: "credited" });
    await round();
    expect(await look(id)).toMatchObject({
      state: "active",
      last_payment: { amount: "20.550000" },
    });
    expect(await balance(4)).toBe("30550000");
  });

  it("that is paid and not credited is told as to be refunded", async () => {
    const { body } = await rule(5, { target: "15.02" });
    await round();
    await h.call(`/v1/accounts/${h.accountIds[5]}:set-payment-mode`, {
      method: "POST",
      body: { payment_mode: "credit", reason: "moved to invoices" },
    });
    const last = await ended(body["auto_top_up_id"]);
    expect(last).toMatchObject({ state: "refund_due", vend_id: null });
    expect(await look(body["auto_top_up_id"])).toMatchObject({ state: "stopped" });
  });

  it("waits where the provider is away, and goes on without a second charge", async () => {
    const right = h.context.payments;
    h.context.payments = httpProvider({ url: "http://127.0.0.1:9", key: KEY, secret: SECRET });
    const { body } = await rule(6, { target: "15.00" });
    await round();
    expect((await look(body["auto_top_up_id"])).last_payment).toMatchObject({ state: "requested" });
    h.context.payments = right;
    expect(await ended(body["auto_top_up_id"])).toMatchObject({ state: "credited" });
    expect(await balance(6)).toBe("15000000");
  });

  it("is one an account, needs a target over its threshold, and is its operator's alone", async () => {
    expect(await rule(6, { target: "15.00" })).toMatchObject({
      status: 409,
      body: { code: "already_exists" },
    });
    expect(await rule(7, { target: "10.00" })).toMatchObject({ status: 422 });
    const { items } = (await h.ask(RULES, RULES)).body;
    const id = String(items[0]?.["auto_top_up_id"]);
    expect((await h.call(`${RULES}/${id}`, { key: h.otherKeys.operator })).status).toBe(404);
    h.context.payments = undefined;
    expect(await rule(7, { target: "15.00" })).toMatchObject({
      body: { code: "no_payment_provider" },
    });
  });
});

describe("a notice", () => {
  it("that is not signed, or too old, is refused", async () => {
    const notice = { id: "n", atS: 1_000, body: "{}" };
    const right = signatureOf(notice, SECRET);
    for (const [at, signatures, secret, isRight] of [
      [1_000, right, SECRET, true],
      [1_299, `v1,x ${right}`, `whsec_${SECRET}`, true],
      [1_301, right, SECRET, false],
      [1_000, `${right}x`, SECRET, false],
      [1_000, "", SECRET, false],
      [1_000, right, "", false],
    ] as const) {
      expect([signatures, isSigned(notice, signatures, secret, at)]).toEqual([signatures, isRight]);
    }
    const forged = await h.call("/payment-notices", {
      method: "POST",
      key: undefined,
      body: { payment_id: "00000000-0000-4000-8000-000000000000" },
    });
    expect(forged.status).toBe(401);
  });
});

describe("the amount", () => {
  it("lifts to the target in whole cents, within the cap, or is none", () => {
    const money = fc.bigInt(-(10n ** 9n), 10n ** 10n);
    fc.assert(
      fc.property(
        money,
        money,
        fc.bigInt(1n, 10n ** 9n),
        fc.bigInt(1n, 10n ** 10n),
        fc.bigInt(0n, 10n ** 10n),
        (balanceMicros, thresholdMicros, over, monthlyCapMicros, paidMicros) => {
          const targetMicros = thresholdMicros + over;
          const amount = topUpAmount({
            balanceMicros,
            thresholdMicros,
            targetMicros,
            monthlyCapMicros,
            paidMicros,
          });
          if (amount === undefined) return;
          expect(balanceMicros <= thresholdMicros).toBe(true);
          expect(amount % 10_000n).toBe(0n);
          expect(amount + paidMicros <= monthlyCapMicros).toBe(true);
          expect(balanceMicros + amount < targetMicros + 10_000n).toBe(true);
        },
      ),
    );
  });
});
