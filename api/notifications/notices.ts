/**
 * Notices that somebody writes: for an account, the units of a set or a site, now or at a time.
 */
import { and, asc, eq, gt, inArray, lte, type SQL } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { type Author, recordDeed } from "../registry/audit.ts";
import { one, type Queryable } from "../registry/database.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { notices } from "../registry/schema/notifications.ts";
import { sites, unitSetMembers, unitSets, units, usagePoints } from "../registry/schema/parties.ts";
import type { Page } from "../registry/sites.ts";
import { queueNotice } from "./queue.ts";
import { type Recipient, recipientsOf } from "./recipients.ts";

/** Most accounts that one step goes through. */
const ACCOUNTS_MAX = 200;

/** A notice as the registry has it. */
export type NoticeRow = typeof notices.$inferSelect;
/** A notice as it is asked for. */
export type NoticeTerms = Pick<NoticeRow, "level" | "target_id" | "texts" | "urgent" | "send_at">;

const n = notices;

/** Makes a notice; undefined where the operator has no such target. */
export async function createNotice(
  tx: Queryable,
  author: Author,
  terms: NoticeTerms,
): Promise<NoticeRow | undefined> {
  const { operatorId: operator_id, keyId: key_id } = author;
  if (!(await hasTarget(tx, operator_id, terms))) return undefined;
  const row = one(
    await tx
      .insert(n)
      .values({ ...terms, operator_id, key_id })
      .returning(),
  );
  await recordDeed(tx, author, {
    action: "notice.create",
    object: `notice/${row.id}`,
    data: { ...terms, send_at: terms.send_at.toISOString() },
  });
  return row;
}

/** The operator's notice of this id, or undefined. */
export async function noticeOf(
  db: Queryable,
  operatorId: string,
  id: string,
): Promise<NoticeRow | undefined> {
  const [row] = await db
    .select()
    .from(n)
    .where(and(eq(n.operator_id, operatorId), eq(n.id, id)));
  return row;
}

/** The operator's notices in the order of their making. */
export function listNotices(
  db: Queryable,
  operatorId: string,
  { after, limit }: Page,
): Promise<NoticeRow[]> {
  return db
    .select()
    .from(n)
    .where(and(eq(n.operator_id, operatorId), gt(n.ordinal, after)))
    .orderBy(asc(n.ordinal))
    .limit(limit);
}

/** Cancels a notice that has not begun to go out; undefined where there is none such. */
export async function cancelNotice(
  tx: Queryable,
  author: Author,
  id: string,
): Promise<NoticeRow | undefined> {
  const [row] = await tx
    .update(n)
    .set({ state: "cancelled" })
    .where(and(eq(n.operator_id, author.operatorId), eq(n.id, id), eq(n.state, "scheduled")))
    .returning();
  if (row === undefined) return undefined;
  await recordDeed(tx, author, { action: "notice.cancel", object: `notice/${id}` });
  return row;
}

/** Takes the next due notice a step on through its accounts; false where none is due. Safe beside other processes. */
export function expandNotice(db: NodePgDatabase, now: Date): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [notice] = await tx
      .select()
      .from(n)
      .where(and(inArray(n.state, ["scheduled", "sending"]), lte(n.send_at, now)))
      .orderBy(asc(n.send_at), asc(n.ordinal))
      .limit(1)
      .for("update", { skipLocked: true });
    if (notice === undefined) return false;
    const page = await accountsOf(tx, notice);
    let recipients = notice.recipients;
    const ids = page.map(({ id }) => id);
    const found = ids.length === 0 ? [] : await recipientsOf(tx, ids, now);
    for (const recipient of found) {
      const queued = await queueNotice(tx, recipient, textFor(notice, recipient), now);
      if (queued > 0) recipients++;
    }
    const last = page.at(-1);
    const isDone = page.length < ACCOUNTS_MAX || last === undefined;
    await tx
      .update(n)
      .set({
        state: isDone ? "sent" : "sending",
        after_account: last?.ordinal ?? notice.after_account,
        recipients,
      })
      .where(eq(n.id, notice.id));
    return true;
  });
}

/** In the customer's language, else in English, else in what there is. A customer with two accounts is told once. */
function textFor({ id, texts, urgent }: NoticeRow, { preferences }: Recipient) {
  const { subject = "", text = "" } =
    texts[preferences.language] ?? texts["en"] ?? Object.values(texts)[0] ?? {};
  return {
    key: `notice:${id}`,
    kind: "notice" as const,
    fields: { subject, text },
    urgent,
    noticeId: id,
  };
}

function accountsOf(tx: Queryable, notice: NoticeRow): Promise<{ id: string; ordinal: number }[]> {
  return tx
    .select({ id: accounts.id, ordinal: accounts.ordinal })
    .from(accounts)
    .innerJoin(usagePoints, eq(usagePoints.id, accounts.usage_point_id))
    .innerJoin(units, eq(units.id, usagePoints.unit_id))
    .where(
      and(
        eq(accounts.operator_id, notice.operator_id),
        gt(accounts.ordinal, notice.after_account),
        isIn(tx, notice),
      ),
    )
    .orderBy(asc(accounts.ordinal))
    .limit(ACCOUNTS_MAX);
}

function isIn(tx: Queryable, { level, target_id: id }: NoticeRow): SQL {
  if (level === "account") return eq(accounts.id, id);
  if (level === "site") return eq(units.site_id, id);
  const members = tx
    .select({ id: unitSetMembers.unit_id })
    .from(unitSetMembers)
    .where(eq(unitSetMembers.unit_set_id, id));
  return inArray(units.id, members);
}

async function hasTarget(
  tx: Queryable,
  operatorId: string,
  { level, target_id: id }: NoticeTerms,
): Promise<boolean> {
  const of = { account: accounts, site: sites, unit_set: unitSets }[level];
  const rows = await tx
    .select({ id: of.id })
    .from(of)
    .where(and(eq(of.operator_id, operatorId), eq(of.id, id)));
  return rows.length > 0;
}
