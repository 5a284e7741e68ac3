/**
 * Who is told: the customer whose agreement covers an instant, and the endpoints that want an event.
 */
import { and, arrayContains, eq, gt, inArray, isNull, lte, or, sql } from "drizzle-orm";
import type { Queryable } from "../registry/database.ts";
import { accounts } from "../registry/schema/accounts.ts";
import { notificationPreferences, webhookEndpoints } from "../registry/schema/notifications.ts";
import { agreements, sites, units, usagePoints } from "../registry/schema/parties.ts";

/** A customer to be told of an account. */
export type Recipient = {
  account: typeof accounts.$inferSelect;
  unit: string;
  timezone: string;
  preferences: typeof notificationPreferences.$inferSelect;
};

/**
 * The customers, at most one for each account, who have these accounts at the instant and want to be told of something.
 * Their preferences stay locked, so that what is counted by the day is counted right.
 */
export function recipientsOf(
  tx: Queryable,
  accountIds: readonly string[],
  at: Date,
): Promise<Recipient[]> {
  return tx
    .select({
      account: accounts,
      unit: units.name,
      timezone: sites.timezone,
      preferences: notificationPreferences,
    })
    .from(accounts)
    .innerJoin(usagePoints, eq(usagePoints.id, accounts.usage_point_id))
    .innerJoin(units, eq(units.id, usagePoints.unit_id))
    .innerJoin(sites, eq(sites.id, units.site_id))
    .innerJoin(
      agreements,
      and(
        eq(agreements.usage_point_id, usagePoints.id),
        lte(agreements.from_at, at),
        or(isNull(agreements.to_at), gt(agreements.to_at, at)),
      ),
    )
    .innerJoin(
      notificationPreferences,
      eq(notificationPreferences.customer_id, agreements.customer_id),
    )
    .where(and(inArray(accounts.id, [...accountIds]), lte(notificationPreferences.since_at, at)))
    .orderBy(notificationPreferences.customer_id, accounts.ordinal)
    .for("update", { of: notificationPreferences });
}

/** The ids of the operator's endpoints that want this type of event. */
export async function endpointsFor(
  tx: Queryable,
  { operatorId, type, at }: { operatorId: string; type: string; at: Date },
): Promise<string[]> {
  const rows = await tx
    .select({ id: webhookEndpoints.id })
    .from(webhookEndpoints)
    .where(
      and(
        eq(webhookEndpoints.operator_id, operatorId),
        eq(webhookEndpoints.state, "active"),
        lte(webhookEndpoints.since_at, at),
        or(
          eq(sql`cardinality(${webhookEndpoints.event_types})`, 0),
          arrayContains(webhookEndpoints.event_types, [type]),
        ),
      ),
    );
  return rows.map(({ id }) => id);
}
