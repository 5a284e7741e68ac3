/**
 * R30, R37: another price list for an account, from an instant on.
 */
import type { ModelAccount, NextList, Terms } from "./account.ts";
import { lastActual } from "./estimate.ts";
import { type Change, eventOf } from "./events.ts";
import { most } from "./money.ts";
import { isPurchaseList } from "./price-list.ts";
import { holdsQuantity } from "./purchase.ts";

/** The list by its index, from `atS` on (0: now, or as soon as can be); whether the account lives by the clock or by recorded readings. */
export type ListAssignment = NextList & { readonly livesByClock: boolean };

/**
 * Assigns a list, in the place of one that was assigned and has not begun. What was rated or collected already stays: the
 * list can begin with the last actual reading at the earliest, and behind all that time brought. The list that is in force
 * already changes nothing. Nothing is judged.
 */
export function assignList(
  terms: Terms,
  account: ModelAccount,
  { listIndex, atS, livesByClock }: ListAssignment,
  nowS: bigint,
): ModelAccount | "price_list_unknown" | "price_list_basis" | "reading_outdated" {
  const list = terms.lists.get(listIndex);
  if (list === undefined) return "price_list_unknown";
  // R34: what an account holds stays what it is.
  if (isPurchaseList(list) !== holdsQuantity(terms, account)) return "price_list_basis";
  const { chargedThrough, estimate } = account;
  const behindCharges = livesByClock && chargedThrough !== undefined ? chargedThrough + 1n : 0n;
  const soonestS = most(lastActual(account)?.atS ?? 0n, behindCharges);
  const beginS = atS === 0n ? most(nowS, soonestS) : atS;
  if (beginS < soonestS) return "reading_outdated";
  if (account.listIndex === listIndex && account.nextList === undefined) return account;
  const nextList = { listIndex, atS: beginS };
  // R18: also when estimates are given back.
  return { ...account, nextList, estimate: estimate && { ...estimate, nextList } };
}

/** The account's time has come to an instant: if that is the next list's or later, it goes on by that list. */
export function arrive(account: ModelAccount, reachedS: bigint, nowS: bigint): Change {
  const { nextList } = account;
  if (nextList === undefined || reachedS < nextList.atS) return { account, events: [] };
  const { listIndex } = nextList;
  const changed = { ...account, listIndex, nextList: undefined };
  const number = BigInt(listIndex);
  return { account: changed, events: [eventOf(changed, nowS, "tariff.assigned", { number })] };
}

/** The same where nothing was rated up to there: the new list's counters begin at 0. */
export function arriveUnrated(account: ModelAccount, reachedS: bigint, nowS: bigint): Change {
  const arrived = arrive(account, reachedS, nowS);
  if (arrived.account === account) return arrived;
  return { ...arrived, account: { ...arrived.account, counters: {} } };
}

/** At a step's end: an account whose meter was never read goes on by the next list once its time has come. */
export function arriveUnread(account: ModelAccount, nowS: bigint): Change {
  if (account.t0 !== undefined) return { account, events: [] };
  return arriveUnrated(account, nowS, nowS);
}
