/**
 * Puts what a customer is told into the outbox, without a storm (R80): one notice for each edge, none again within the
 * cool-off, so many a day, and beyond them one summary.
 */
import { and, count, desc, eq, gte, inArray, lt, sql } from "drizzle-orm";
import type { Queryable } from "../registry/database.ts";
import { notificationMessages } from "../registry/schema/notifications.ts";
import { cooledWith, KINDS, type Kind } from "./kinds.ts";
import { dueS, localDay, type Quiet } from "./quiet-hours.ts";
import type { Recipient } from "./recipients.ts";

/** The same is told again of one account only so much later, by the installation's clock. */
export const COOL_OFF_S = 900;
/** Urgent ones go out up to so many times a day's number. */
const URGENT_TIMES = 2;

/** A notice to a customer; `key` is of what it is made, `level` parts the thresholds of one kind. */
export type Notice = {
  key: string;
  kind: Kind | "notice";
  fields: Record<string, string>;
  urgent: boolean;
  noticeId?: string;
};

/** Queues a notice on each of the customer's ways, once; gives on how many. */
export async function queueNotice(
  tx: Queryable,
  recipient: Recipient,
  notice: Notice,
  at: Date,
): Promise<number> {
  if (await isCooling(tx, recipient, notice, at)) return 0;
  let queued = 0;
  for (const channel of recipient.preferences.channels) {
    const key = `${notice.key}:${recipient.preferences.customer_id}:${channel}`;
    if (await isOver(tx, recipient, { channel, urgent: notice.urgent, key }, at)) continue;
    const rows = await tx
      .insert(notificationMessages)
      .values({ ...rowOf(recipient, notice, at), channel, key })
      .onConflictDoNothing()
      .returning({ id: notificationMessages.id });
    queued += rows.length;
  }
  return queued;
}

type Channel = Recipient["preferences"]["channels"][number];

function rowOf({ account, timezone, preferences }: Recipient, notice: Notice, at: Date) {
  const nowS = Math.floor(at.getTime() / 1_000);
  return {
    operator_id: preferences.operator_id,
    kind: notice.kind,
    account_id: account.id,
    customer_id: preferences.customer_id,
    notice_id: notice.noticeId ?? null,
    language: preferences.language,
    fields: notice.fields,
    urgent: notice.urgent,
    due_at: notice.urgent ? at : new Date(dueS(nowS, quietOf(preferences), timezone) * 1_000),
    at,
  };
}

/** Payments are told of each time, and so is what a person wrote. */
async function isCooling(
  tx: Queryable,
  { account, preferences }: Recipient,
  { kind, fields }: Notice,
  at: Date,
): Promise<boolean> {
  if (kind === "credit_loaded" || kind === "notice") return false;
  const [last] = await tx
    .select({ kind: notificationMessages.kind })
    .from(notificationMessages)
    .where(
      and(
        eq(notificationMessages.customer_id, preferences.customer_id),
        eq(notificationMessages.account_id, account.id),
        inArray(notificationMessages.kind, [...cooledWith(kind)]),
        sql`${notificationMessages.fields}->>'level' is not distinct from ${fields["level"] ?? null}`,
        gte(notificationMessages.at, new Date(at.getTime() - COOL_OFF_S * 1_000)),
      ),
    )
    .orderBy(desc(notificationMessages.at), desc(notificationMessages.ordinal))
    .limit(1);
  return last?.kind === kind;
}

type One = { channel: Channel; urgent: boolean; key: string };

/** Whether the day's number is used up; then the summary of the day counts one more. A repeat counts nothing. */
async function isOver(
  tx: Queryable,
  recipient: Recipient,
  { channel, urgent, key }: One,
  at: Date,
): Promise<boolean> {
  const { preferences, timezone } = recipient;
  const day = localDay(Math.floor(at.getTime() / 1_000), timezone);
  const [told] = await tx
    .select({
      many: count(),
      again: sql<boolean>`coalesce(bool_or(${notificationMessages.key} = ${key}), false)`,
    })
    .from(notificationMessages)
    .where(
      and(
        eq(notificationMessages.customer_id, preferences.customer_id),
        eq(notificationMessages.channel, channel),
        inArray(notificationMessages.kind, [
          ...KINDS.filter((kind) => kind !== "summary"),
          "notice",
        ]),
        gte(notificationMessages.at, new Date(day.fromS * 1_000)),
        lt(notificationMessages.at, new Date(day.toS * 1_000)),
      ),
    );
  const most = preferences.daily_max * (urgent ? URGENT_TIMES : 1);
  if (told === undefined || told.again || told.many < most) return false;
  await countInSummary(tx, recipient, channel, { ...day, at });
  return true;
}

/** The summary goes out when the day is over, in the first hour that is not quiet. */
async function countInSummary(
  tx: Queryable,
  { preferences, timezone }: Recipient,
  channel: Channel,
  { date, toS, at }: { date: string; toS: number; at: Date },
): Promise<void> {
  await tx
    .insert(notificationMessages)
    .values({
      operator_id: preferences.operator_id,
      key: `summary:${date}:${preferences.customer_id}:${channel}`,
      channel,
      kind: "summary",
      customer_id: preferences.customer_id,
      language: preferences.language,
      fields: { date, count: "1" },
      urgent: false,
      due_at: new Date(dueS(toS, quietOf(preferences), timezone) * 1_000),
      at,
    })
    .onConflictDoUpdate({
      target: [notificationMessages.operator_id, notificationMessages.key],
      set: {
        fields: sql`jsonb_set(${notificationMessages.fields}, '{count}', to_jsonb(((${notificationMessages.fields}->>'count')::int + 1)::text))`,
      },
    });
}

function quietOf({ quiet_from_min, quiet_to_min }: Recipient["preferences"]): Quiet {
  if (quiet_from_min === null || quiet_to_min === null) return undefined;
  return { fromMin: quiet_from_min, toMin: quiet_to_min };
}
