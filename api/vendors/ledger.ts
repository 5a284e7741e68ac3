/**
 * The ledger of a vendor's float: what people put in or take out, once for each Idempotency-Key.
 */
import { createHash } from "node:crypto";
import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { formatMicros } from "../../engine/contract/decimal.ts";
import { Problem } from "../problems.ts";
import { type Author, recordDeed } from "../registry/audit.ts";
import { isTaken, one, type Queryable } from "../registry/database.ts";
import { vendorMovements } from "../registry/schema/vendor-ledger.ts";
import { vendors } from "../registry/schema/vendors.ts";
import type { Page } from "../registry/sites.ts";
import type { Vendor } from "./vendors.ts";

/** A movement as the registry has it. */
export type Movement = typeof vendorMovements.$inferSelect;
/** What people move a float by; `amountMicros` has the sign of what it does to the float. */
export type MovementRequest = {
  kind: "deposit" | "payout" | "correction";
  amountMicros: bigint;
  tender: string | undefined;
  reference: string | undefined;
  reason: string;
  idempotencyKey: string;
};

/** Records a movement. Throws a Problem where the key was used for something else, or a payout is more than the float has. */
export async function moveFloat(
  db: NodePgDatabase,
  author: Author,
  vendor: Vendor,
  request: MovementRequest,
): Promise<{ row: Movement; replayed: boolean }> {
  const body_hash = hashOf(vendor, request);
  const known = async (): Promise<Movement | undefined> => {
    const [row] = await db
      .select()
      .from(vendorMovements)
      .where(
        and(
          eq(vendorMovements.operator_id, author.operatorId),
          eq(vendorMovements.idempotency_key, request.idempotencyKey),
        ),
      );
    if (row !== undefined && row.body_hash !== body_hash) throw keyReused(request.idempotencyKey);
    return row;
  };
  const before = await known();
  if (before !== undefined) return { row: before, replayed: true };
  try {
    const row = await db.transaction((tx) => record(tx, author, { vendor, request, body_hash }));
    return { row, replayed: false };
  } catch (error) {
    const row = isTaken(error, "vendor_movements_idempotency") ? await known() : undefined;
    if (row === undefined) throw error;
    return { row, replayed: true };
  }
}

/** The refusal of an Idempotency-Key that stands for something else. */
export function keyReused(key: string): Problem {
  return new Problem("idempotency_key_reused", {
    detail: `Idempotency-Key ${key} was used with another body: use another key`,
  });
}

type Recording = { vendor: Vendor; request: MovementRequest; body_hash: string };

async function record(tx: Queryable, author: Author, of: Recording): Promise<Movement> {
  const { vendor, request, body_hash } = of;
  const { kind, amountMicros, tender, reference, reason, idempotencyKey } = request;
  const { float, reserved } = one(
    await tx
      .update(vendors)
      .set({ float_micros: sql`${vendors.float_micros} + ${amountMicros}` })
      .where(eq(vendors.id, vendor.id))
      .returning({ float: vendors.float_micros, reserved: vendors.reserved_micros }),
  );
  if (kind === "payout" && float < reserved) {
    throw new Problem("vendor_limit_reached", {
      detail: `a payout leaves the float at or over what is held back for vends under way, ${formatMicros(reserved)}; it would be ${formatMicros(float)}: a smaller amount`,
      errors: [{ pointer: "/amount", message: "is more than the float can pay out" }],
    });
  }
  const row = one(
    await tx
      .insert(vendorMovements)
      .values({
        operator_id: author.operatorId,
        vendor_id: vendor.id,
        kind,
        amount_micros: amountMicros,
        balance_micros: float,
        tender: tender ?? null,
        reference: reference ?? null,
        reason,
        idempotency_key: idempotencyKey,
        body_hash,
        key_id: author.keyId,
        at: author.at,
      })
      .returning(),
  );
  await recordDeed(tx, author, {
    action: `vendor.${kind}`,
    object: `vendor/${vendor.id}`,
    reason,
    data: { movement_id: row.id, amount_micros: amountMicros.toString() },
  });
  return row;
}

/** A vendor's movements in the order of their recording. */
export async function listMovements(
  db: Queryable,
  vendorId: string,
  { after, limit }: Page,
): Promise<Movement[]> {
  return await db
    .select()
    .from(vendorMovements)
    .where(and(eq(vendorMovements.vendor_id, vendorId), gt(vendorMovements.id, after)))
    .orderBy(asc(vendorMovements.id))
    .limit(limit);
}

function hashOf({ id }: Vendor, request: MovementRequest): string {
  const { kind, amountMicros, tender, reference, reason } = request;
  const meaning = [id, kind, amountMicros.toString(), tender ?? null, reference ?? null, reason];
  return createHash("sha256").update(JSON.stringify(meaning)).digest("hex");
}
