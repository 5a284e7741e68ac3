/**
 * What a shift took, tender by tender, and the cash that has to be in the drawer.
 */
import { asc, eq, sql } from "drizzle-orm";
import type { Queryable } from "../registry/database.ts";
import { vendorMovements } from "../registry/schema/vendor-ledger.ts";
import type { ShiftTender } from "../registry/schema/vendors.ts";
import { CASH } from "../vending/tender.ts";

/** What each tender of a shift came to, by the ledger. */
export async function tendersOf(tx: Queryable, shiftId: string): Promise<ShiftTender[]> {
  const { kind, amount_micros: amount, tender } = vendorMovements;
  return await tx
    .select({
      tender: sql<string>`${tender}`,
      sales: sql<number>`count(*) filter (where ${kind} = 'sale')`.mapWith(Number),
      sales_micros: sql<string>`coalesce(-sum(${amount}) filter (where ${kind} = 'sale'), 0)::text`,
      reversals: sql<number>`count(*) filter (where ${kind} = 'reversal')`.mapWith(Number),
      reversals_micros: sql<string>`coalesce(sum(${amount}) filter (where ${kind} = 'reversal'), 0)::text`,
    })
    .from(vendorMovements)
    .where(eq(vendorMovements.shift_id, shiftId))
    .groupBy(tender)
    .orderBy(asc(tender));
}

/** The cash that has to be there: what the drawer began with, and what cash sales brought, less what was given back. */
export function expectedCash(openingMicros: bigint, tenders: readonly ShiftTender[]): bigint {
  return tenders
    .filter(({ tender }) => tender === CASH)
    .reduce(
      (sum, { sales_micros, reversals_micros }) =>
        sum + BigInt(sales_micros) - BigInt(reversals_micros),
      openingMicros,
    );
}
