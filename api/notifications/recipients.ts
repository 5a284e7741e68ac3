/**
 * Who is told: the customer whose agreement covers an instant, and the endpoints that want an event.
 */
import { and, eq, gt, inArray, isNull, lte, or } from "drizzle-orm";
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

/** What has to be known of an endpoint to tell whether it wants a fact. */
export type Listening = Pick<
  typeof webhookEndpoints.$inferSelect,
  "id" | "operator_id" | "event_types" | "since_at"
>;

/** The endpoints of these operators that are told of something. */
export function endpointsOf(tx: Queryable, operatorIds: readonly string[]): Promise<Listening[]> {
  const { id, operator_id, event_types, since_at, state, ordinal } = webhookEndpoints;
  return tx
    .select({ id, operator_id, event_types, since_at })
    .from(webhookEndpoints)
    .where(and(inArray(operator_id, [...operatorIds]), eq(state, "active")))
    .orderBy(ordinal);
}

/** The operators, of these, with customers who have preferences. */
export async function operatorsWithCustomers(
  tx: Queryable,
  operatorIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { operator_id } = notificationPreferences;
  const rows = await tx
    .selectDistinct({ operator_id })
    .from(notificationPreferences)
    .where(inArray(operator_id, [...operatorIds]));
  return new Set(rows.map((row) => row.operator_id));
}
