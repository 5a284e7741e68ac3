/**
 * What a period of a vendor came to, by the times of its movements.
 */
import { and, asc, eq, gte, lt } from "drizzle-orm";
import type { Service } from "../../engine/contract/services.ts";
import type { Queryable } from "../registry/database.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { vends } from "../registry/schema/vending.ts";
import { vendorMovements } from "../registry/schema/vendor-ledger.ts";
import { countOf, type Sums, sumOf, sumsWhere, totalOf } from "./sums.ts";

/** A tender's part of a period in one service. */
export type ReportLine = {
  tender: string;
  service: Service;
  sales: number;
  salesMicros: bigint;
  reversals: number;
  reversalsMicros: bigint;
  commission: bigint;
};
/** A period: the float that it began with, what moved it, and sales by tender and service. */
export type Report = { openingMicros: bigint; sums: Sums; lines: ReportLine[] };

/** The report of [from, to). */
export async function reportOf(
  db: Queryable,
  vendorId: string,
  { from, to }: { from: Date; to: Date },
): Promise<Report> {
  const { at, vendor_id, tender, commission_micros } = vendorMovements;
  const ofVendor = eq(vendor_id, vendorId);
  const inSpan = and(ofVendor, gte(at, from), lt(at, to));
  const before = await sumsWhere(db, and(ofVendor, lt(at, from)));
  const lines = await db
    .select({
      tender,
      service: accounts.service,
      sales: countOf("sale"),
      salesMicros: sumOf("sale"),
      reversals: countOf("reversal"),
      reversalsMicros: sumOf("reversal"),
      commission: totalOf(commission_micros),
    })
    .from(vendorMovements)
    .innerJoin(
      vends,
      and(
        eq(vends.operator_id, vendorMovements.operator_id),
        eq(vends.vend_id, vendorMovements.vend_id),
      ),
    )
    .innerJoin(accounts, eq(accounts.id, vends.account_id))
    .where(inSpan)
    .groupBy(tender, accounts.service)
    .orderBy(asc(tender), asc(accounts.service));
  return {
    openingMicros: before.movedMicros,
    sums: await sumsWhere(db, inSpan),
    lines: lines.map((line) => ({ ...line, tender: line.tender ?? "" })),
  };
}
