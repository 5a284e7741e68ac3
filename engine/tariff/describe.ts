/**
 * Names for the numbers that rated rows carry.
 */
import type { PriceList } from "../contract/price-list/price-list.ts";

/** Names of a version's periods and charges, each by its index in rated rows. */
export type TariffNames = { periods: readonly string[]; charges: readonly string[] };

/** The names of each version, in the order given. */
export function describeTariff(lists: readonly PriceList[]): TariffNames[] {
  return lists.map((list) => ({
    periods: list.periods.map((period) => period.name),
    charges: list.charges.map((charge) => charge.name),
  }));
}
