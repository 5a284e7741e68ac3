/**
 * The outbox as people see it: lists, and sending again what was given up or has gone out.
 */
import { and, asc, eq, gt, ne, sql } from "drizzle-orm";
import { type Author, recordDeed } from "../registry/audit.ts";
import type { Queryable } from "../registry/database.ts";
import { notificationMessages } from "../registry/schema/notifications.ts";
import type { Page } from "../registry/sites.ts";
import type { Message } from "./dispatch.ts";
import { forgetParts } from "./sms-parts.ts";

/** Which notifications a list is of. */
export type MessageFilter = {
  state?: Message["state"] | undefined;
  channel?: Message["channel"] | undefined;
  account_id?: string | undefined;
  customer_id?: string | undefined;
  endpoint_id?: string | undefined;
  notice_id?: string | undefined;
};

const m = notificationMessages;

/** The operator's notifications in the order of their making. */
export function listMessages(
  db: Queryable,
  operatorId: string,
  { after, limit, ...filter }: Page & MessageFilter,
): Promise<Message[]> {
  const { state, channel, account_id, customer_id, endpoint_id, notice_id } = filter;
  return db
    .select()
    .from(m)
    .where(
      and(
        eq(m.operator_id, operatorId),
        gt(m.ordinal, after),
        state === undefined ? undefined : eq(m.state, state),
        channel === undefined ? undefined : eq(m.channel, channel),
        account_id === undefined ? undefined : eq(m.account_id, account_id),
        customer_id === undefined ? undefined : eq(m.customer_id, customer_id),
        endpoint_id === undefined ? undefined : eq(m.endpoint_id, endpoint_id),
        notice_id === undefined ? undefined : eq(m.notice_id, notice_id),
      ),
    )
    .orderBy(asc(m.ordinal))
    .limit(limit);
}

/** The operator's notification of this id, or undefined. */
export async function messageOf(
  db: Queryable,
  operatorId: string,
  id: string,
): Promise<Message | undefined> {
  const [row] = await db
    .select()
    .from(m)
    .where(and(eq(m.operator_id, operatorId), eq(m.id, id)));
  return row;
}

/** Sends it again under its own id, with three days of attempts; undefined where there is none, or it is still on its way. */
export async function replayMessage(
  tx: Queryable,
  author: Author,
  id: string,
): Promise<Message | undefined> {
  const [row] = await tx
    .update(m)
    .set({
      state: "pending",
      attempts: 0,
      retry_at: sql`now()`,
      held_until: null,
      first_tried_at: null,
      ended_at: null,
      fault: null,
      delivery: null,
      delivery_fault: null,
    })
    .where(and(eq(m.operator_id, author.operatorId), eq(m.id, id), ne(m.state, "pending")))
    .returning();
  if (row === undefined) return undefined;
  await forgetParts(tx, id);
  await recordDeed(tx, author, { action: "notification.replay", object: `notification/${id}` });
  return row;
}
