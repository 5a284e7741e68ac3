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

/** Takes events of the engine, of any operators, in one statement; the same again changes nothing. */
export async function takeEvents(tx: Queryable, events: readonly CloudEvent[]): Promise<void> {
  const rows = events.flatMap(({ id, type, time, data }, place) =>
    isId.safeParse(data.account_id).success
      ? [{ id: `evt_${id}`, type, at: time, data, account_id: data.account_id, place }]
      : [],
  );
  if (rows.length === 0) return;
  // In the order of their coming, within the group too.
  await tx.execute(sql`
    insert into ${notificationFacts} (id, operator_id, account_id, type, at, data, created_at)
    select e.id, a.operator_id, a.id, e.type, e.at, e.data, now() + e.place * interval '1 microsecond'
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as e(id text, type text, at timestamptz, data jsonb, account_id uuid, place int)
    join ${accounts} a on a.id = e.account_id
    where ${isWanted(sql`a.operator_id`)}
    order by e.place
    on conflict (id) do nothing`);
}

function isWanted(operatorId: ReturnType<typeof sql>) {
  return sql`(exists (select from ${webhookEndpoints} e where e.operator_id = ${operatorId} and e.state = 'active')
    or exists (select from ${notificationPreferences} p where p.operator_id = ${operatorId}))`;
}
