/**
 * What the numbers in rated rows mean: versions of the operator's price lists with their periods, blocks, charges and taxes.
 */
import { and, eq, inArray } from "drizzle-orm";
import { parsePriceListText } from "../../engine/contract/price-list/parse.ts";
import type { PriceList } from "../../engine/contract/price-list/price-list.ts";
import type { Queryable } from "../registry/database.ts";
import { priceLists, priceListVersions } from "../registry/schema/pricing.ts";

/** A version with what it says. */
export type Tariff = { number: number; effectiveFromS: number; list: PriceList };

/** What an index in rows of charges means beyond the list's own charges (R35, R36, R38). */
export const CHARGE_CODES = { timeDebt: 32, demand: 40, toDebt: 64 } as const;

/** The versions of these numbers that are the operator's, by number. */
export async function tariffsOf(
  db: Queryable,
  operatorId: string,
  numbers: readonly number[],
): Promise<Map<number, Tariff>> {
  if (numbers.length === 0) return new Map();
  const rows = await db
    .select({
      number: priceListVersions.number,
      from: priceListVersions.effective_from,
      text: priceListVersions.text,
    })
    .from(priceListVersions)
    .innerJoin(priceLists, eq(priceLists.id, priceListVersions.price_list_id))
    .where(
      and(eq(priceLists.operator_id, operatorId), inArray(priceListVersions.number, [...numbers])),
    );
  return new Map(
    rows.map(({ number, from, text }) => {
      const parsed = parsePriceListText(text);
      if (!parsed.ok) throw new Error(`version ${number} of a price list does not parse any more`);
      const effectiveFromS = Math.floor(from.getTime() / 1_000);
      return [number, { number, effectiveFromS, list: parsed.priceList }];
    }),
  );
}
