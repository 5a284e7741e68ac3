/**
 * Sums over movements of floats, by kind.
 */
import { type AnyColumn, type SQL, sql } from "drizzle-orm";
import { one, type Queryable } from "../registry/database.ts";
import { type MOVEMENT_KINDS, vendorMovements } from "../registry/schema/vendor-ledger.ts";

/** What movements came to. Each sum is above 0 where its kind happened, but for corrections and `movedMicros`, which sum all. */
export type Sums = {
  sales: number;
  salesMicros: bigint;
  reversals: number;
  reversalsMicros: bigint;
  depositsMicros: bigint;
  payoutsMicros: bigint;
  correctionsMicros: bigint;
  /** Paid into the float by settlements. */
  commissionPaidMicros: bigint;
  /** Earned by sales, less what reversals took back. */
  commission: bigint;
  movedMicros: bigint;
  last: number | null;
  firstAt: Date | null;
};

const { kind, amount_micros: amount } = vendorMovements;

type Kind = (typeof MOVEMENT_KINDS)[number];

/** How many movements are of a kind. */
export function countOf(word: Kind): SQL<number> {
  return sql<number>`count(*) filter (where ${kind} = ${sql.raw(`'${word}'`)})`.mapWith(Number);
}

/** What movements of a kind came to, without its sign. */
export function sumOf(word: Kind): SQL<bigint> {
  return sql<bigint>`coalesce(abs(sum(${amount}) filter (where ${kind} = ${sql.raw(`'${word}'`)})), 0)::text`.mapWith(
    BigInt,
  );
}

/** The sum of a column of micros. */
export function totalOf(column: AnyColumn): SQL<bigint> {
  return sql<bigint>`coalesce(sum(${column}), 0)::text`.mapWith(BigInt);
}

/** Sums the movements of a condition. */
export async function sumsWhere(db: Queryable, condition: SQL | undefined): Promise<Sums> {
  const { id, commission_micros, at } = vendorMovements;
  return one(
    await db
      .select({
        sales: countOf("sale"),
        salesMicros: sumOf("sale"),
        reversals: countOf("reversal"),
        reversalsMicros: sumOf("reversal"),
        depositsMicros: sumOf("deposit"),
        payoutsMicros: sumOf("payout"),
        correctionsMicros:
          sql<bigint>`coalesce(sum(${amount}) filter (where ${kind} = 'correction'), 0)::text`.mapWith(
            BigInt,
          ),
        commissionPaidMicros: sumOf("commission"),
        commission: totalOf(commission_micros),
        movedMicros: totalOf(amount),
        last: sql<number | null>`max(${id})`.mapWith(Number),
        firstAt: sql<Date | null>`min(${at})`.mapWith(at),
      })
      .from(vendorMovements)
      .where(condition),
  );
}
