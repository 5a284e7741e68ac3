/**
 * Settlements: a vendor's ledger closed up to now, movement by movement, with the commission paid into the float.
 */
import { createHash } from "node:crypto";
import { and, asc, desc, eq, gt, sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { Problem } from "../problems.ts";
import { type Author, recordDeed } from "../registry/audit.ts";
import { one, type Queryable } from "../registry/database.ts";
import { vendorMovements } from "../registry/schema/vendor-ledger.ts";
import { settlements, vendors } from "../registry/schema/vendors.ts";
import type { Page } from "../registry/sites.ts";
import { keyReused } from "./ledger.ts";
import { sumsWhere } from "./sums.ts";
import type { Vendor } from "./vendors.ts";

/** A settlement as the registry has it. */
export type Settlement = typeof settlements.$inferSelect;

/** Settles a vendor up to now, once for each Idempotency-Key. Throws a Problem where nothing has moved. */
export async function settle(
  db: NodePgDatabase,
  author: Author,
  vendor: Vendor,
  idempotencyKey: string,
): Promise<{ row: Settlement; replayed: boolean }> {
  const body_hash = createHash("sha256").update(vendor.id).digest("hex");
  return await db.transaction(async (tx) => {
    // Two of one key wait for each other here, so that the second sees what the first made.
    await tx.select().from(vendors).where(eq(vendors.id, vendor.id)).for("no key update");
    const [known] = await tx
      .select()
      .from(settlements)
      .where(
        and(
          eq(settlements.operator_id, author.operatorId),
          eq(settlements.idempotency_key, idempotencyKey),
        ),
      );
    if (known !== undefined && known.body_hash !== body_hash) throw keyReused(idempotencyKey);
    if (known !== undefined) return { row: known, replayed: true };
    const values = { idempotency_key: idempotencyKey, body_hash, key_id: author.keyId };
    return { row: await close(tx, author, vendor.id, values), replayed: false };
  });
}

type Asked = Pick<Settlement, "idempotency_key" | "body_hash" | "key_id">;

/** Movements are numbered under the vendor's lock, so that none with a lower number can come in later. */
async function close(
  tx: Queryable,
  author: Author,
  vendorId: string,
  asked: Asked,
): Promise<Settlement> {
  const [last] = await tx
    .select()
    .from(settlements)
    .where(eq(settlements.vendor_id, vendorId))
    .orderBy(desc(settlements.number))
    .limit(1);
  const after = last?.through_movement ?? 0;
  const ofVendor = eq(vendorMovements.vendor_id, vendorId);
  const sums = await sumsWhere(tx, and(ofVendor, gt(vendorMovements.id, after)));
  if (sums.last === null) {
    throw new Problem("nothing_to_settle", {
      detail: "nothing has moved since the last settlement: there is nothing to settle",
    });
  }
  const number = (last?.number ?? 0) + 1;
  const paid = await payCommission(tx, author, vendorId, { sum: sums.commission, number });
  const opening = last?.closing_micros ?? 0n;
  const row = one(
    await tx
      .insert(settlements)
      .values({
        ...asked,
        operator_id: author.operatorId,
        vendor_id: vendorId,
        number,
        from_at: last?.to_at ?? sums.firstAt ?? author.at,
        to_at: author.at,
        after_movement: after,
        through_movement: paid?.id ?? sums.last,
        opening_micros: opening,
        sales: sums.sales,
        sales_micros: sums.salesMicros,
        reversals: sums.reversals,
        reversals_micros: sums.reversalsMicros,
        deposits_micros: sums.depositsMicros,
        payouts_micros: sums.payoutsMicros,
        corrections_micros: sums.correctionsMicros,
        commission_micros: sums.commission,
        closing_micros: opening + sums.movedMicros + sums.commission,
      })
      .returning(),
  );
  await recordDeed(tx, author, {
    action: "vendor.settled",
    object: `vendor/${vendorId}`,
    data: { settlement_id: row.id, number },
  });
  return row;
}

/** What was earned goes into the float; where more was taken back than earned, it goes out as a correction. */
async function payCommission(
  tx: Queryable,
  author: Author,
  vendorId: string,
  { sum, number }: { sum: bigint; number: number },
): Promise<{ id: number } | undefined> {
  if (sum === 0n) return undefined;
  const { float } = one(
    await tx
      .update(vendors)
      .set({ float_micros: sql`${vendors.float_micros} + ${sum}` })
      .where(eq(vendors.id, vendorId))
      .returning({ float: vendors.float_micros }),
  );
  const [row] = await tx
    .insert(vendorMovements)
    .values({
      operator_id: author.operatorId,
      vendor_id: vendorId,
      kind: sum > 0n ? "commission" : "correction",
      amount_micros: sum,
      balance_micros: float,
      reference: `settlement ${number}`,
      reason: "commission",
      key_id: author.keyId,
      at: author.at,
    })
    .returning({ id: vendorMovements.id });
  return row;
}

/** The operator's settlements, or those of one vendor. */
export async function listSettlements(
  db: Queryable,
  operatorId: string,
  { after, limit, vendorId }: Page & { vendorId: string | undefined },
): Promise<Settlement[]> {
  return await db
    .select()
    .from(settlements)
    .where(
      and(
        eq(settlements.operator_id, operatorId),
        vendorId === undefined ? undefined : eq(settlements.vendor_id, vendorId),
        gt(settlements.ordinal, after),
      ),
    )
    .orderBy(asc(settlements.ordinal))
    .limit(limit);
}

/** The operator's settlement of this id, or a refusal. `vendorId`: the only vendor that the caller sees. */
export async function settlementOf(
  db: Queryable,
  operatorId: string,
  id: string,
  vendorId: string | undefined,
): Promise<Settlement> {
  const [row] = await db
    .select()
    .from(settlements)
    .where(and(eq(settlements.operator_id, operatorId), eq(settlements.id, id)));
  if (row !== undefined && (vendorId === undefined || vendorId === row.vendor_id)) return row;
  throw new Problem("settlement_unknown", { detail: `there is no settlement ${id}: check the id` });
}
