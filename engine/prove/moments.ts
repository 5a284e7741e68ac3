/**
 * Instants at which time alone changes something for an account: what was promised for them is judged just then, and
 * neither a second before nor after.
 */
import { type Calendar, jitterOf } from "../model/calendar.ts";
import type { ToldAccount } from "./model-account.ts";
import type { ModelSide } from "./model-side.ts";
import { placeAfter, type Scene } from "./scene.ts";

/** Intervals of a calendar that are looked at from an instant on. */
const INTERVALS_AHEAD = 2;
const DAY_S = 86_400;

/** Instants behind `afterS` at which the account may change, in no order. */
export function momentsOf(
  { side, scene }: { side: ModelSide; scene: Scene },
  told: ToldAccount,
  afterS: number,
): number[] {
  const put = side.policies.get(told.policy);
  if (put === undefined) return [];
  const { friendly, cutWindow } = side.calendarsOf(put);
  const found = [
    ...stateMoments(side, told),
    ...calendarMoments(friendly, afterS, [
      jitterOf(BigInt(told.slot), put.policy.friendly.jitterS),
      -put.policy.friendly.warningS,
    ]),
    ...calendarMoments(cutWindow, afterS, []),
    ...(put.policy.dailyAllowance.atoms > 0n
      ? dayStarts(scene, afterS, Number(put.policy.dailyAllowance.dayStartS))
      : []),
  ];
  return found.filter((atS) => atS > afterS);
}

/** What the account itself waits for. */
function stateMoments(side: ModelSide, { state, policy: index }: ToldAccount): number[] {
  const policy = side.policies.get(index)?.policy;
  if (policy === undefined) return [];
  const waits: [sinceS: bigint, waitS: bigint][] = [
    [state.noticeS, policy.notice.leadS],
    [state.restoreS, policy.restoreDeadlineS],
    [state.load.cutS, policy.loadLimit.restorationS],
    [state.t0 ?? 0n, policy.staleAfterS],
    [state.t0 ?? 0n, policy.staleAfterS + 1n],
    ...state.alertS.map((atS): [bigint, bigint] => [atS, policy.coolOffS]),
    // Of the level that may wait for it.
    [state.alertS[state.alertLevel] ?? 0n, policy.coolOffS],
    ...state.pots.map(({ expiresS }): [bigint, bigint] => [expiresS, 0n]),
    [state.modeChange?.atS ?? 0n, 0n],
    [state.load.fromS, policy.loadLimit.periodS],
  ];
  return waits.filter(([sinceS]) => sinceS > 0n).map(([sinceS, waitS]) => Number(sinceS + waitS));
}

/** Begins and ends of the next intervals, and instants so far from the ends. */
function calendarMoments(
  calendar: Calendar | undefined,
  afterS: number,
  offsets: readonly bigint[],
): number[] {
  if (calendar === undefined) return [];
  const { intervals, toS } = calendar;
  const endOf = (i: number): number => Number(intervals[i]?.endS ?? 0n);
  const from = placeAfter(intervals.length, endOf, afterS - DAY_S);
  const next = intervals.slice(from, from + INTERVALS_AHEAD);
  const ends = next.flatMap(({ endS }) => offsets.map((offsetS) => Number(endS + offsetS)));
  return [
    ...next.flatMap(({ beginS, endS }) => [Number(beginS), Number(endS)]),
    ...ends,
    Number(toS),
  ];
}

/** The next beginnings of an allowance's day, and local midnights. */
function dayStarts({ midnights }: Scene, afterS: number, dayStartS: number): number[] {
  const from = placeAfter(midnights.length, (i) => midnights[i] ?? 0, afterS - 2 * DAY_S);
  return midnights.slice(from, from + 4).flatMap((atS) => [atS, atS + dayStartS]);
}
