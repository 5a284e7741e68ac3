/**
 * R30, R37: the price lists of an account over time: the one in force, and where another is assigned, that one from its
 * instant on. Whatever is asked of an instant is asked of the list of that instant.
 */
import type { Assignment, Terms } from "./account.ts";
import { cycleStarts } from "./cycle.ts";
import { type DueInstant, dueBetween } from "./due.ts";
import { dearestMicros, type PriceList, type Version, versionAt } from "./price-list.ts";

/** A price list, and the index by which accounts name it. */
export type NamedList = { readonly index: number; readonly list: PriceList };

/** The list in force, and the one that takes its place at `atS`. */
export type Course = NamedList & {
  readonly next?: (NamedList & { readonly atS: bigint }) | undefined;
};

/** The lists of an account as it stands, or stood (R18). Throws where the terms lack one. */
export function courseOf({ lists }: Terms, { listIndex, nextList }: Assignment): Course {
  const named = (index: number): NamedList => {
    const list = lists.get(index);
    if (list === undefined) throw new Error(`no price list ${index}`);
    return { index, list };
  };
  if (nextList === undefined) return named(listIndex);
  return { ...named(listIndex), next: { ...named(nextList.listIndex), atS: nextList.atS } };
}

/** The list of an instant; the next one from its instant on, with it. */
export function listAt(course: Course, atS: bigint): NamedList {
  const { next } = course;
  return next !== undefined && atS >= next.atS ? next : course;
}

/** The version in force at an instant, by the list of that instant; undefined before the list's first. */
export function versionOf(course: Course, atS: bigint): Version | undefined {
  return versionAt(listAt(course, atS).list, atS);
}

/** The zone of the list of an instant. */
export function zoneAt(terms: Terms, account: Assignment, atS: bigint): string {
  return listAt(courseOf(terms, account), atS).list.zone;
}

/** A list, and the instants m with fromS < m ≤ toS that it is the list of. */
export type Stretch = NamedList & { readonly fromS: bigint; readonly toS: bigint };

/** The instants m with fromS < m ≤ toS, list by list. */
export function stretchesOf(course: Course, fromS: bigint, toS: bigint): Stretch[] {
  const { index, list, next } = course;
  if (next === undefined || toS < next.atS) return [{ index, list, fromS, toS }];
  const lastS = next.atS - 1n; // of the list in force
  if (lastS <= fromS) return [{ index: next.index, list: next.list, fromS, toS }];
  return [
    { index, list, fromS, toS: lastS },
    { index: next.index, list: next.list, fromS: lastS, toS },
  ];
}

/** An instant at which something falls due, and by which list. */
export type DueByList = DueInstant & { readonly list: number };

/** R35: what falls due in (fromS, toS], each by the list of its instant. */
export function dueOf(course: Course, fromS: bigint, toS: bigint): DueByList[] {
  return stretchesOf(course, fromS, toS).flatMap((stretch) =>
    dueBetween(stretch.list, stretch.fromS, stretch.toS).map((due) => ({
      ...due,
      list: stretch.index,
    })),
  );
}

/** R33: the cycle starts in (fromS, toS], each by the list of its instant. */
export function cyclesOf(course: Course, fromS: bigint, toS: bigint): bigint[] {
  return stretchesOf(course, fromS, toS).flatMap((stretch) =>
    cycleStarts(stretch.list, stretch.fromS, stretch.toS),
  );
}

/** A bound of what an atom can cost by any version of either list (dearestMicros). */
export function dearestOf({ list, next }: Course): bigint {
  const now = dearestMicros(list);
  if (next === undefined) return now;
  const then = dearestMicros(next.list);
  return then > now ? then : now;
}
