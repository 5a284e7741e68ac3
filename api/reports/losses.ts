/**
 * Losses: what a site's supply meters counted, less what all its other meters did, with the doubt that unaligned reads leave.
 */
import { formatDecimal } from "../../engine/contract/decimal.ts";
import type { Service } from "../../engine/contract/services.ts";
import { atomsToText } from "../../engine/contract/services.ts";
import { timeText } from "../schemas.ts";
import { unitShown } from "../shown-unit.ts";
import { edgesBy, type TimeAsked } from "./consumption.ts";
import { groupBy } from "./group-by.ts";
import type { ReportStore } from "./store.ts";
import { type Doubt, doubtsOf } from "./straddling.ts";
import type { Subject } from "./subjects.ts";
import { type GroupSum, sumGroups } from "./sums.ts";
import { type Column, column, maybe, type Row, SHARED } from "./table.ts";

/** Columns of the report. */
export const LOSS_COLUMNS: readonly Column[] = [
  SHARED.siteId,
  SHARED.site,
  SHARED.service,
  SHARED.from,
  SHARED.to,
  SHARED.timezone,
  column("supply", "quantity", "What the site's supply meters counted"),
  column("private", "quantity", "What the meters of private units counted"),
  column("common", "quantity", "What the meters of common areas counted"),
  column("loss", "quantity", "supply − private − common"),
  column("loss_at_least", "quantity", "The least loss that the reads allow"),
  column("loss_at_most", "quantity", "The greatest loss that the reads allow"),
  SHARED.unit,
  column("loss_atoms", "atoms", "The loss in whole atoms"),
  maybe("loss_percent", "decimal", "Of the supply, rounded down to four places"),
  column("meters", "count", "Meters that count"),
  column("meters_silent", "count", "Meters without an accepted reading that ends in the interval"),
];

/** Uses of units, in the order of their groups. */
const USES = ["supply", "private", "common"] as const;
const PERCENT_PLACES = 4;

/** The balance of one site and service in one interval, in atoms. */
export type Balance = {
  siteId: string;
  site: string;
  service: Service;
  timezone: string;
  fromS: number;
  toS: number;
  supply: bigint;
  private: bigint;
  common: bigint;
  loss: bigint;
  lossAtLeast: bigint;
  lossAtMost: bigint;
  meters: number;
  silent: number;
};

/** The balances of each site and service that has a supply meter, in order of time. */
export async function balancesOf(
  store: ReportStore,
  subjects: readonly Subject[],
  asked: TimeAsked,
): Promise<Balance[]> {
  const edgesOf = edgesBy(asked);
  const found: Balance[] = [];
  const places = groupBy(subjects, ({ siteId, service }) => `${siteId}/${service}`);
  for (const ofPlace of places.values()) {
    const [first] = ofPlace;
    if (first === undefined || !ofPlace.some(({ use }) => use === "supply")) continue;
    const edges = edgesOf(asked.timezone ?? first.timezone);
    found.push(...(await balancesOfPlace(store, ofPlace, edges, asked.timezone ?? first.timezone)));
  }
  return found;
}

async function balancesOfPlace(
  store: ReportStore,
  subjects: readonly Subject[],
  edges: readonly number[],
  timezone: string,
): Promise<Balance[]> {
  // A group for each meter tells the silent ones; sums of a use are put together below.
  const each = subjects.map(({ number }, group) => ({ number, group }));
  const byUse = subjects.map(({ number, use }) => ({ number, group: USES.indexOf(use) }));
  const sums = groupBy(await sumGroups(store, each, edges), ({ fromS }) => fromS);
  const doubts = groupBy(await doubtsOf(store, byUse, edges), ({ fromS }) => fromS);
  return edges.slice(0, -1).map((fromS, nth) => {
    const toS = edges[nth + 1] ?? fromS;
    const here = sums.get(fromS) ?? [];
    return balanceOf(subjects, here, doubts.get(fromS) ?? [], { fromS, toS, timezone });
  });
}

function balanceOf(
  subjects: readonly Subject[],
  sums: readonly GroupSum[],
  doubts: readonly Doubt[],
  at: { fromS: number; toS: number; timezone: string },
): Balance {
  const [first] = subjects;
  if (first === undefined) throw new Error("a balance needs a meter");
  const used = { supply: 0n, private: 0n, common: 0n };
  for (const { group, quantityAtoms } of sums) {
    const use = subjects[group]?.use;
    if (use !== undefined) used[use] += quantityAtoms;
  }
  const doubt = { lose: 0n, gain: 0n };
  for (const { group, loseAtoms, gainAtoms } of doubts) {
    // What the supply may have too much of, and the units too little, makes the loss less.
    const isSupply = USES[group] === "supply";
    doubt.lose += isSupply ? loseAtoms : gainAtoms;
    doubt.gain += isSupply ? gainAtoms : loseAtoms;
  }
  const loss = used.supply - used.private - used.common;
  const { siteId, site, service } = first;
  return {
    ...{ siteId, site, service },
    ...at,
    ...used,
    loss,
    lossAtLeast: loss - doubt.lose,
    lossAtMost: loss + doubt.gain,
    meters: subjects.length,
    silent: subjects.length - sums.length,
  };
}

/** A share as percent with so many places, rounded down; null of nothing. */
export function percentText(part: bigint, whole: bigint, places = PERCENT_PLACES): string | null {
  if (whole <= 0n) return null;
  const scale = 10n ** BigInt(places + 2);
  const scaled = (part < 0n ? part * scale - whole + 1n : part * scale) / whole;
  return formatDecimal(scaled, places, places);
}

/** A balance as a row. */
export function balanceRow(balance: Balance): Row {
  const unit = unitShown(balance.service);
  const shown = (atoms: bigint): string => atomsToText(atoms, unit);
  return {
    site_id: balance.siteId,
    site: balance.site,
    service: balance.service,
    from: timeText(balance.fromS),
    to: timeText(balance.toS),
    timezone: balance.timezone,
    supply: shown(balance.supply),
    private: shown(balance.private),
    common: shown(balance.common),
    loss: shown(balance.loss),
    loss_at_least: shown(balance.lossAtLeast),
    loss_at_most: shown(balance.lossAtMost),
    unit: unit.name,
    loss_atoms: String(balance.loss),
    loss_percent: percentText(balance.loss, balance.supply),
    meters: balance.meters,
    meters_silent: balance.silent,
  };
}
