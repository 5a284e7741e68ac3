/**
 * How customers want to be told.
 */
import { and, eq } from "drizzle-orm";
import { type Author, recordDeed } from "../registry/audit.ts";
import { one, type Queryable } from "../registry/database.ts";
import { notificationPreferences } from "../registry/schema/notifications.ts";
import { customers } from "../registry/schema/parties.ts";

/** Preferences as the registry has them. */
export type Preferences = typeof notificationPreferences.$inferSelect;
/** Preferences as they are set: all of them at once. */
export type PreferenceTerms = Omit<
  Preferences,
  "customer_id" | "operator_id" | "since_at" | "created_at"
>;

const DAY_MINUTES = 1_440;

const p = notificationPreferences;

/** The preferences of the operator's customer; undefined where none were set, or there is no such customer. */
export async function preferencesOf(
  db: Queryable,
  operatorId: string,
  customerId: string,
): Promise<Preferences | undefined> {
  const [row] = await db
    .select()
    .from(p)
    .where(and(eq(p.operator_id, operatorId), eq(p.customer_id, customerId)));
  return row;
}

/** Sets them; undefined where the operator has no such customer. Nobody is told of what was before the first time. */
export async function setPreferences(
  tx: Queryable,
  author: Author,
  customerId: string,
  terms: PreferenceTerms,
): Promise<Preferences | undefined> {
  const { operatorId } = author;
  const found = await tx
    .select({ id: customers.id })
    .from(customers)
    .where(and(eq(customers.operator_id, operatorId), eq(customers.id, customerId)));
  if (found.length === 0) return undefined;
  const row = one(
    await tx
      .insert(p)
      .values({ ...terms, customer_id: customerId, operator_id: operatorId, since_at: author.at })
      .onConflictDoUpdate({ target: p.customer_id, set: terms })
      .returning(),
  );
  const { email, phone, ...rest } = terms;
  await recordDeed(tx, author, {
    action: "notification_preferences.set",
    object: `customer/${customerId}`,
    // Where a customer is reached is theirs: the record says only whether it is known.
    data: { ...rest, has_email: email !== null, has_phone: phone !== null },
  });
  return row;
}

/** Minutes of a day that are quiet. */
export function quietMinutes({
  quiet_from_min: from,
  quiet_to_min: to,
}: Pick<PreferenceTerms, "quiet_from_min" | "quiet_to_min">): number {
  if (from === null || to === null) return 0;
  return (to - from + DAY_MINUTES) % DAY_MINUTES;
}
