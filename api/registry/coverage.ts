/**
 * How far ahead the engine can rate: it compiles a price list for a stretch of time, and is told again, further reaching,
 * long before its end.
 */
import { and, asc, eq, lt } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { orderOfShard } from "../engine/outbox.ts";
import type { Queryable } from "./database.ts";
import { asOperator, crossing } from "./isolation/scope.ts";
import { lockPriceList, type PriceListVersion, versionsOf } from "./price-lists.ts";
import { shardPriceLists } from "./schema/accounts.ts";
import { priceLists } from "./schema/pricing.ts";
import { lockShard } from "./shards.ts";

const DAY_S = 86_400;
/** A table reaches so far back: an interval that began earlier is rated only from there. */
const COVERS_BACK_S = 400 * DAY_S;
/** A table reaches so far ahead of the clock. */
export const COVERS_AHEAD_S = 400 * DAY_S;
/** A table that ends sooner than this from now is made anew. */
export const COVERS_LEFT_S = 200 * DAY_S;
/** Most tables that are renewed in one round. */
const RENEWED_MAX = 1_000;

/** A shard's directory entry of a price list. */
export type ListAt = { shard: number; index: number };

/**
 * Writes the shard's command for one version; `next` is the one after it, where its table may end. Gives the end of what
 * is covered.
 */
export async function tellVersion(
  tx: Queryable,
  at: ListAt & { nowS: number },
  version: PriceListVersion,
  next: PriceListVersion | undefined,
): Promise<Date> {
  const beginS = version.effective_from.getTime() / 1_000;
  const coversFromS = Math.max(beginS, at.nowS - COVERS_BACK_S);
  const aheadS = Math.max(beginS, at.nowS) + COVERS_AHEAD_S;
  const coversToS = Math.max(
    coversFromS + DAY_S,
    Math.min(aheadS, next === undefined ? aheadS : next.effective_from.getTime() / 1_000),
  );
  await orderOfShard(tx, at.shard, {
    op: "set_price_list",
    index: at.index,
    version: version.number,
    effective_from_s: beginS,
    covers_from_s: coversFromS,
    covers_to_s: coversToS,
    text: version.text,
  });
  return new Date(coversToS * 1_000);
}

/** Renews what ends too soon; gives the shards that have been told, whose outbox is to be delivered. */
export async function renewCoverage(db: NodePgDatabase, nowS: number): Promise<number[]> {
  const soon = new Date((nowS + COVERS_LEFT_S) * 1_000);
  const ending = await crossing("what is due", () =>
    db
      .select({ entry: shardPriceLists, operatorId: priceLists.operator_id })
      .from(shardPriceLists)
      .innerJoin(priceLists, eq(priceLists.id, shardPriceLists.price_list_id))
      .where(lt(shardPriceLists.covers_to, soon))
      .orderBy(asc(shardPriceLists.covers_to))
      .limit(RENEWED_MAX)
      .execute(),
  );
  for (const { entry, operatorId } of ending) {
    await asOperator(operatorId, () =>
      db.transaction(async (tx) => {
        await lockPriceList(tx, entry.price_list_id);
        await lockShard(tx, entry.shard);
        const versions = await versionsOf(tx, entry.price_list_id);
        const last = versions.at(-1);
        if (last === undefined) return;
        const coversTo = await tellVersion(tx, { ...entry, nowS }, last, undefined);
        await recordCoverage(tx, entry, coversTo);
      }),
    );
  }
  return [...new Set(ending.map(({ entry }) => entry.shard))];
}

/** Keeps the end of what a shard was told to cover. */
export async function recordCoverage(
  tx: Queryable,
  entry: { shard: number; price_list_id: string },
  coversTo: Date,
): Promise<void> {
  await tx
    .update(shardPriceLists)
    .set({ covers_to: coversTo })
    .where(
      and(
        eq(shardPriceLists.shard, entry.shard),
        eq(shardPriceLists.price_list_id, entry.price_list_id),
      ),
    );
}
