/**
 * Supply policies (R70-R81): when people are warned, and when supply is cut and returns.
 */
import { and, asc, eq, gt, sql } from "drizzle-orm";
import { orderOfShard } from "../engine/outbox.ts";
import type { Author } from "./audit.ts";
import { calendarIndex, lockCalendar } from "./calendars.ts";
import { type Created, createOrFind } from "./created.ts";
import { one, type Queryable } from "./database.ts";
import { policyOrder } from "./policy-terms.ts";
import { shardPolicies } from "./schema/accounts.ts";
import { supplyPolicies, supplyPolicyVersions } from "./schema/pricing.ts";
import { lockShard } from "./shards.ts";
import type { Page } from "./sites.ts";

/** A supply policy as the registry has it. */
export type SupplyPolicy = typeof supplyPolicies.$inferSelect;
/** What a supply policy is made of. Money in micros; low-credit thresholds from the highest. */
export type NewPolicy = Omit<typeof supplyPolicies.$inferInsert, "id" | "created_at" | "version">;

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

/** Keeps what a version of a policy says. */
export async function keepPolicyVersion(
  tx: Queryable,
  row: SupplyPolicy,
  author: Author,
  said: unknown,
): Promise<void> {
  const { id: policy_id, version } = row;
  await tx
    .insert(supplyPolicyVersions)
    .values({ policy_id, version, said, key_id: author.keyId, at: author.at });
}

/**
 * Puts other terms in the place of a policy's, and tells the shards that know it, which judge their accounts anew; gives
 * these shards. Runs in a transaction.
 */
export async function replacePolicy(
  tx: Queryable,
  id: string,
  terms: Omit<NewPolicy, "operator_id" | "name" | "currency" | "unit">,
  nowS: number,
): Promise<{ row: SupplyPolicy; shards: number[] }> {
  const row = one(
    await tx
      .update(supplyPolicies)
      .set({ ...terms, version: sql`${supplyPolicies.version} + 1` })
      .where(eq(supplyPolicies.id, id))
      .returning(),
  );
  await lockCalendars(tx, row);
  const knowing = await tx
    .select()
    .from(shardPolicies)
    .where(eq(shardPolicies.policy_id, id))
    .orderBy(asc(shardPolicies.shard));
  for (const { shard, index } of knowing) {
    await lockShard(tx, shard);
    await tellPolicy(tx, { shard, index, nowS }, row);
  }
  return { row, shards: knowing.map(({ shard }) => shard) };
}

/** Keeps a policy and its calendars as they are until the transaction ends, and gives it as it is now. Before shards. */
export async function lockPolicy(
  tx: Queryable,
  id: string,
  strength: "share" | "update" = "share",
): Promise<SupplyPolicy> {
  const row = one(
    await tx.select().from(supplyPolicies).where(eq(supplyPolicies.id, id)).for(strength),
  );
  await lockCalendars(tx, row);
  return row;
}

/** Tells a shard (locked) of a policy (locked) under an index, and before of the calendars that it names. */
export async function tellPolicy(
  tx: Queryable,
  at: { shard: number; index: number; nowS: number },
  row: SupplyPolicy,
): Promise<void> {
  const indexOf = async (id: string | null) =>
    id === null ? undefined : await calendarIndex(tx, at, id);
  const friendly = await indexOf(row.friendly_calendar_id);
  const cutWindow = await indexOf(row.cut_window_calendar_id);
  await orderOfShard(tx, at.shard, policyOrder(row, { index: at.index, friendly, cutWindow }));
}

async function lockCalendars(tx: Queryable, row: SupplyPolicy): Promise<void> {
  const ids = [row.friendly_calendar_id, row.cut_window_calendar_id].filter((id) => id !== null);
  for (const id of [...new Set(ids)].sort()) await lockCalendar(tx, id);
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
