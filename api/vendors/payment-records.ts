/**
 * Our records that a statement has to show: what was paid by anything but cash, deposits and payouts with a reference, and
 * payments of providers.
 */
import {
  type AnyColumn,
  and,
  asc,
  eq,
  inArray,
  isNotNull,
  notInArray,
  type SQL,
  sql,
} from "drizzle-orm";
import type { Queryable } from "../registry/database.ts";
import { payments } from "../registry/schema/payments.ts";
import { vends } from "../registry/schema/vending.ts";
import { statementLines, vendorMovements } from "../registry/schema/vendor-ledger.ts";
import { vendors } from "../registry/schema/vendors.ts";
import type { PaymentRecord } from "./match-lines.ts";

/** A record with its time. */
export type DatedRecord = PaymentRecord & { at: Date };
/** Which records: of an operator and currency, by their references or by a span of time [from, to). */
export type RecordFilter = { operatorId: string; currency: string } & (
  | { references: readonly string[] }
  | { from: Date; to: Date; limit: number }
);

/** Tenders that no statement shows. */
const OFF_STATEMENT = ["cash", "free_issue", "voucher", "auto_top_up"];

/** Records that no line of a statement was matched with yet, by kind and then oldest first. */
export async function unmatchedRecords(
  db: Queryable,
  filter: RecordFilter,
): Promise<DatedRecord[]> {
  return [
    ...(await ofPayments(db, filter)),
    ...(await ofVends(db, filter)),
    ...(await ofMovements(db, filter)),
  ];
}

function isWanted(filter: RecordFilter, reference: SQL<string>, at: AnyColumn): SQL | undefined {
  if ("references" in filter) return inArray(reference, [...filter.references]);
  const [from, to] = [filter.from.toISOString(), filter.to.toISOString()];
  return sql`${at} >= ${from}::timestamptz and ${at} < ${to}::timestamptz`;
}

const mostOf = (filter: RecordFilter): number => ("limit" in filter ? filter.limit : 100_000);

async function ofVends(db: Queryable, filter: RecordFilter): Promise<DatedRecord[]> {
  const reference = sql<string>`${vends.tender_reference}`;
  const rows = await db
    .select({ id: vends.vend_id, reference, amount: vends.amount_micros, at: vends.received_at })
    .from(vends)
    .where(
      and(
        eq(vends.operator_id, filter.operatorId),
        eq(vends.currency, filter.currency),
        eq(vends.state, "applied"),
        isNotNull(reference),
        notInArray(sql`${vends.tender}->>'type'`, OFF_STATEMENT),
        isWanted(filter, reference, vends.received_at),
        sql`not exists (select from ${statementLines} where ${statementLines.operator_id} = ${vends.operator_id} and ${statementLines.vend_id} = ${vends.vend_id} and ${statementLines.state} = 'matched')`,
      ),
    )
    .orderBy(asc(vends.received_at), asc(vends.vend_id))
    .limit(mostOf(filter));
  return rows.map(({ id, amount, ...row }) => ({ ...row, kind: "vend", id, amountMicros: amount }));
}

async function ofMovements(db: Queryable, filter: RecordFilter): Promise<DatedRecord[]> {
  const { id, amount_micros: amount, at, kind } = vendorMovements;
  const reference = sql<string>`${vendorMovements.reference}`;
  const rows = await db
    .select({ id, reference, amount, at })
    .from(vendorMovements)
    .innerJoin(vendors, eq(vendors.id, vendorMovements.vendor_id))
    .where(
      and(
        eq(vendorMovements.operator_id, filter.operatorId),
        eq(vendors.currency, filter.currency),
        inArray(kind, ["deposit", "payout"]),
        isNotNull(vendorMovements.reference),
        isWanted(filter, reference, at),
        sql`not exists (select from ${statementLines} where ${statementLines.movement_id} = ${id} and ${statementLines.state} = 'matched')`,
      ),
    )
    .orderBy(asc(id))
    .limit(mostOf(filter));
  return rows.map((row) => ({
    ...{ kind: "movement" as const, id: String(row.id), at: row.at },
    ...{ reference: row.reference, amountMicros: row.amount },
  }));
}

async function ofPayments(db: Queryable, filter: RecordFilter): Promise<DatedRecord[]> {
  const { id, amount_micros: amount, requested_at } = payments;
  const reference = sql<string>`coalesce(${payments.provider_reference}, ${id}::text)`;
  const rows = await db
    .select({ id, reference, amount, at: requested_at })
    .from(payments)
    .where(
      and(
        eq(payments.operator_id, filter.operatorId),
        eq(payments.currency, filter.currency),
        inArray(payments.state, ["paid", "credited", "refund_due"]),
        isWanted(filter, reference, requested_at),
        sql`not exists (select from ${statementLines} where ${statementLines.payment_id} = ${id} and ${statementLines.state} = 'matched')`,
      ),
    )
    .orderBy(asc(payments.ordinal))
    .limit(mostOf(filter));
  return rows.map(({ amount: amountMicros, ...row }) => ({
    ...row,
    kind: "payment",
    amountMicros,
  }));
}
