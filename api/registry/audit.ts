/**
 * The record of who wrote what (R94), in the transaction of the write itself.
 */
import { and, asc, eq, gt, gte, lt } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { audit } from "./schema/access.ts";
import type { Page } from "./sites.ts";

/** A write as the registry has it. */
export type AuditRow = typeof audit.$inferSelect;

/** One write. `actor` is the key's id or the part that acted by itself; `object` as `account/ID`. */
export type AuditEntry = Omit<typeof audit.$inferInsert, "id" | "created_at">;

/** Records a write. */
export async function recordAudit(tx: Queryable, entry: AuditEntry): Promise<void> {
  await tx.insert(audit).values(entry);
}

/** Who writes over HTTP, and when by the installation's clock; `channel` is `api` unless it is the customer themselves. */
export type Author = { operatorId: string; keyId: string; at: Date; channel?: "app" };

/** What a write over HTTP did: `account/ID` and the like, why where somebody said so, and what else tells it apart. */
export type Deed = {
  action: string;
  object: string;
  reason?: string | null | undefined;
  data?: unknown;
};

/** Records a write over HTTP. */
export async function recordDeed(tx: Queryable, author: Author, deed: Deed): Promise<void> {
  const { operatorId: operator_id, keyId: actor, at, channel = "api" } = author;
  await recordAudit(tx, { operator_id, actor, channel, at, ...deed });
}

/** Which writes a list is of; times are [from, to). */
export type AuditFilter = {
  object?: string | undefined;
  action?: string | undefined;
  actor?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};

/** The operator's writes in the order of their recording. */
export function listAudit(
  db: Queryable,
  operatorId: string,
  { after, limit, object, action, actor, from, to }: Page & AuditFilter,
): Promise<AuditRow[]> {
  return db
    .select()
    .from(audit)
    .where(
      and(
        eq(audit.operator_id, operatorId),
        gt(audit.id, after),
        object === undefined ? undefined : eq(audit.object, object),
        action === undefined ? undefined : eq(audit.action, action),
        actor === undefined ? undefined : eq(audit.actor, actor),
        from === undefined ? undefined : gte(audit.at, from),
        to === undefined ? undefined : lt(audit.at, to),
      ),
    )
    .orderBy(asc(audit.id))
    .limit(limit);
}
