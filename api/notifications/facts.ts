/**
 * What happened, once each by its id: taken in the transaction that takes the event. Where nobody of the operator wants to
 * be told of anything, nothing is kept.
 */
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { CloudEvent } from "../../engine/contract/events.ts";
import type { Queryable } from "../registry/database.ts";
import { accounts } from "../registry/schema/accounts.ts";
import {
  notificationFacts,
  notificationPreferences,
  webhookEndpoints,
} from "../registry/schema/notifications.ts";

/** The type of what is told when a vend has its receipt: money is in the account only then. */
export const VEND_RECEIPTED = "vend.receipted";

const isId = z.uuid();

/** Takes one of the engine's events; the same again changes nothing. */
export async function takeEvent(tx: Queryable, event: CloudEvent): Promise<void> {
  const { account_id } = event.data;
  if (!isId.safeParse(account_id).success) return;
  await tx.execute(sql`
    insert into ${notificationFacts} (id, operator_id, account_id, type, at, data)
    select ${`evt_${event.id}`}, a.operator_id, a.id, ${event.type}, ${event.time}::timestamptz,
      ${JSON.stringify(event.data)}::jsonb
    from ${accounts} a
    where a.id = ${account_id}::uuid and ${isWanted(sql`a.operator_id`)}
    on conflict (id) do nothing`);
}

function isWanted(operatorId: ReturnType<typeof sql>) {
  return sql`(exists (select from ${webhookEndpoints} e where e.operator_id = ${operatorId} and e.state = 'active')
    or exists (select from ${notificationPreferences} p where p.operator_id = ${operatorId}))`;
}
