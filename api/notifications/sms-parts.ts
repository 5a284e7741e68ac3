/**
 * Parts of SMS that a message centre took, and what its receipts say of them.
 */
import { and, eq, gte, inArray, sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { Queryable } from "../registry/database.ts";
import { notificationMessages, REFERENCE_MAX, smsParts } from "../registry/schema/notifications.ts";
import { type Receipt, spellingsOf } from "./smpp/receipt.ts";
import type { SentParts } from "./sms-channel.ts";

/** A message centre gives its ids again some time; a receipt is for what it took within so long. */
const RECEIPT_DAYS_MAX = 7;

type Of = { id: string; operator_id: string };

/** What was taken of a notification by now, and how another part is noted. */
export async function partsOf(db: Queryable, { id, operator_id }: Of): Promise<SentParts> {
  const rows = await db
    .select({ part: smsParts.part })
    .from(smsParts)
    .where(eq(smsParts.message_id, id));
  return {
    taken: new Set(rows.map(({ part }) => part)),
    note: async ({ part, parts, reference }) => {
      // A centre that gives no id gives no receipt that could be told.
      const named = reference === "" ? "-" : reference.slice(0, REFERENCE_MAX);
      await db
        .insert(smsParts)
        .values({ message_id: id, operator_id, part, parts, reference: named })
        .onConflictDoNothing();
    },
  };
}

/** Forgets them: the notification is to be sent again. */
export async function forgetParts(tx: Queryable, messageId: string): Promise<void> {
  await tx.delete(smsParts).where(eq(smsParts.message_id, messageId));
}

/** Takes a receipt; false where there is no part that it is for. The first end of a part stays. */
export function takeReceipt(db: NodePgDatabase, receipt: Receipt): Promise<boolean> {
  return db.transaction(async (tx) => {
    const part =
      (await find(tx, [receipt.reference])) ?? (await find(tx, spellingsOf(receipt.reference)));
    if (part === undefined) return false;
    const m = notificationMessages;
    await tx.select({ id: m.id }).from(m).where(eq(m.id, part.message_id)).for("update");
    const ended = await tx
      .update(smsParts)
      .set({ state: receipt.state })
      .where(
        and(
          eq(smsParts.message_id, part.message_id),
          eq(smsParts.part, part.part),
          eq(smsParts.state, "accepted"),
        ),
      )
      .returning({ part: smsParts.part });
    if (ended.length > 0) await sumUp(tx, part.message_id, receipt.fault);
    return true;
  });
}

async function find(tx: Queryable, references: string[]) {
  const [part] = await tx
    .select()
    .from(smsParts)
    .where(
      and(
        inArray(smsParts.reference, references),
        gte(smsParts.created_at, sql`now() - ${`${RECEIPT_DAYS_MAX} days`}::interval`),
      ),
    )
    .orderBy(sql`${smsParts.created_at} desc`)
    .limit(1);
  return part;
}

/** A notification is delivered when all its parts are, and failed when one is. */
async function sumUp(tx: Queryable, messageId: string, fault: string | null): Promise<void> {
  const rows = await tx.select().from(smsParts).where(eq(smsParts.message_id, messageId));
  const m = notificationMessages;
  if (rows.some(({ state }) => state === "failed")) {
    const first = sql`case when ${m.delivery} = 'failed' then ${m.delivery_fault} else ${fault} end`;
    await tx
      .update(m)
      .set({ delivery: "failed", delivery_fault: first })
      .where(eq(m.id, messageId));
  } else if (rows.length === rows[0]?.parts && rows.every(({ state }) => state === "delivered")) {
    await tx.update(m).set({ delivery: "delivered" }).where(eq(m.id, messageId));
  }
}
