/**
 * R81: how many days credit lasts by the trailing mean of what local days have cost.
 */
import type { ModelAccount } from "./account.ts";
import { floorDiv } from "./arithmetic.ts";
import { type Change, eventOf } from "./events.ts";
import { most } from "./money.ts";
import type { Policy } from "./policy.ts";
import { availableMicros } from "./pots.ts";

/** A day weighs a seventh in the mean. */
const DAYS_OF_MEAN = 7n;

/** Days counted; more tell no more. */
const DAYS_SEEN_MAX = 255n;

/** The level of the alert and of its recovery. */
const DAYS_LEFT_LEVEL = 8;

/** Adds what the running day has cost, either sign; only where the policy asks for the mean. */
export function spend(policy: Policy, account: ModelAccount, costMicros: bigint): ModelAccount {
  if (policy.daysLeftWarning === 0n) return account;
  const spentTodayMicros = account.days.spentTodayMicros + costMicros;
  return { ...account, days: { ...account.days, spentTodayMicros } };
}

/** A local midnight: the day that ends goes into the mean. Only where the policy asks for it. */
export function closeDay(policy: Policy, account: ModelAccount): ModelAccount {
  if (policy.daysLeftWarning === 0n) return account;
  const { spentTodayMicros, meanMicros, seen } = account.days;
  const moved = meanMicros + floorDiv(spentTodayMicros - meanMicros, DAYS_OF_MEAN);
  const days = {
    ...account.days,
    spentTodayMicros: 0n,
    meanMicros: seen === 0n ? spentTodayMicros : moved,
    seen: seen < DAYS_SEEN_MAX ? seen + 1n : DAYS_SEEN_MAX,
  };
  return { ...account, days };
}

/** Whole days that available credit lasts above the cut-off; undefined while that is not known. */
export function daysLeft(policy: Policy, account: ModelAccount, nowS: bigint): bigint | undefined {
  const { meanMicros, seen } = account.days;
  if (meanMicros <= 0n || seen === 0n) return undefined;
  const aboveMicros = availableMicros(policy, account, nowS) - policy.disablementMicros;
  return floorDiv(most(aboveMicros, 0n), meanMicros);
}

/** R81: warns when credit lasts no longer than the policy says, and recovers when it lasts more than a day longer. */
export function judgeDaysLeft(policy: Policy, account: ModelAccount, nowS: bigint): Change {
  const warning = policy.daysLeftWarning;
  if (warning === 0n) {
    const days = { spentTodayMicros: 0n, meanMicros: 0n, seen: 0n, isWarned: false };
    return { account: { ...account, days }, events: [] };
  }
  const left = daysLeft(policy, account, nowS);
  const { isWarned } = account.days;
  if (!isWarned && left !== undefined && left <= warning) {
    return warned(account, true, eventOf(account, nowS, "credit.low", facts(left)));
  }
  if (isWarned && (left === undefined || left > warning + 1n)) {
    return warned(account, false, eventOf(account, nowS, "credit.recovered", facts(left ?? 0n)));
  }
  return { account, events: [] };
}

function facts(left: bigint): { level: number; amount: bigint } {
  return { level: DAYS_LEFT_LEVEL, amount: left };
}

function warned(account: ModelAccount, isWarned: boolean, event: Change["events"][number]): Change {
  return { account: { ...account, days: { ...account.days, isWarned } }, events: [event] };
}
