/**
 * Which price list an account has when (R30, R37): one until an instant, and the one that was assigned from then on. Seen
 * from before estimates, a change that they crossed is still to come.
 */
import { coldOf } from "./account";
import { isTariffed, listOf, tableOf, versionCount } from "./calendar";
import { coverageOf } from "./charge";
import { extraOf } from "./extra";
import {
  COLD_LIST,
  DUE_NEVER,
  EXTRA_BASE_LIST,
  EXTRA_BASE_NEXT_LIST_S,
  EXTRA_NEXT_LIST,
  EXTRA_NEXT_LIST_S,
  TABLE_COST_MAX,
} from "./layout";

/** Whether a change of list is pending. */
export function hasNextList(slot: u32): bool {
  return load<u32>(extraOf(slot), EXTRA_NEXT_LIST) != 0;
}

/** When the pending change falls due; DUE_NEVER without one. */
export function nextListS(slot: u32): u32 {
  return hasNextList(slot) ? load<u32>(extraOf(slot), EXTRA_NEXT_LIST_S) : <u32>DUE_NEVER;
}

/** Address of the list in force until the pending change. */
export function currentList(slot: u32): u32 {
  return listOf(load<u32>(coldOf(slot), COLD_LIST));
}

/** Address of the list that the pending change brings, which there is. */
export function nextList(slot: u32): u32 {
  assert(hasNextList(slot));
  return listOf(load<u32>(extraOf(slot), EXTRA_NEXT_LIST) - 1);
}

/** Address of the list of an instant. */
export function listAt(slot: u32, at: u32): u32 {
  return hasNextList(slot) && at >= nextListS(slot) ? nextList(slot) : currentList(slot);
}

/** Whether the list is the account's, now or by a pending change. */
export function usesList(slot: u32, index: u32): bool {
  if (load<u32>(coldOf(slot), COLD_LIST) == index) return true;
  return load<u32>(extraOf(slot), EXTRA_NEXT_LIST) == index + 1;
}

/** Whether consumption in [from, to) can be rated, and the instant `to`, by the lists as they are seen from `from`. */
export function isRateable(slot: u32, from: u32, to: u32): bool {
  const change = changeSeen(slot, from);
  const first = firstSeen(slot, from);
  if (change <= from || to < change) return isTariffed(first, from, to);
  return isTariffed(first, from, change - 1) && isTariffed(secondSeen(slot), change, to);
}

/** Whether a meter can be placed at an instant, by the lists as they are seen from `from`. */
export function isPlaceable(slot: u32, from: u32, at: u32): bool {
  const change = changeSeen(slot, from);
  const list = at < change || change <= from ? firstSeen(slot, from) : secondSeen(slot);
  return isTariffed(list, at, at);
}

/** The most that an atom can cost by any list of the account, as TABLE_COST_MAX. */
export function mostCost(slot: u32, from: u32): i64 {
  let most = max(mostOf(currentList(slot)), mostOf(firstSeen(slot, from)));
  if (hasNextList(slot)) most = max(most, mostOf(nextList(slot)));
  return most;
}

/** The instant up to which tables tell what falls due for the account. */
export function accountCoverage(slot: u32): u32 {
  const coverage = coverageOf(currentList(slot));
  const change = nextListS(slot);
  if (!hasNextList(slot) || coverage < change) return coverage;
  return max(change, coverageOf(nextList(slot)));
}

function mostOf(list: u32): i64 {
  const count = versionCount(list);
  let most: i64 = 0;
  for (let i: u32 = 0; i < count; i++)
    most = max(most, load<i64>(tableOf(list, i), TABLE_COST_MAX));
  return most;
}

/** Whether `from` lies before a change that estimates crossed. */
function isBeforeCrossed(slot: u32, from: u32): bool {
  const extra = extraOf(slot);
  return load<u32>(extra, EXTRA_BASE_LIST) != 0 && from < load<u32>(extra, EXTRA_BASE_NEXT_LIST_S);
}

function firstSeen(slot: u32, from: u32): u32 {
  if (isBeforeCrossed(slot, from)) return listOf(load<u32>(extraOf(slot), EXTRA_BASE_LIST) - 1);
  return listAt(slot, from);
}

/** A change that is pending replaces the one that estimates crossed. */
function changeSeen(slot: u32, from: u32): u32 {
  if (hasNextList(slot) || !isBeforeCrossed(slot, from)) return nextListS(slot);
  return load<u32>(extraOf(slot), EXTRA_BASE_NEXT_LIST_S);
}

function secondSeen(slot: u32): u32 {
  return hasNextList(slot) ? nextList(slot) : currentList(slot);
}
