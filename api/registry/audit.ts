/**
 * The record of who wrote what (R94), in the transaction of the write itself.
 */
import type { Queryable } from "./database.ts";
import { audit } from "./schema/access.ts";

/** One write. `actor` is the key's id or the part that acted by itself; `object` as `account/ID`. */
export type AuditEntry = Omit<typeof audit.$inferInsert, "id" | "created_at">;

/** Records a write. */
export async function recordAudit(tx: Queryable, entry: AuditEntry): Promise<void> {
  await tx.insert(audit).values(entry);
}
