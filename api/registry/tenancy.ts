/**
 * Changes of tenancy (R92): the engine settles the account, and in the transaction that records its answer the old agreement
 * ends, the final settlement is written, and the new agreement begins.
 */
import { eq, sql } from "drizzle-orm";
import { formatMicros } from "../../engine/contract/decimal.ts";
import { DEBTS } from "../../engine/contract/fields.ts";
import { heldIn, heldText, partTexts } from "../holding.ts";
import type { OrderRow } from "../orders/place.ts";
import type { Applied, FollowUp } from "../orders/settle.ts";
import { markDue } from "./apply-terms.ts";
import { one, type Queryable } from "./database.ts";
import type { Agreement } from "./parties.ts";
import { accounts } from "./schema/accounts.ts";
import { settlementCounters, tenancySettlements } from "./schema/moves.ts";
import { agreements, customers } from "./schema/parties.ts";

/** The final settlement of an agreement as the registry has it. */
export type Settlement = typeof tenancySettlements.$inferSelect;

/** What an order of a change of tenancy keeps for its end. */
export type TenancyNote = {
  agreement_id: string;
  next: { customer_id: string; role: Agreement["role"] } | null;
  closing: { register: string; unit: string; at: string } | null;
  meter_serial: string | null;
};

/** After the engine has settled the account. */
export const settleTenancy: FollowUp = async (tx, row, reply) => {
  const note = row.note as unknown as TenancyNote & OrderRow["note"];
  const at = new Date(reply.at_s * 1_000);
  const ended = one(
    await tx
      .update(agreements)
      // Made a moment ago by a clock that is ahead, it still does not end before it began.
      .set({ to_at: sql`greatest(${at}, ${agreements.from_at})` })
      .where(eq(agreements.id, note.agreement_id))
      .returning(),
  );
  const next =
    note.next === null
      ? undefined
      : one(
          await tx
            .insert(agreements)
            .values({
              operator_id: row.operator_id,
              usage_point_id: ended.usage_point_id,
              customer_id: note.next.customer_id,
              role: note.next.role,
              from_at: at,
            })
            .returning(),
        );
  const { number } = one(
    await tx
      .insert(settlementCounters)
      .values({ operator_id: row.operator_id, last_number: 1 })
      .onConflictDoUpdate({
        target: settlementCounters.operator_id,
        set: { last_number: sql`${settlementCounters.last_number} + 1` },
      })
      .returning({ number: settlementCounters.last_number }),
  );
  const customer = one(
    await tx.select().from(customers).where(eq(customers.id, ended.customer_id)),
  );
  await tx.insert(tenancySettlements).values({
    operator_id: row.operator_id,
    number,
    account_id: row.account_id,
    agreement_id: ended.id,
    next_agreement_id: next?.id ?? null,
    order_id: row.id,
    document: documentOf(row, reply, { number, ended, customer, note }),
    settled_at: at,
  });
  await markDue(tx, eq(accounts.id, row.account_id), at);
};

type Parties = {
  number: number;
  ended: Agreement;
  customer: typeof customers.$inferSelect;
  note: TenancyNote;
};

/** The document: what each pot and debt came to, and what is owed in the end, either way. */
function documentOf(
  row: OrderRow,
  reply: Applied,
  { number, ended, customer, note }: Parties,
): Record<string, unknown> {
  const { holding } = row.note;
  const told: Partial<Record<string, string>> = reply.parts ?? {};
  const part = (name: string): bigint => BigInt(told[name] ?? "0");
  const [balance, emergency, restricted] = [part("balance"), part("emergency"), part("restricted")];
  const debts = DEBTS.map((debt) => [debt, told[debt] ?? "0"] as const);
  const owed = debts.reduce((sum, [, each]) => sum + BigInt(each), 0n);
  const held = balance - emergency;
  const isMoney = holding.holds === "money";
  return {
    settlement_number: number,
    account_id: row.account_id,
    agreement_id: ended.id,
    customer: { customer_id: customer.id, name: customer.name, reference: customer.reference },
    role: ended.role,
    from: ended.from_at.toISOString(),
    to: (ended.to_at ?? ended.from_at).toISOString(),
    service: holding.service,
    meter_serial: note.meter_serial,
    closing: note.closing,
    currency: holding.currency,
    holds: holding.holds,
    balance_in: heldIn(holding),
    balance: heldText(balance, holding),
    emergency_credit_owed: heldText(emergency, holding),
    debts: partTexts(Object.fromEntries(debts), holding),
    restricted_credit_lost: heldText(restricted, holding),
    // Positive: to be paid out to the customer; negative: still owed by them. Of quantity that is left only the debts are money.
    final_amount: formatMicros(isMoney ? held - owed : -owed),
    final_quantity: isMoney ? null : heldText(held, holding),
    reason: row.reason,
    settled_at: new Date(reply.at_s * 1_000).toISOString(),
  };
}

/** The settlement of an agreement, or undefined. */
export async function settlementOf(
  db: Queryable,
  agreementId: string,
): Promise<Settlement | undefined> {
  const [row] = await db
    .select()
    .from(tenancySettlements)
    .where(eq(tenancySettlements.agreement_id, agreementId));
  return row;
}
