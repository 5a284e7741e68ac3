/**
 * R30, R32, R33, R2: what an accepted interval costs.
 */
import assert from "node:assert/strict";
import { costOf } from "./arithmetic.ts";
import { accumulated, type Counters, count, splitByBlock } from "./blocks.ts";
import { type Course, cyclesOf, dueOf, listAt } from "./course.ts";
import { inTime } from "./due.ts";
import { versionAt } from "./price-list.ts";
import { periodAt, switchInstants } from "./schedule.ts";
import { type Interval, type Part, splitAt } from "./split.ts";

/** Quantity of one list, version, period and block, and its cost. `version` and `block` count from 0. */
export type Rated = {
  list: number;
  version: number;
  period: string;
  block: number;
  quantityAtoms: bigint;
  costMicros: bigint;
};

/** What rating carries from interval to interval: R33's counters and R2's carry. */
export type Tally = { counters: Counters; carryP: bigint };

/**
 * What an interval's consumption cost up to and with an instant, since the one before; R81: whether a local day ends there;
 * R38: whether a cycle does.
 */
export type PartCost = { toS: bigint; costMicros: bigint; endsDay: boolean; endsCycle: boolean };

/**
 * An interval's rated pieces in order, neighbours of one list, version, period and block merged; what each part of it cost, cut
 * wherever something begins or falls due; and the tally after it.
 */
export type RatedInterval = { rated: Rated[]; costs: PartCost[]; tally: Tally };

/**
 * Rates an interval (fromS, toS]. It is cut at every switch, cycle start and version start, and where another list takes
 * its place; each part is rated by the list, the version, the period and the counters at its start. Counters are 0 from a
 * cycle start or another list on, also when the interval ends just there: the tally is what is in force from toS on. The
 * carry goes on.
 */
export function rateInterval(course: Course, interval: Interval, before: Tally): RatedInterval {
  const { fromS, toS } = interval;
  const cycles = new Set(cyclesOf(course, fromS, toS));
  let { counters, carryP } = before;
  // R37: "a list is its own product": where it took the other's place just at or before fromS, nothing of it is consumed.
  if (course.next !== undefined && course.next.atS <= fromS) counters = {};
  const due = dueOf(course, fromS, toS);
  const midnights = new Set(
    due.filter(({ begins }) => begins.includes("day")).map(({ atS }) => atS),
  );
  const cuts = new Set([...cutsOf(course, fromS, toS), ...due.map(({ atS }) => atS)]);
  const rated: Rated[] = [];
  const costs: PartCost[] = [];
  for (const part of splitAt(interval, [...cuts].sort(inTime))) {
    const after = ratePart(course, part, { counters, carryP });
    rated.push(...after.rated);
    const costMicros = after.rated.reduce((sum, piece) => sum + piece.costMicros, 0n);
    const endsCycle = cycles.has(part.toS);
    costs.push({ toS: part.toS, costMicros, endsDay: midnights.has(part.toS), endsCycle });
    ({ counters, carryP } = after.tally);
    if (endsCycle || part.toS === course.next?.atS) counters = {};
  }
  return { rated: mergeNeighbours(rated), costs, tally: { counters, carryP } };
}

/** R32: the instants in (fromS, toS] at which another price or counter begins. More cuts than these change no total. */
function cutsOf(course: Course, fromS: bigint, toS: bigint): Set<bigint> {
  const cuts = new Set(cyclesOf(course, fromS, toS));
  const within = (atS: bigint): boolean => fromS < atS && atS <= toS;
  const { list, next } = course;
  for (const version of [...list.versions, ...(next?.list.versions ?? [])]) {
    for (const atS of switchInstants(version, fromS, toS)) cuts.add(atS);
    if (version.fromS !== undefined && within(version.fromS)) cuts.add(version.fromS);
  }
  if (next !== undefined && within(next.atS)) cuts.add(next.atS);
  return cuts;
}

function ratePart(course: Course, part: Part, tally: Tally): Omit<RatedInterval, "costs"> {
  const { index: list, list: prices } = listAt(course, part.fromS);
  const version = versionAt(prices, part.fromS);
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
    const costMicros = cost.costMicros;
    return { list, version: version.index, period, block, quantityAtoms, costMicros };
  });
  return { rated, tally: { counters: count(tally.counters, period, part.deltaAtoms), carryP } };
}

function mergeNeighbours(pieces: readonly Rated[]): Rated[] {
  const merged: Rated[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    const same =
      last?.list === piece.list &&
      last.version === piece.version &&
      last.period === piece.period &&
      last.block === piece.block;
    if (!same) {
      merged.push({ ...piece });
      continue;
    }
    last.quantityAtoms += piece.quantityAtoms;
    last.costMicros += piece.costMicros;
  }
  return merged;
}
