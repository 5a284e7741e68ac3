/**
 * R30, R33: what a charged reading tells of where it came from and to: another version in force, a cycle that began.
 */
import type { ModelAccount } from "./account.ts";
import { type Course, cyclesOf, listAt, versionOf } from "./course.ts";
import { eventOf, type ModelEvent } from "./events.ts";

/**
 * From where the last charged reading was to where this one is; an estimate's counts, so that it can lie before it.
 * `course` is that of the rating; `hasOtherList`: with this reading another list came into force.
 */
export type Crossing = {
  readonly course: Course;
  readonly fromS: bigint;
  readonly toS: bigint;
  readonly hasOtherList: boolean;
};

/**
 * At most one of each: `tariff.activated` with the number, from 1, of the version in force at the end, `cycle.started` with
 * the last cycle's epoch seconds.
 */
export function tellCrossings(
  account: ModelAccount,
  { course, fromS, toS, hasOtherList }: Crossing,
  nowS: bigint,
): ModelEvent[] {
  const events: ModelEvent[] = [];
  const inForce = versionOf(course, toS);
  const isOther =
    hasOtherList ||
    inForce !== versionOf(course, fromS) ||
    listAt(course, fromS).index !== listAt(course, toS).index;
  if (isOther) {
    const number = BigInt((inForce?.index ?? -1) + 1);
    events.push(eventOf(account, nowS, "tariff.activated", { number }));
  }
  const cycleS = cyclesOf(course, fromS, toS).at(-1);
  if (cycleS !== undefined) {
    events.push(eventOf(account, nowS, "cycle.started", { number: cycleS }));
  }
  return events;
}
