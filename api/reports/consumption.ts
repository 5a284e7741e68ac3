/**
 * Consumption and cost by group and interval.
 */
import { formatMicros } from "../../engine/contract/decimal.ts";
import { shownIn } from "../account-view.ts";
import { timeText } from "../schemas.ts";
import { type IntervalEvery, intervalEdges } from "./intervals.ts";
import { atMost, REPORT_ROWS_MAX } from "./limits.ts";
import { type Group, type Grouped, type Grouping, groupSubjects } from "./shares.ts";
import type { ReportStore } from "./store.ts";
import type { Subject } from "./subjects.ts";
import { type GroupSum, sumGroups } from "./sums.ts";
import { type Column, column, maybe, type Row, SHARED } from "./table.ts";
import type { Tenancy } from "./tenancies.ts";

/** Columns of the report. */
export const CONSUMPTION_COLUMNS: readonly Column[] = [
  maybe("group_id", "text", "The group's id; null where it has none"),
  column("group", "text", "The group's name"),
  SHARED.service,
  SHARED.from,
  SHARED.to,
  SHARED.timezone,
  SHARED.quantity,
  SHARED.unit,
  SHARED.quantityAtoms,
  column("cost", "money", "What consumption cost, with taxes"),
  column("charges", "money", "Charges by time, with taxes"),
  column("total", "money", "Cost and charges"),
  SHARED.currency,
];

/** What is asked of a time in intervals. */
export type TimeAsked = {
  fromS: number;
  toS: number;
  every: IntervalEvery;
  timezone?: string | undefined;
};

/** The edges of a time by each zone. */
export type EdgesOf = (timezone: string) => readonly number[];

/** Edges of the time asked for, once a zone. */
export function edgesBy({ fromS, toS, every }: TimeAsked): EdgesOf {
  const known = new Map<string, readonly number[]>();
  return (timezone) => {
    const edges = known.get(timezone) ?? intervalEdges(fromS, toS, every, timezone);
    known.set(timezone, edges);
    return edges;
  };
}

/** The whole time that the intervals of all zones of these subjects cover. */
export function coveredBy(
  edgesOf: EdgesOf,
  subjects: readonly Subject[],
  asked: TimeAsked,
): { fromS: number; toS: number } {
  const zones = new Set(subjects.map(({ timezone }) => asked.timezone ?? timezone));
  const all = [...zones].map(edgesOf);
  return {
    fromS: Math.min(asked.fromS, ...all.map((edges) => edges[0] ?? asked.fromS)),
    toS: Math.max(asked.toS, ...all.map((edges) => edges.at(-1) ?? asked.toS)),
  };
}

/** The parts of a report by groups. */
export type ConsumptionParts = {
  store: ReportStore;
  subjects: readonly Subject[];
  tenancies?: readonly Tenancy[] | undefined;
  tenanciesOnly?: boolean;
  by: Grouping;
  asked: TimeAsked;
};

/** A sum with its group and the end of its interval. */
export type PlacedSum = GroupSum & { in: Group; toS: number };

/** The sums of all groups, zone by zone. */
export async function consumptionSums(parts: ConsumptionParts): Promise<PlacedSum[]> {
  const { store, subjects, asked, by } = parts;
  const edgesOf = edgesBy(asked);
  const grouped = groupSubjects(by, subjects, {
    timezone: asked.timezone,
    tenancies: parts.tenancies,
    tenanciesOnly: parts.tenanciesOnly ?? false,
    ...coveredBy(edgesOf, subjects, asked),
  });
  const found: PlacedSum[] = [];
  for (const timezone of new Set(grouped.groups.map((group) => group.timezone))) {
    const edges = edgesOf(timezone);
    const ends = new Map(edges.map((atS, i) => [atS, edges[i + 1] ?? atS]));
    for (const sum of await sumGroups(store, sharesIn(grouped, timezone), edges)) {
      const group = grouped.groups[sum.group];
      if (group === undefined) throw new Error(`the store knows a group ${sum.group}`);
      found.push({ ...sum, in: group, toS: ends.get(sum.fromS) ?? sum.fromS });
    }
    atMost(found.length, REPORT_ROWS_MAX, "rows");
  }
  return found.sort((a, b) => a.group - b.group || a.fromS - b.fromS);
}

function sharesIn({ groups, shares }: Grouped, timezone: string) {
  return shares.filter(({ group }) => groups[group]?.timezone === timezone);
}

/** A sum as a row. */
export function consumptionRow(sum: PlacedSum): Row {
  const { id, name, service, currency, timezone } = sum.in;
  return {
    group_id: id,
    group: name,
    service,
    from: timeText(sum.fromS),
    to: timeText(sum.toS),
    timezone,
    ...shownIn(sum.quantityAtoms, service),
    quantity_atoms: String(sum.quantityAtoms),
    cost: formatMicros(sum.costMicros),
    charges: formatMicros(sum.chargesMicros),
    total: formatMicros(sum.costMicros + sum.chargesMicros),
    currency,
  };
}

/** The rows: by group and time, or with `top` the so many that consumed most. */
export function consumptionRows(sums: readonly PlacedSum[], top: number | undefined): Row[] {
  if (top === undefined) return sums.map(consumptionRow);
  const most = sums.toSorted((a, b) => compare(b.quantityAtoms, a.quantityAtoms));
  return most.slice(0, top).map(consumptionRow);
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
