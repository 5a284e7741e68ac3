/**
 * R30, R32, R33, R2: what an accepted interval costs.
 */
import assert from "node:assert/strict";
import { costOf } from "./arithmetic.ts";
import { accumulated, type Counters, count, splitByBlock } from "./blocks.ts";
import { cycleStarts } from "./cycle.ts";
import { inTime } from "./due.ts";
import { type PriceList, versionAt } from "./price-list.ts";
import { periodAt, switchInstants } from "./schedule.ts";
import { type Interval, type Part, splitAt } from "./split.ts";

/** Quantity of one version, period and block, and its cost. `version` and `block` count from 0. */
export type Rated = {
  version: number;
  period: string;
  block: number;
  quantityAtoms: bigint;
  costMicros: bigint;
};

/** What rating carries from interval to interval: R33's counters and R2's carry. */
export type Tally = { counters: Counters; carryP: bigint };

/** An interval's rated pieces in order, neighbours of one version, period and block merged, and the tally after it. */
export type RatedInterval = { rated: Rated[]; tally: Tally };

/**
 * Rates an interval (fromS, toS]. It is cut at every switch, cycle start and version start; each part is rated by the
 * version, the period and the counters at its start. Counters are 0 from a cycle start on, also when the interval ends
 * just there: the tally is what is in force from toS on.
 */
export function rateInterval(list: PriceList, interval: Interval, before: Tally): RatedInterval {
  const { fromS, toS } = interval;
  const resets = new Set(cycleStarts(list, fromS, toS));
  let { counters, carryP } = before;
  const rated: Rated[] = [];
  for (const part of splitAt(interval, cutsOf(list, fromS, toS))) {
    const after = ratePart(list, part, { counters, carryP });
    rated.push(...after.rated);
    ({ counters, carryP } = after.tally);
    if (resets.has(part.toS)) counters = {};
  }
  return { rated: mergeNeighbours(rated), tally: { counters, carryP } };
}

/** R32: the instants in (fromS, toS] at which an interval is cut. More cuts than needed change no total. */
function cutsOf(list: PriceList, fromS: bigint, toS: bigint): bigint[] {
  const cuts = new Set(cycleStarts(list, fromS, toS));
  for (const version of list.versions) {
    for (const atS of switchInstants(version, fromS, toS)) cuts.add(atS);
    if (version.fromS !== undefined && fromS < version.fromS && version.fromS <= toS) {
      cuts.add(version.fromS);
    }
  }
  return [...cuts].sort(inTime);
}

function ratePart(list: PriceList, part: Part, tally: Tally): RatedInterval {
  const version = versionAt(list, part.fromS);
  assert(version !== undefined, "an untariffed interval is not rated");
  const period = periodAt(version, part.fromS);
  const blocks = version.blocksOf.get(period);
  if (blocks === undefined) throw new Error(`period "${period}" has no rate`);

  const reached = accumulated(tally.counters, version.blockScope, period);
  let carryP = tally.carryP;
  const rated = splitByBlock(part.deltaAtoms, reached, blocks).map((piece) => {
    const { block, quantityAtoms, priceP } = piece;
    const cost = costOf(quantityAtoms, priceP, carryP);
    carryP = cost.carryP;
    return { version: version.index, period, block, quantityAtoms, costMicros: cost.costMicros };
  });
  return { rated, tally: { counters: count(tally.counters, period, part.deltaAtoms), carryP } };
}

function mergeNeighbours(pieces: readonly Rated[]): Rated[] {
  const merged: Rated[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    const same =
      last?.version === piece.version && last.period === piece.period && last.block === piece.block;
    if (!same) {
      merged.push({ ...piece });
      continue;
    }
    last.quantityAtoms += piece.quantityAtoms;
    last.costMicros += piece.costMicros;
  }
  return merged;
}
