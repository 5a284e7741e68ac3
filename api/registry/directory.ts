/**
 * The directory of a shard: under which index its engine knows a price list or a policy. A shard learns of either when
 * the first of its accounts needs it.
 */
import { and, eq } from "drizzle-orm";
import { recordCoverage, tellVersion } from "./coverage.ts";
import type { Queryable } from "./database.ts";
import { type SupplyPolicy, tellPolicy } from "./policies.ts";
import { versionsOf } from "./price-lists.ts";
import { shardPolicies, shardPriceLists } from "./schema/accounts.ts";
import { directorySize, nextIndex } from "./shards.ts";

/** A shard's directory within one transaction: what has been looked up is not looked up again. */
export type Directory = {
  priceList(id: string): Promise<number>;
  policy(policy: SupplyPolicy): Promise<number>;
};

/** Opens the directory of a shard. The policies and lists that will be asked for, and the shard, are locked. */
export function openDirectory(tx: Queryable, shard: number, nowS: number): Directory {
  const known = new Map<string, Promise<number>>();
  const once = (id: string, find: () => Promise<number>): Promise<number> => {
    const index = known.get(id) ?? find();
    known.set(id, index);
    return index;
  };
  return {
    priceList: (id) => once(id, () => priceListIndex(tx, { shard, nowS }, id)),
    policy: (policy) => once(policy.id, () => policyIndex(tx, { shard, nowS }, policy)),
  };
}

/** The shard's index of a price list; tells the shard of all its versions the first time. */
async function priceListIndex(
  tx: Queryable,
  at: { shard: number; nowS: number },
  priceListId: string,
): Promise<number> {
  const { shard, nowS } = at;
  const entry = { shard, price_list_id: priceListId };
  const [there] = await tx
    .select()
    .from(shardPriceLists)
    .where(and(eq(shardPriceLists.shard, shard), eq(shardPriceLists.price_list_id, priceListId)));
  if (there !== undefined) return there.index;
  const index = nextIndex(shard, await directorySize(tx, shard, "price_lists"));
  await tx.insert(shardPriceLists).values({ ...entry, index, covers_to: new Date(nowS * 1_000) });
  const versions = await versionsOf(tx, priceListId);
  for (const [position, version] of versions.entries()) {
    const next = versions[position + 1];
    const coversTo = await tellVersion(tx, { shard, index, nowS }, version, next);
    await recordCoverage(tx, entry, coversTo);
  }
  return index;
}

/** The shard's index of a policy; tells the shard of it the first time. */
async function policyIndex(
  tx: Queryable,
  at: { shard: number; nowS: number },
  policy: SupplyPolicy,
): Promise<number> {
  const { shard, nowS } = at;
  const known = and(eq(shardPolicies.shard, shard), eq(shardPolicies.policy_id, policy.id));
  const [there] = await tx.select().from(shardPolicies).where(known);
  if (there !== undefined) return there.index;
  const index = nextIndex(shard, await directorySize(tx, shard, "policies"));
  await tx.insert(shardPolicies).values({ shard, policy_id: policy.id, index });
  await tellPolicy(tx, { shard, index, nowS }, policy);
  return index;
}
