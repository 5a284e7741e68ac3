/**
 * For tests: customers with preferences, events as the engine tells them, and what is in the outbox.
 */
import { asc, eq, or } from "drizzle-orm";
import type { CloudEvent, EventData, EventType } from "../../../engine/contract/events.ts";
import { one } from "../../registry/database.ts";
import { crossing } from "../../registry/isolation/scope.ts";
import { accounts } from "../../registry/schema/accounts.ts";
import { notificationMessages } from "../../registry/schema/notifications.ts";
import { agreements, customers } from "../../registry/schema/parties.ts";
import type { Harness } from "../../testing/harness.ts";
import type { Message } from "../dispatch.ts";
import { expandFacts } from "../expand.ts";
import { takeEvents } from "../facts.ts";

/** A noon in Madrid, by the installation's clock, before which nobody is told of anything. */
export const NOON_S = Date.parse("2027-03-10T11:00:00Z") / 1_000;

/** Registers a customer who has an account since long ago; gives their id. */
export async function tenantOf(h: Harness, accountId: string, name = "Ana"): Promise<string> {
  const { db } = h.registry;
  const account = one(await db.select().from(accounts).where(eq(accounts.id, accountId)));
  const { operator_id, usage_point_id } = account;
  const customer = one(await db.insert(customers).values({ operator_id, name }).returning());
  const from_at = new Date(0);
  const of = { operator_id, usage_point_id, customer_id: customer.id };
  await db.insert(agreements).values({ ...of, role: "tenant", from_at });
  return customer.id;
}

let events = 0;

/** An event of an account, so many seconds after noon. */
export function eventOf(
  accountId: string,
  type: EventType,
  data: Partial<EventData> = {},
  afterS = 0,
): CloudEvent {
  return {
    specversion: "1.0",
    id: `1-${++events}-0`,
    source: "drawdown/engine",
    type,
    subject: accountId,
    time: new Date((NOON_S + afterS) * 1_000).toISOString(),
    datacontenttype: "application/json",
    data: { account_id: accountId, shard: 1, slot: 0, balance_micros: "1234567", ...data },
  };
}

/** Takes events and makes notifications of them. */
export async function tell(h: Harness, ...all: CloudEvent[]): Promise<void> {
  const { db } = h.context;
  await crossing("events", () => db.transaction((tx) => takeEvents(tx, all)));
  const last = Math.max(...all.map(({ time }) => Date.parse(time)));
  await crossing("notifications", async () => {
    while ((await expandFacts(db, new Date(last))) > 0);
  });
}

/** The outbox of a customer or an endpoint, in order. */
export function outboxOf(h: Harness, id: string): Promise<Message[]> {
  const m = notificationMessages;
  return h.registry.db
    .select()
    .from(m)
    .where(or(eq(m.customer_id, id), eq(m.endpoint_id, id)))
    .orderBy(asc(m.ordinal));
}
