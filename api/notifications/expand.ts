/**
 * From what happened to notifications: one for each endpoint that wants it, and one for the customer on each way.
 */
import { and, asc, eq, exists, inArray, not, sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { type EventType, eventData } from "../../engine/contract/events.ts";
import { type Holding, heldIn, heldText } from "../holding.ts";
import type { Queryable } from "../registry/database.ts";
import { notificationFacts, notificationMessages } from "../registry/schema/notifications.ts";
import { vends } from "../registry/schema/vending.ts";
import { VEND_RECEIPTED } from "./facts.ts";
import { isUrgent, kindOf } from "./kinds.ts";
import { type Notice, queueNotice } from "./queue.ts";
import { endpointsFor, type Recipient, recipientsOf } from "./recipients.ts";
import { SERVICE_NAMES } from "./texts/services.ts";

/** Most facts that are taken up at a time. */
const FACTS_MAX = 100;
/** Customers are not told of what is older, by the installation's clock: it would only confuse. Endpoints are. */
const NEWS_S_MAX = 86_400;
/** Decimals of a balance that customers are shown. */
const DECIMALS_SHOWN = 2;

/** A thing that happened. */
export type Fact = typeof notificationFacts.$inferSelect;

/** Makes notifications of what has happened; gives how many facts were taken up. Safe beside other processes. */
export async function expandFacts(db: NodePgDatabase, now: Date): Promise<number> {
  return db.transaction(async (tx) => {
    const facts = await tx
      .select()
      .from(notificationFacts)
      .where(and(eq(notificationFacts.done, false), not(exists(vendsPending(tx)))))
      .orderBy(asc(notificationFacts.created_at))
      .limit(FACTS_MAX)
      .for("update", { skipLocked: true });
    for (const fact of facts) {
      await expand(tx, fact, now);
      const vend = fact.type === "vend.applied" ? await receiptedOf(tx, fact) : undefined;
      if (vend !== undefined) await expand(tx, vend, now);
    }
    const ids = facts.map(({ id }) => id);
    if (ids.length > 0) {
      await tx
        .update(notificationFacts)
        .set({ done: true })
        .where(inArray(notificationFacts.id, ids));
    }
    return facts.length;
  });
}

/** A credit is told of when its vend has ended, too: the customer hears of a payment with its receipt. */
function vendsPending(tx: Queryable) {
  return tx
    .select({ state: vends.state })
    .from(vends)
    .where(and(ofFact(), eq(vends.state, "pending")));
}

function ofFact() {
  const { type, account_id, data } = notificationFacts;
  return sql`${type} = 'vend.applied' and ${vends.account_id} = ${account_id} and ${vends.command_number} = (${data}->>'command_number')::bigint`;
}

/** The end of the vend that a credit is of; undefined for a credit without a vend (an opening credit). */
async function receiptedOf(tx: Queryable, fact: Fact): Promise<Fact | undefined> {
  const [vend] = await tx
    .select({ vend: vends })
    .from(notificationFacts)
    .innerJoin(vends, ofFact())
    .where(and(eq(notificationFacts.id, fact.id), eq(vends.state, "applied")));
  if (vend === undefined) return undefined;
  const { vend_id, amount_micros, currency, receipt_number } = vend.vend;
  const { account_id, balance_micros } = fact.data;
  const amount = String(amount_micros);
  const data = {
    account_id,
    vend_id,
    amount_micros: amount,
    currency,
    receipt_number,
    balance_micros,
  };
  return { ...fact, id: `${fact.id}_receipted`, type: VEND_RECEIPTED, data };
}

async function expand(tx: Queryable, fact: Fact, now: Date): Promise<void> {
  await tellEndpoints(tx, fact, now);
  if (fact.at.getTime() < now.getTime() - NEWS_S_MAX * 1_000) return;
  for (const recipient of await recipientsIfAny(tx, fact)) {
    const notice = noticeOf(fact, recipient);
    if (notice !== undefined) await queueNotice(tx, recipient, notice, fact.at);
  }
}

async function tellEndpoints(tx: Queryable, fact: Fact, now: Date): Promise<void> {
  const { id, operator_id, account_id, type, at } = fact;
  const endpoints = await endpointsFor(tx, { operatorId: operator_id, type, at });
  if (endpoints.length === 0) return;
  const fields = { id, body: webhookBody(fact) };
  const rows = endpoints.map((endpoint_id) => {
    const key = `${id}:${endpoint_id}`;
    const of = { operator_id, account_id, endpoint_id };
    const due_at = at < now ? at : now;
    return {
      ...of,
      key,
      channel: "webhook" as const,
      kind: type,
      fields,
      urgent: true,
      due_at,
      at,
    };
  });
  await tx.insert(notificationMessages).values(rows).onConflictDoNothing();
}

/** The very bytes that an endpoint gets; where an account lies inside the installation is nobody's business. */
function webhookBody({ id, type, at, data }: Fact): string {
  const { shard: _, slot: __, other_slot: ___, ...told } = data;
  return JSON.stringify({ id, type, timestamp: at.toISOString(), data: told });
}

async function recipientsIfAny(tx: Queryable, fact: Fact): Promise<Recipient[]> {
  const concerns = fact.type === VEND_RECEIPTED || kindOfFact(fact) !== undefined;
  return concerns ? recipientsOf(tx, [fact.account_id], fact.at) : [];
}

function kindOfFact({ type, data }: Fact) {
  const read = eventData.safeParse(data);
  return read.success ? kindOf(type as EventType, read.data) : undefined;
}

function noticeOf(fact: Fact, { account, unit, preferences }: Recipient): Notice | undefined {
  const { id, type, data } = fact;
  const service = SERVICE_NAMES[preferences.language][account.service];
  const shared = { unit, service, balance: shown(data["balance_micros"], account) };
  if (type === VEND_RECEIPTED) {
    const paid = { ...account, holds: "money" as const };
    const amount = shown(data["amount_micros"], paid);
    const fields = { ...shared, amount, receipt: String(data["receipt_number"]) };
    return { key: id, kind: "credit_loaded", fields, urgent: false };
  }
  const kind = kindOfFact(fact);
  if (kind === undefined) return undefined;
  const { level } = data as { level?: number };
  const fields = { ...shared, ...(level !== undefined && { level: String(level) }) };
  return { key: id, kind, fields, urgent: isUrgent(kind, data) };
}

/** An amount for people: cut after two decimals, with its currency or unit. */
function shown(micros: unknown, holding: Holding): string {
  if (typeof micros !== "string" || !/^-?\d{1,30}$/.test(micros)) return "";
  const [whole = "0", fraction = ""] = heldText(BigInt(micros), holding).split(".");
  return `${whole}.${fraction.slice(0, DECIMALS_SHOWN)} ${heldIn(holding)}`;
}
