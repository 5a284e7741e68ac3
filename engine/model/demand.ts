/**
 * R38: "a maximum-demand charge (highest mean over 15/30 min in the cycle × price per kW) charged at cycle end".
 */
import { ceilDiv, floorDiv, PICOS_PER_MICRO } from "./arithmetic.ts";
import { most } from "./money.ts";
import type { DemandPrice } from "./price-list.ts";
import { type Interval, quantityUpTo } from "./split.ts";

/**
 * The window that is being gathered, by its begin (0: none yet), what was used in it, and the most that any window before it
 * in this cycle has, in atoms.
 */
export type Demand = {
  readonly windowS: bigint;
  readonly windowAtoms: bigint;
  readonly maxAtoms: bigint;
};

/** Nothing gathered. */
export const NO_DEMAND: Demand = { windowS: 0n, windowAtoms: 0n, maxAtoms: 0n };

/** An interval over more windows is gathered exactly at its ends only. */
const WINDOWS_MAX = 4_096n;
const WINDOWS_AT_END = WINDOWS_MAX / 2n;

/**
 * Gathers the part (fromS, toS] of an interval, window by window. Window k is [k·W, (k + 1)·W) in epoch time; its share is
 * that of R32. Under a version without demand nothing is kept.
 */
export function gather(
  before: Demand,
  price: DemandPrice | undefined,
  interval: Interval,
  { fromS, toS }: { readonly fromS: bigint; readonly toS: bigint },
): Demand {
  if (price === undefined) return NO_DEMAND;
  const { windowS } = price;
  const firstLeftOut = floorDiv(interval.fromS, windowS) + WINDOWS_AT_END;
  const lastLeftOut = floorDiv(interval.toS - 1n, windowS) - WINDOWS_AT_END;
  let demand = before;
  for (let k = floorDiv(fromS, windowS); k * windowS < toS; k += 1n) {
    if (firstLeftOut <= k && k <= lastLeftOut) {
      demand = takeLargest(demand, windowS, interval);
      k = lastLeftOut; // on behind them
      continue;
    }
    const beginS = most(fromS, k * windowS);
    const endS = (k + 1n) * windowS < toS ? (k + 1n) * windowS : toS;
    const share = quantityUpTo(interval, endS) - quantityUpTo(interval, beginS);
    if (demand.windowS !== k * windowS) demand = { ...closed(demand), windowS: k * windowS };
    demand = { ...demand, windowAtoms: demand.windowAtoms + share };
  }
  return demand;
}

/** A cycle's end: the window is over, and so is what was gathered; the rest of that window belongs to the next cycle. */
export function endCycle(demand: Demand): { readonly maxAtoms: bigint; readonly next: Demand } {
  const { maxAtoms } = closed(demand);
  return { maxAtoms, next: { ...demand, windowAtoms: 0n, maxAtoms: 0n } };
}

/** What the highest demand of a cycle costs, in micros. There is no carry. */
export function demandMicros({ priceP }: DemandPrice, maxAtoms: bigint): bigint {
  return floorDiv(maxAtoms * priceP, PICOS_PER_MICRO);
}

/** R17, R92: another meter or tenant: the running window is forgotten. */
export function withoutWindow(demand: Demand): Demand {
  return { ...demand, windowS: 0n, windowAtoms: 0n };
}

/** Of windows that are not looked at one by one: the most that one of them can have. */
function takeLargest(
  demand: Demand,
  windowS: bigint,
  { fromS, toS, deltaAtoms }: Interval,
): Demand {
  const largest = ceilDiv(deltaAtoms * windowS, toS - fromS);
  const done = closed(demand);
  return { ...done, maxAtoms: most(done.maxAtoms, largest) };
}

/** The running window counts among those that are over. */
function closed(demand: Demand): Demand {
  return {
    ...demand,
    windowAtoms: 0n,
    maxAtoms: most(demand.maxAtoms, demand.windowAtoms),
  };
}
