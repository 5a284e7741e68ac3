/**
 * From what happened to notifications: one for each endpoint that wants it, and one for the customer on each way.
 */
import { and, asc, eq, exists, inArray, not, sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { type EventType, eventData } from "../../engine/contract/events.ts";
import { inChunks } from "../each.ts";
import { type Holding, heldIn, heldText } from "../holding.ts";
import { type Queryable, ROWS_AT_ONCE } from "../registry/database.ts";
import { notificationFacts, notificationMessages } from "../registry/schema/notifications.ts";
import { vends } from "../registry/schema/vending.ts";
import { VEND_RECEIPTED } from "./facts.ts";
import { isUrgent, kindOf } from "./kinds.ts";
import { type Notice, queueNotice } from "./queue.ts";
import {
  endpointsOf,
  type Listening,
  operatorsWithCustomers,
  type Recipient,
  recipientsOf,
} from "./recipients.ts";
import { SERVICE_NAMES } from "./texts/services.ts";

/** Most facts of one transaction. */
const FACTS_MAX = 200;
/** Customers are not told of what is older, by the installation's clock: it would only confuse. Endpoints are. */
const NEWS_S_MAX = 86_400;
/** Decimals of a balance that customers are shown. */
const DECIMALS_SHOWN = 2;

/** A thing that happened. */
export type Fact = typeof notificationFacts.$inferSelect;

/**
 * Makes notifications of what has happened, one transaction for a group; gives how many facts were taken up. Safe beside
 * other processes.
 */
export async function expandFacts(db: NodePgDatabase, now: Date): Promise<number> {
  return db.transaction(async (tx) => {
    const facts = await tx
      .select()
      .from(notificationFacts)
      .where(and(eq(notificationFacts.done, false), not(exists(vendsPending(tx)))))
      .orderBy(asc(notificationFacts.created_at))
      .limit(FACTS_MAX)
      .for("update", { skipLocked: true });
    if (facts.length === 0) return 0;
    const all = await withReceipts(tx, facts);
    await tellEndpoints(tx, all, now);
    await tellCustomers(tx, all, now);
    await tx
      .update(notificationFacts)
      .set({ done: true })
      .where(
        inArray(
          notificationFacts.id,
          facts.map(({ id }) => id),
        ),
      );
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

/** Behind each credit the end of its vend; a credit without a vend (an opening credit) has none. */
async function withReceipts(tx: Queryable, facts: readonly Fact[]): Promise<Fact[]> {
  const credits = facts.filter(({ type }) => type === "vend.applied").map(({ id }) => id);
  if (credits.length === 0) return [...facts];
  const rows = await tx
    .select({ id: notificationFacts.id, vend: vends })
    .from(notificationFacts)
    .innerJoin(vends, ofFact())
    .where(and(inArray(notificationFacts.id, credits), eq(vends.state, "applied")));
  const vendOf = new Map(rows.map(({ id, vend }) => [id, vend]));
  return facts.flatMap((fact) => {
    const vend = vendOf.get(fact.id);
    return vend === undefined ? [fact] : [fact, receiptedBy(fact, vend)];
  });
}

function receiptedBy(fact: Fact, vend: typeof vends.$inferSelect): Fact {
  const { vend_id, amount_micros, currency, receipt_number } = vend;
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

async function tellCustomers(tx: Queryable, facts: readonly Fact[], now: Date): Promise<void> {
  const newsMs = now.getTime() - NEWS_S_MAX * 1_000;
  const news = facts.filter((fact) => fact.at.getTime() >= newsMs && concernsCustomer(fact));
  if (news.length === 0) return;
  const reached = await operatorsWithCustomers(tx, operatorsOf(news));
  // One after the other: what a customer was told just now decides what they are told next.
  for (const fact of news) {
    if (!reached.has(fact.operator_id)) continue;
    for (const recipient of await recipientsOf(tx, [fact.account_id], fact.at)) {
      const notice = noticeOf(fact, recipient);
      if (notice !== undefined) await queueNotice(tx, recipient, notice, fact.at);
    }
  }
}

function operatorsOf(facts: readonly Fact[]): string[] {
  return [...new Set(facts.map(({ operator_id }) => operator_id))];
}

async function tellEndpoints(tx: Queryable, facts: readonly Fact[], now: Date): Promise<void> {
  const endpoints = await endpointsOf(tx, operatorsOf(facts));
  const rows = facts.flatMap((fact) =>
    endpoints
      .filter((endpoint) => wants(endpoint, fact))
      .map(({ id }) => webhookRow(fact, id, now)),
  );
  for (const some of inChunks(rows, ROWS_AT_ONCE)) {
    await tx.insert(notificationMessages).values(some).onConflictDoNothing();
  }
}

function wants({ operator_id, event_types, since_at }: Listening, fact: Fact): boolean {
  const isOfType = event_types.length === 0 || event_types.includes(fact.type);
  return operator_id === fact.operator_id && isOfType && since_at <= fact.at;
}

function webhookRow(fact: Fact, endpoint_id: string, now: Date) {
  const { id, operator_id, account_id, type, at } = fact;
  return {
    ...{ operator_id, account_id, endpoint_id },
    key: `${id}:${endpoint_id}`,
    channel: "webhook" as const,
    kind: type,
    fields: { id, body: webhookBody(fact) },
    urgent: true,
    due_at: at < now ? at : now,
    at,
  };
}

/** The very bytes that an endpoint gets; where an account lies inside the installation is nobody's business. */
function webhookBody({ id, type, at, data }: Fact): string {
  const { shard: _, slot: __, other_slot: ___, ...told } = data;
  return JSON.stringify({ id, type, timestamp: at.toISOString(), data: told });
}

function concernsCustomer(fact: Fact): boolean {
  return fact.type === VEND_RECEIPTED || kindOfFact(fact) !== undefined;
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
