/**
 * Price lists and their versions, which are never edited (R30).
 */
import { and, asc, eq, gt, isNull } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { priceLists, priceListVersions } from "./schema/pricing.ts";
import type { Page } from "./sites.ts";

/** A price list as the registry has it. */
export type PriceListRow = typeof priceLists.$inferSelect;
/** A version as the registry has it. */
export type PriceListVersion = typeof priceListVersions.$inferSelect;

/** Keeps a list from getting another version until the transaction ends. Lists are locked before shards, everywhere. */
export async function lockPriceList(tx: Queryable, id: string): Promise<void> {
  await tx.select().from(priceLists).where(eq(priceLists.id, id)).for("share");
}

/** The operator's price list of this id, or undefined. */
export async function priceListOf(
  db: Queryable,
  operatorId: string,
  id: string,
): Promise<PriceListRow | undefined> {
  const [row] = await db
    .select()
    .from(priceLists)
    .where(and(eq(priceLists.operator_id, operatorId), eq(priceLists.id, id)));
  return row;
}

/** The operator's price lists in the order of their making. */
export function listPriceLists(
  db: Queryable,
  operatorId: string,
  page: Page,
): Promise<PriceListRow[]> {
  return db
    .select()
    .from(priceLists)
    .where(and(eq(priceLists.operator_id, operatorId), gt(priceLists.ordinal, page.after)))
    .orderBy(asc(priceLists.ordinal))
    .limit(page.limit);
}

/** The versions of a list that were not taken back, in the order in which they begin. */
export function versionsOf(db: Queryable, priceListId: string): Promise<PriceListVersion[]> {
  return db
    .select()
    .from(priceListVersions)
    .where(
      and(eq(priceListVersions.price_list_id, priceListId), isNull(priceListVersions.cancelled_at)),
    )
    .orderBy(asc(priceListVersions.effective_from));
}
