/**
 * R20, R76: what is watched as time passes: a meter that is silent for too long, a restore that nobody reports.
 */
import type { ModelAccount } from "./account.ts";
import { type Change, eventOf } from "./events.ts";
import type { Policy } from "./policy.ts";

/** At each tick, before judging. */
export function watch(policy: Policy, account: ModelAccount, nowS: bigint): Change {
  const stale = watchStale(policy, account, nowS);
  const overdue = watchOverdue(policy, stale.account, nowS);
  return { account: overdue.account, events: [...stale.events, ...overdue.events] };
}

/** R20: an alarm once, when no reading came for so long. */
function watchStale({ staleAfterS }: Policy, account: ModelAccount, nowS: bigint): Change {
  if (staleAfterS === 0n) return { account: { ...account, isStale: false }, events: [] };
  const { t0, isStale } = account;
  if (isStale || t0 === undefined || nowS <= t0 + staleAfterS) return { account, events: [] };
  const stale = { ...account, isStale: true };
  return { account: stale, events: [eventOf(stale, nowS, "meter.stale")] };
}

/** R76: "a restore has a deadline and an alarm". */
function watchOverdue({ restoreDeadlineS }: Policy, account: ModelAccount, nowS: bigint): Change {
  const { restoreS, supplyNumber } = account;
  const isOverdue = restoreS > 0n && restoreDeadlineS > 0n && nowS >= restoreS + restoreDeadlineS;
  if (!isOverdue) return { account, events: [] };
  const told = { ...account, restoreS: 0n };
  return {
    account: told,
    events: [eventOf(told, nowS, "supply.overdue", { number: supplyNumber })],
  };
}
