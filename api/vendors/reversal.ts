/**
 * A vend that was taken back gives its vendor's float the amount again, in the transaction that records the reversal.
 */
import { and, eq } from "drizzle-orm";
import type { FollowUp } from "../orders/settle.ts";
import { vends } from "../registry/schema/vending.ts";
import { returnSale } from "./sale.ts";

/** Follows a reversal that was carried out. */
export const settleReversal: FollowUp = async (tx, { operator_id, vend_id }, reply) => {
  if (vend_id === null) return;
  const [vend] = await tx
    .select()
    .from(vends)
    .where(and(eq(vends.operator_id, operator_id), eq(vends.vend_id, vend_id)));
  if (vend !== undefined) await returnSale(tx, vend, new Date(reply.at_s * 1_000));
};
