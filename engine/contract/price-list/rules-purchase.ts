/**
 * Rules of a list that is rated by purchase (R34): its rates say what quantity costs when it is bought.
 */
import { formatDecimal } from "../decimal.ts";
import type { Unit } from "../services.ts";
import type { Draft, DraftPeriod } from "./draft.ts";
import { SOLD_PRICE_P_MAX, SOLD_PRICE_P_MIN } from "./limits.ts";
import { fault, inside, type Place } from "./part.ts";
import type { Tax } from "./price-list.ts";
import { taxedPriceP } from "./taxed.ts";

/** Whether the list is rated by purchase. */
export function isPurchase(draft: Draft): boolean {
  return draft.accumulationBasis === "purchase";
}

/** Checks what such a list cannot have, since what is bought is not bought at the time of its use; `place` is the list's. */
export function checkPurchase(place: Place, draft: Draft): void {
  if (!isPurchase(draft)) return;
  if (draft.periods.length > 1) {
    fault(
      inside(place, "rates"),
      `has ${draft.periods.length} periods: with accumulation_basis "purchase" quantity is paid for before it is used, so give one`,
    );
  }
  if (draft.blockScope === "per_period") {
    fault(
      inside(place, "block_scope"),
      'must be "all" with accumulation_basis "purchase", which has one period',
    );
  }
  if (draft.demand !== undefined) {
    fault(
      inside(place, "demand"),
      'can\'t be charged with accumulation_basis "purchase": leave it out',
    );
  }
}

/** Checks the prices of a period's blocks; only a block that another follows may be free. */
export function checkSoldPrices(
  place: Place,
  period: DraftPeriod,
  { unit, taxes }: { unit: Unit; taxes: readonly Tax[] },
): void {
  for (const [index, block] of period.blocks.entries()) {
    if (block === undefined) continue;
    const at = inside(inside(place, index), "price");
    const priceP = taxedPriceP(block.price, taxes, unit.atoms);
    if (priceP === 0n) {
      if (index === period.blocks.length - 1)
        fault(at, "can't be 0 in the last block of a list by purchase: nothing would end it");
    } else if (priceP < SOLD_PRICE_P_MIN || priceP > SOLD_PRICE_P_MAX) {
      const least = formatDecimal(SOLD_PRICE_P_MIN * unit.atoms, 12, 0);
      const most = formatDecimal(SOLD_PRICE_P_MAX * unit.atoms, 12, 0);
      fault(
        at,
        `is out of range: with accumulation_basis "purchase" and taxes it is 0, or from ${least} to ${most} per ${unit.name}`,
      );
    }
  }
}
