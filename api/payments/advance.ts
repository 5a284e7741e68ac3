/**
 * Brings payments that are open to their end: asks the provider, credits what was paid, stops the rule of what went wrong. Every
 * step can be done again, by this process or another: the provider knows the payment by its id, and so does vending.
 */
import { and, asc, eq, inArray } from "drizzle-orm";
import { eachAtMost } from "../each.ts";
import { Problem } from "../problems.ts";
import { recordAudit } from "../registry/audit.ts";
import type { Queryable } from "../registry/database.ts";
import { asOperator, crossing } from "../registry/isolation/scope.ts";
import { autoTopUps, payments } from "../registry/schema/payments.ts";
import { REASON_MAX } from "../registry/schema/supply.ts";
import type { Vending } from "../vending/vend.ts";
import { ACTOR, type BeginParts } from "./begin.ts";
import { type PaymentProvider, ProviderUnavailable } from "./provider.ts";
import type { Payment, Rule } from "./rules.ts";

/** Most payments that one round takes up. */
const PAYMENTS_AT_ONCE = 1_000;
const SIDE_BY_SIDE = 8;

/** What it works on. */
export type AdvanceParts = BeginParts & { vending: Vending; payments: PaymentProvider };

/** One round over all open payments. One that fails for want of provider or engine waits for the next round. */
export async function advancePayments(
  parts: AdvanceParts,
  onFault: (error: unknown) => void,
): Promise<void> {
  const open = await crossing("what is due", () =>
    parts.db
      .select({ id: payments.id })
      .from(payments)
      .where(inArray(payments.state, ["requested", "paid"]))
      .orderBy(asc(payments.ordinal))
      .limit(PAYMENTS_AT_ONCE)
      .execute(),
  );
  await eachAtMost(SIDE_BY_SIDE, open, async ({ id }) => {
    await advance(parts, id).catch(onFault);
  });
}

/** Brings one payment as far as it goes now. Throws where the engine is away; a provider that is away is waited for. */
export async function advance(parts: AdvanceParts, id: string): Promise<void> {
  const found = await crossing("what is due", () => find(parts.db, id));
  if (found === undefined) return;
  await asOperator(found.payment.operator_id, () => advanceOwn(parts, found));
}

async function advanceOwn(parts: AdvanceParts, first: Found): Promise<void> {
  let found: Found | undefined = first;
  if (found.payment.state === "requested") {
    await askProvider(parts, found);
    found = await find(parts.db, first.payment.id);
  }
  if (found?.payment.state === "paid") await credit(parts, found);
}

type Found = { payment: Payment; rule: Rule };

async function find(db: Queryable, id: string): Promise<Found | undefined> {
  const [found] = await db
    .select({ payment: payments, rule: autoTopUps })
    .from(payments)
    .innerJoin(autoTopUps, eq(autoTopUps.id, payments.rule_id))
    .where(eq(payments.id, id));
  return found;
}

async function askProvider(parts: AdvanceParts, { payment, rule }: Found): Promise<void> {
  const { id, amount_micros: amountMicros, currency } = payment;
  const request = { id, amountMicros, currency, method: rule.method };
  try {
    const result = await parts.payments.createPayment(request);
    if (result.state === "failed") await fail(parts, payment, "failed", result.reason);
    if (result.state === "succeeded") {
      const to = { state: "paid" as const, provider_reference: result.reference };
      await move(parts, payment, to);
    }
  } catch (error) {
    if (!(error instanceof ProviderUnavailable)) throw error;
  }
}

async function credit(parts: AdvanceParts, { payment, rule }: Found): Promise<void> {
  const vendId = `payment-${payment.id}`;
  const answer = await parts.vending
    .put({
      vendId,
      body: {
        account_id: payment.account_id,
        amount: payment.amount_micros,
        currency: payment.currency,
        tender: { type: "auto_top_up", reference: payment.provider_reference ?? payment.id },
      },
      operatorId: payment.operator_id,
      keyId: rule.key_id,
      vendorId: null,
      mayIssueFree: false,
      traceId: payment.id.replaceAll("-", ""),
      receivedAt: new Date(parts.clock.nowS() * 1_000),
    })
    .catch((error: unknown) => {
      // What may succeed later is tried again in the next round.
      if (!(error instanceof Problem) || error.status >= 500 || error.status === 409) throw error;
      return { status: error.status, reason: error.message };
    });
  if (answer.status < 300) {
    await move(parts, payment, { state: "credited", vend_id: vendId });
    return;
  }
  const reason = "reason" in answer ? answer.reason : answer.bytes.toString("utf8");
  await fail(parts, payment, "refund_due", `paid, but not credited: ${reason}`);
}

/** Ends a payment, and stops its rule until somebody has looked at it. */
async function fail(
  parts: AdvanceParts,
  payment: Payment,
  state: "failed" | "refund_due",
  reason: string,
): Promise<void> {
  await move(parts, payment, { state, fault: reason.slice(0, REASON_MAX) });
}

type Step = Partial<Payment> & { state: Payment["state"] };

/** Whoever moves it first does; the rule of what went wrong is stopped with it. */
async function move(parts: AdvanceParts, payment: Payment, step: Step): Promise<void> {
  const at = new Date(parts.clock.nowS() * 1_000);
  await parts.db.transaction(async (tx) => {
    const moved = await tx
      .update(payments)
      .set({ ...step, ended_at: step.state === "paid" ? null : at })
      .where(and(eq(payments.id, payment.id), eq(payments.state, payment.state)))
      .returning({ id: payments.id });
    if (moved.length === 0) return;
    if (step.fault !== undefined) {
      await tx
        .update(autoTopUps)
        .set({ state: "stopped", fault: step.fault })
        .where(and(eq(autoTopUps.id, payment.rule_id), eq(autoTopUps.state, "active")));
    }
    await recordAudit(tx, {
      operator_id: payment.operator_id,
      actor: ACTOR,
      channel: "auto",
      action: `payment.${step.state}`,
      object: `account/${payment.account_id}`,
      reason: step.fault ?? null,
      data: { payment_id: payment.id },
      at,
    });
  });
}
