/**
 * R30, R32, R33, R2: what an accepted interval costs.
 */
import assert from "node:assert/strict";
import { costOf } from "./arithmetic.ts";
import { accumulated, type Counters, count, splitByBlock } from "./blocks.ts";
import { cycleStarts } from "./cycle.ts";
import { dueBetween, inTime } from "./due.ts";
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

/** What an interval's consumption cost up to and with an instant, since the one before; R81: whether a local day ends there. */
export type PartCost = { toS: bigint; costMicros: bigint; endsDay: boolean };

/**
 * An interval's rated pieces in order, neighbours of one version, period and block merged; what each part of it cost, cut
 * wherever something begins or falls due; and the tally after it.
 */
export type RatedInterval = { rated: Rated[]; costs: PartCost[]; tally: Tally };

/**
 * Rates an interval (fromS, toS]. It is cut at every switch, cycle start and version start; each part is rated by the
 * version, the period and the counters at its start. Counters are 0 from a cycle start on, also when the interval ends
 * just there: the tally is what is in force from toS on.
 */
export function rateInterval(list: PriceList, interval: Interval, before: Tally): RatedInterval {
  const { fromS, toS } = interval;
  const resets = new Set(cycleStarts(list, fromS, toS));
  let { counters, carryP } = before;
  const due = dueBetween(list, fromS, toS);
  const midnights = new Set(
    due.filter(({ begins }) => begins.includes("day")).map(({ atS }) => atS),
  );
  const cuts = new Set([...cutsOf(list, fromS, toS), ...due.map(({ atS }) => atS)]);
  const rated: Rated[] = [];
  const costs: PartCost[] = [];
  for (const part of splitAt(interval, [...cuts].sort(inTime))) {
    const after = ratePart(list, part, { counters, carryP });
    rated.push(...after.rated);
    const costMicros = after.rated.reduce((sum, piece) => sum + piece.costMicros, 0n);
    costs.push({ toS: part.toS, costMicros, endsDay: midnights.has(part.toS) });
    ({ counters, carryP } = after.tally);
    if (resets.has(part.toS)) counters = {};
  }
  return { rated: mergeNeighbours(rated), costs, tally: { counters, carryP } };
}

/** R32: the instants in (fromS, toS] at which another price or counter begins. More cuts than these change no total. */
function cutsOf(list: PriceList, fromS: bigint, toS: bigint): Set<bigint> {
  const cuts = new Set(cycleStarts(list, fromS, toS));
  for (const version of list.versions) {
    for (const atS of switchInstants(version, fromS, toS)) cuts.add(atS);
    if (version.fromS !== undefined && fromS < version.fromS && version.fromS <= toS) {
      cuts.add(version.fromS);
    }
  }
  return cuts;
}

function ratePart(list: PriceList, part: Part, tally: Tally): Omit<RatedInterval, "costs"> {
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
