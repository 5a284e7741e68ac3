/**
 * Sends what is due. Who takes a notification holds it for a time, outside any transaction: should the process end in the
 * middle, another one takes it after that time and sends it again under the same id, by which receivers know it.
 */
import { and, eq, inArray, sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { eachAtMost } from "../each.ts";
import {
  FAULT_MAX,
  notificationMessages,
  notificationPreferences,
  webhookEndpoints,
} from "../registry/schema/notifications.ts";
import { backOffMs, restMs, TRIED_MS_MAX } from "./back-off.ts";
import type { Channels } from "./channels.ts";
import type { Kind } from "./kinds.ts";
import { type Rendered, render, smsText, written } from "./render.ts";
import { SendFault } from "./send-fault.ts";
import { partsOf } from "./sms-parts.ts";
import { callWebhook } from "./webhook-channel.ts";

/** Most notifications that one process has in hand. */
const TAKEN_MAX = 64;
/** Of them most that are for one endpoint or channel. */
const TAKEN_OF_ONE_MAX = 16;
/** Sent side by side. */
const SIDE_BY_SIDE = 16;
/** How long what was taken is held: longer than all of it can take. */
export const HELD_MS = 120_000;

/** A notification. */
export type Message = typeof notificationMessages.$inferSelect;
/** What sending works with; `backOff` gives the wait after an attempt. */
export type DispatchParts = {
  db: NodePgDatabase;
  channels: Channels;
  onFault: (error: unknown) => void;
  backOff?: (attempt: number) => number;
  heldMs?: number;
};

/** Sends what is due by now (the installation's clock); gives how many were tried. Safe beside other processes. */
export async function dispatchDue(parts: DispatchParts, now: Date): Promise<number> {
  const taken = await take(parts, now);
  await eachAtMost(SIDE_BY_SIDE, taken, async (message) => {
    try {
      await sendOne(parts, message);
    } catch (error) {
      // It stays held, and is taken again later.
      parts.onFault(error);
    }
  });
  return taken.length;
}

async function take({ db, heldMs = HELD_MS }: DispatchParts, now: Date): Promise<Message[]> {
  const m = notificationMessages;
  return db.transaction(async (tx) => {
    const due = await tx
      .select({ id: m.id })
      .from(m)
      .where(and(sql`${m.id} in ${dueInTurn(now)}`, eq(m.state, "pending"), isFree()))
      .for("update", { skipLocked: true });
    if (due.length === 0) return [];
    return tx
      .update(m)
      .set({
        held_until: sql`now() + ${`${heldMs} ms`}::interval`,
        attempts: sql`${m.attempts} + 1`,
        first_tried_at: sql`coalesce(${m.first_tried_at}, now())`,
      })
      .where(
        inArray(
          m.id,
          due.map(({ id }) => id),
        ),
      )
      .returning();
  });
}

/** What is due, some of each endpoint and channel in turn: a long row of one holds up no other. */
function dueInTurn(now: Date) {
  const m = notificationMessages;
  return sql`(select turns.id from (
      select ${m.id} as id, row_number() over (
        partition by coalesce(${m.endpoint_id}::text, ${m.channel}) order by ${m.retry_at}, ${m.ordinal}) as place
      from ${m}
      where ${m.state} = 'pending' and ${m.due_at} <= ${now.toISOString()}::timestamptz
        and ${m.retry_at} <= now() and ${isFree()}
        and not exists (select from ${webhookEndpoints} e where e.id = ${m.endpoint_id} and e.resting_until > now())
    ) turns where turns.place <= ${TAKEN_OF_ONE_MAX} order by turns.place limit ${TAKEN_MAX})`;
}

function isFree() {
  const { held_until } = notificationMessages;
  return sql`(${held_until} is null or ${held_until} < now())`;
}

async function sendOne(parts: DispatchParts, message: Message): Promise<void> {
  let fault: SendFault | undefined;
  try {
    await deliver(parts, message);
  } catch (error) {
    if (!(error instanceof SendFault)) throw error;
    fault = error;
  }
  await settle(parts, message, fault);
  if (message.endpoint_id !== null) await noteEndpoint(parts, message.endpoint_id, fault);
}

async function deliver({ db, channels }: DispatchParts, message: Message): Promise<void> {
  if (message.endpoint_id !== null) {
    const [endpoint] = await db
      .select()
      .from(webhookEndpoints)
      .where(eq(webhookEndpoints.id, message.endpoint_id));
    if (endpoint?.state !== "active") {
      throw new SendFault("the endpoint is disabled or gone", { final: true });
    }
    const { url, secret, old_secret, old_secret_until } = endpoint;
    const isOldGood = old_secret !== null && Number(old_secret_until) > Date.now();
    const { id = message.id, body = "" } = message.fields;
    const secrets = isOldGood ? [secret, old_secret] : [secret];
    return callWebhook({ id, url, body, secrets }, channels.webhook);
  }
  const [customer] = await db
    .select()
    .from(notificationPreferences)
    .where(eq(notificationPreferences.customer_id, message.customer_id ?? ""));
  const text = renderedOf(message);
  const to = message.channel === "email" ? customer?.email : customer?.phone;
  if (to === null || to === undefined) {
    throw new SendFault(`the customer has no address for ${message.channel} any more`, {
      final: true,
    });
  }
  if (message.channel === "email") return channels.email.send({ id: message.id, to, ...text });
  const parts = channels.sms.receipts ? await partsOf(db, message) : undefined;
  const sms = { id: message.id, to, text: smsText(text) };
  return channels.sms.send({ ...sms, ...(parts !== undefined && { parts }) });
}

function renderedOf({ kind, language, fields }: Message): Rendered {
  if (kind === "notice") return written(fields["subject"] ?? "", fields["text"] ?? "");
  return render(kind as Kind, language ?? "en", fields);
}

async function settle(
  { db, backOff, channels }: DispatchParts,
  message: Message,
  fault: SendFault | undefined,
): Promise<void> {
  const m = notificationMessages;
  const { attempts } = message;
  const waits = fault?.soon ? 1 : attempts;
  const waitMs = backOff?.(waits) ?? backOffMs(waits, Math.random());
  const triedMs = Date.now() - (message.first_tried_at?.getTime() ?? Date.now());
  const isDead = fault !== undefined && (fault.final || triedMs + waitMs > TRIED_MS_MAX);
  const reason = fault?.message.slice(0, FAULT_MAX) ?? null;
  const end =
    fault === undefined || isDead
      ? { state: isDead ? ("dead" as const) : ("sent" as const), ended_at: sql`now()` }
      : { retry_at: sql`now() + ${`${waitMs} ms`}::interval` };
  const isUnderway = fault === undefined && message.channel === "sms" && channels.sms.receipts;
  // A receipt may have come already.
  const delivery = isUnderway ? { delivery: sql`coalesce(${m.delivery}, 'underway')` } : {};
  await db
    .update(m)
    .set({ ...end, ...delivery, fault: reason, held_until: null })
    // Held by somebody else meanwhile: theirs is the last word, unless this one has gone out.
    .where(
      and(
        eq(m.id, message.id),
        eq(m.state, "pending"),
        fault === undefined ? undefined : eq(m.attempts, attempts),
      ),
    );
}

/** An endpoint that is away rests, so that what waits for it does not hold up the others. */
async function noteEndpoint(
  { db }: DispatchParts,
  id: string,
  fault: SendFault | undefined,
): Promise<void> {
  const e = webhookEndpoints;
  if (fault === undefined) {
    await db
      .update(e)
      .set({ failures: 0, resting_until: null })
      .where(and(eq(e.id, id), sql`${e.failures} > 0`));
  } else if (fault.rests) {
    const [row] = await db
      .update(e)
      .set({ failures: sql`least(${e.failures} + 1, 1000)` })
      .where(eq(e.id, id))
      .returning({ failures: e.failures });
    const waitMs = restMs(row?.failures ?? 1);
    if (waitMs === 0) return;
    await db
      .update(e)
      .set({ resting_until: sql`now() + ${`${waitMs} ms`}::interval` })
      .where(eq(e.id, id));
  }
}
