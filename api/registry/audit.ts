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

/** Who writes over HTTP, and when by the installation's clock. */
export type Author = { operatorId: string; keyId: string; at: Date };

/** What a write over HTTP did: `account/ID` and the like, why where somebody said so, and what else tells it apart. */
export type Deed = {
  action: string;
  object: string;
  reason?: string | null | undefined;
  data?: unknown;
};

/** Records a write over HTTP. */
export async function recordDeed(tx: Queryable, author: Author, deed: Deed): Promise<void> {
  const { operatorId: operator_id, keyId: actor, at } = author;
  await recordAudit(tx, { operator_id, actor, channel: "api", at, ...deed });
}
