/**
 * What of each account counts in which group of a report: all of its time, or a stretch of it.
 */
import { groupBy } from "./group-by.ts";
import type { Subject } from "./subjects.ts";
import type { Tenancy } from "./tenancies.ts";

/** By what a report groups. */
export const GROUPINGS = [
  "account",
  "unit",
  "site",
  "customer",
  "service",
  "cost_center",
  "tariff_class",
] as const;
/** By what a report groups. */
export type Grouping = (typeof GROUPINGS)[number];

/** A group: of one service, currency and zone, so that its sums have a meaning. `id` is null for what has none. */
export type Group = {
  id: string | null;
  name: string;
  service: Subject["service"];
  currency: string;
  timezone: string;
};

/** An account's part in a group, by its index; without a stretch, all of the report's time. */
export type Share = { number: number; group: number; stretch?: { fromS: number; toS: number } };

/** Groups with what counts in them. */
export type Grouped = { groups: Group[]; shares: Share[] };

/** The group that an account is in by its place; by customer it is the stretch that tells. */
function placeOf(by: Exclude<Grouping, "customer">, subject: Subject): [string | null, string] {
  switch (by) {
    case "account":
      return [subject.accountId, `${subject.unit}, ${subject.service}`];
    case "unit":
      return [subject.unitId, subject.unit];
    case "site":
      return [subject.siteId, subject.site];
    case "service":
      return [null, subject.service];
    case "cost_center":
      return [null, subject.costCenter ?? ""];
    case "tariff_class":
      return [subject.tariffClassId, subject.tariffClass ?? ""];
  }
}

/**
 * Groups subjects. `timezone` is that of all groups; without one each account counts by its own site's clock. With
 * `tenancies` an account counts only within them, and by customer also what nobody had (with an empty name).
 */
export function groupSubjects(
  by: Grouping,
  subjects: readonly Subject[],
  options: {
    timezone?: string | undefined;
    tenancies?: readonly Tenancy[] | undefined;
    /** Leaves out what lies in no tenancy. */
    tenanciesOnly?: boolean;
    fromS: number;
    toS: number;
  },
): Grouped {
  const groups: Group[] = [];
  const known = new Map<string, number>();
  const groupOf = (subject: Subject, [id, name]: [string | null, string]): number => {
    const { service, currency } = subject;
    const timezone = options.timezone ?? subject.timezone;
    const key = JSON.stringify([id, name, service, currency, timezone]);
    const index = known.get(key) ?? groups.push({ id, name, service, currency, timezone }) - 1;
    known.set(key, index);
    return index;
  };
  const byPoint = groupBy(options.tenancies ?? [], ({ usagePointId }) => usagePointId);
  const shares: Share[] = [];
  for (const subject of subjects) {
    const { number } = subject;
    if (options.tenancies === undefined) {
      if (by === "customer") throw new Error("a report by customer needs tenancies");
      shares.push({ number, group: groupOf(subject, placeOf(by, subject)) });
      continue;
    }
    const place = by === "customer" ? undefined : placeOf(by, subject);
    const had = byPoint.get(subject.usagePointId) ?? [];
    for (const { customerId, customer, fromS, toS } of had)
      shares.push({
        number,
        group: groupOf(subject, place ?? [customerId, customer]),
        stretch: { fromS, toS },
      });
    if (options.tenanciesOnly === true) continue;
    for (const stretch of gaps(had, options))
      shares.push({ number, group: groupOf(subject, place ?? [null, ""]), stretch });
  }
  return { groups, shares: shares.map((share) => withoutWhole(share, options)) };
}

/** The stretches of [fromS, toS) that no tenancy covers; tenancies are in order and do not overlap. */
function gaps(
  had: readonly { fromS: number; toS: number }[],
  { fromS, toS }: { fromS: number; toS: number },
): { fromS: number; toS: number }[] {
  const edges = [fromS, ...had.flatMap((each) => [each.fromS, each.toS]), toS];
  return edges.flatMap((startS, i) => {
    const endS = edges[i + 1] ?? startS;
    return i % 2 === 0 && startS < endS ? [{ fromS: startS, toS: endS }] : [];
  });
}

/** A stretch that is all of the time needs no telling: the roll-ups answer. */
function withoutWhole(share: Share, { fromS, toS }: { fromS: number; toS: number }): Share {
  const { stretch, ...whole } = share;
  if (stretch === undefined || stretch.fromS > fromS || stretch.toS < toS) return share;
  return whole;
}
