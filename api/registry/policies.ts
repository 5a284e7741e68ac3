/**
 * Supply policies (R70-R81): when people are warned, and when supply is cut and returns.
 */
import { and, asc, eq, gt } from "drizzle-orm";
import { type Created, createOrFind } from "./created.ts";
import type { Queryable } from "./database.ts";
import { supplyPolicies } from "./schema/pricing.ts";
import type { Page } from "./sites.ts";

/** A supply policy as the registry has it. */
export type SupplyPolicy = typeof supplyPolicies.$inferSelect;
/** What a supply policy is made of. Money in micros; low-credit thresholds from the highest. */
export type NewPolicy = Omit<SupplyPolicy, "id" | "ordinal" | "created_at">;

/** Makes a policy, or finds the operator's policy of this name. */
export function createPolicy(db: Queryable, policy: NewPolicy): Promise<Created<SupplyPolicy>> {
  return createOrFind(
    () => db.insert(supplyPolicies).values(policy).onConflictDoNothing().returning(),
    () =>
      db
        .select()
        .from(supplyPolicies)
        .where(
          and(
            eq(supplyPolicies.operator_id, policy.operator_id),
            eq(supplyPolicies.name, policy.name),
          ),
        ),
  );
}

/** The operator's policy of this id, or undefined. */
export async function policyOf(
  db: Queryable,
  operatorId: string,
  id: string,
): Promise<SupplyPolicy | undefined> {
  const [policy] = await db
    .select()
    .from(supplyPolicies)
    .where(and(eq(supplyPolicies.operator_id, operatorId), eq(supplyPolicies.id, id)));
  return policy;
}

/** The operator's policies in the order of their making. */
export function listPolicies(
  db: Queryable,
  operatorId: string,
  page: Page,
): Promise<SupplyPolicy[]> {
  return db
    .select()
    .from(supplyPolicies)
    .where(and(eq(supplyPolicies.operator_id, operatorId), gt(supplyPolicies.ordinal, page.after)))
    .orderBy(asc(supplyPolicies.ordinal))
    .limit(page.limit);
}
