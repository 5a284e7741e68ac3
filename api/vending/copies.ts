/**
 * Copies of receipts: the answer to the vend is the original, and each one that is given out later is counted.
 */
import { and, eq, sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { z } from "zod";
import { Problem } from "../problems.ts";
import { type Author, recordDeed } from "../registry/audit.ts";
import { one } from "../registry/database.ts";
import { operators } from "../registry/schema/parties.ts";
import { vends } from "../registry/schema/vending.ts";
import { vendors } from "../registry/schema/vendors.ts";
import type { receiptOut, VendRow } from "./receipt.ts";
import type { PrintedReceipt } from "./receipt-lines.ts";
import { reversalOf } from "./reverse.ts";

/** Counts one more copy of a vend's receipt, and gives it. Throws a Problem where the vend has no receipt. */
export async function copyReceipt(
  db: NodePgDatabase,
  author: Author,
  vend: VendRow,
): Promise<PrintedReceipt> {
  const { operator_id, vend_id, answer } = vend;
  if (vend.state !== "applied" || answer === null) {
    throw new Problem("no_receipt", {
      detail: `vend ${vend_id} is ${vend.state}: only what was credited has a receipt`,
    });
  }
  const copy = await db.transaction(async (tx) => {
    const { copies } = one(
      await tx
        .update(vends)
        .set({ copies: sql`${vends.copies} + 1` })
        .where(and(eq(vends.operator_id, operator_id), eq(vends.vend_id, vend_id)))
        .returning({ copies: vends.copies }),
    );
    await recordDeed(tx, author, {
      action: "receipt.copied",
      object: `vend/${vend_id}`,
      data: { copy: copies },
    });
    return copies;
  });
  const [names] = await db
    .select({ operator: operators.name, vendor: vendors.name })
    .from(operators)
    .leftJoin(vendors, eq(vendors.id, sql`${vend.vendor_id}::uuid`))
    .where(eq(operators.id, operator_id));
  return {
    receipt: JSON.parse(answer.toString("utf8")) as z.output<typeof receiptOut>,
    operator: names?.operator ?? "",
    vendor: names?.vendor ?? null,
    copy,
    isReversed: (await reversalOf(db, operator_id, vend_id))?.state === "applied",
  };
}
