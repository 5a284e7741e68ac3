/**
 * Another price list for an account (R37), from an instant on: a list is a product of its own, so its counters begin at 0;
 * the carry stays.
 */
import { coldOf, hotOf } from "./account";
import { listOf, seekBoundary, versionCount } from "./calendar";
import { settleToTick } from "./charge";
import { actualReadS } from "./estimate";
import { extraOf, keepWord, ownExtra } from "./extra";
import {
  ASSIGN_AT_S,
  ASSIGN_LIST,
  CODE_APPLIED,
  CODE_PRICE_LIST_BASIS,
  CODE_PRICE_LIST_UNKNOWN,
  CODE_READING_OUTDATED,
  COLD_CHARGED_S,
  COLD_COUNTERS,
  COLD_LIST,
  COLD_TABLE,
  EVENT_TARIFF_ASSIGNED,
  EXTRA_BASE_LIST,
  EXTRA_BASE_NEXT_LIST_S,
  EXTRA_NEXT_LIST,
  EXTRA_NEXT_LIST_S,
  FLAG_ESTIMATED,
  FLAG_READ,
  FLAG_RECORDED,
  HOT_BOUNDARY_S,
  HOT_COUNTER,
  HOT_FLAGS,
  HOT_READ_S,
  LISTS_MAX,
  PERIODS_MAX,
} from "./layout";
import { hasNextList, nextListS } from "./list-plan";
import { addEvent } from "./output";
import { holdsQuantity, isPurchaseList } from "./purchase";
import { schedule } from "./schedule";

/** Assigns a list from an instant on, or as soon as can be, in the place of a change that is pending. */
export function assignList(record: u32, slot: u32, now: u32): u32 {
  const index = load<u32>(record, ASSIGN_LIST);
  const asked = load<u32>(record, ASSIGN_AT_S);
  if (!isList(index)) return CODE_PRICE_LIST_UNKNOWN;
  if (isPurchaseList(listOf(index)) != holdsQuantity(slot)) return CODE_PRICE_LIST_BASIS;
  const soonest = soonestChange(slot);
  const at = asked == 0 ? max(now, soonest) : asked;
  if (at < soonest) return CODE_READING_OUTDATED;
  if (index == load<u32>(coldOf(slot), COLD_LIST) && !hasNextList(slot)) return CODE_APPLIED;
  keepNext(slot, index, at);
  const hot = hotOf(slot);
  // A boundary at the last reading itself has the cursor put anew by the next one, whatever is pending.
  if (
    load<u32>(hot, HOT_FLAGS) & FLAG_READ &&
    load<u32>(hot, HOT_BOUNDARY_S) > load<u32>(hot, HOT_READ_S)
  )
    seekBoundary(slot);
  schedule(slot, now);
  return CODE_APPLIED;
}

/** Whether there is a price list at an index of the directory. */
export function isList(index: u32): bool {
  return index < <u32>LISTS_MAX && versionCount(listOf(index)) != 0;
}

/** Makes the pending change where an instant has reached it; whoever calls puts the cursor there. */
export function reachList(slot: u32, at: u32): void {
  if (!hasNextList(slot) || at < nextListS(slot)) return;
  const hot = hotOf(slot);
  const cold = coldOf(slot);
  const extra = ownExtra(slot);
  if (load<u32>(hot, HOT_FLAGS) & FLAG_ESTIMATED) {
    if (load<u32>(extra, EXTRA_BASE_LIST) == 0)
      store<u32>(extra, load<u32>(cold, COLD_LIST) + 1, EXTRA_BASE_LIST);
    store<u32>(extra, load<u32>(extra, EXTRA_NEXT_LIST_S), EXTRA_BASE_NEXT_LIST_S);
  }
  store<u32>(cold, load<u32>(extra, EXTRA_NEXT_LIST) - 1, COLD_LIST);
  store<u32>(extra, 0, EXTRA_NEXT_LIST);
  store<u32>(extra, 0, EXTRA_NEXT_LIST_S);
  store<i64>(hot, 0, HOT_COUNTER);
  memory.fill(cold + COLD_COUNTERS, 0, PERIODS_MAX * 8);
  // The cursor stands nowhere.
  store<u32>(cold, 0, COLD_TABLE);
}

/** Estimates that crossed a change are given back: it is pending again, unless another one has come in its place. */
export function undoList(slot: u32): void {
  const extra = extraOf(slot);
  const before = load<u32>(extra, EXTRA_BASE_LIST);
  if (before == 0) return;
  settleCharged(slot);
  const cold = coldOf(slot);
  if (!hasNextList(slot))
    keepNext(slot, load<u32>(cold, COLD_LIST), load<u32>(extra, EXTRA_BASE_NEXT_LIST_S));
  store<u32>(cold, before - 1, COLD_LIST);
  store<u32>(extra, 0, EXTRA_BASE_LIST);
  store<u32>(extra, 0, EXTRA_BASE_NEXT_LIST_S);
}

/** An account without readings changes its list with time; those with readings, where these reach the change. */
export function reachListUnread(slot: u32, now: u32): void {
  if (load<u32>(hotOf(slot), HOT_FLAGS) & FLAG_READ) return;
  const wasPending = hasNextList(slot);
  if (wasPending) settleCharged(slot);
  reachList(slot, now);
  tellAssigned(slot, wasPending, now);
}

/** Tells a change that was pending and is so no more. */
export function tellAssigned(slot: u32, wasPending: bool, now: u32): void {
  if (!wasPending || hasNextList(slot)) return;
  addEvent(EVENT_TARIFF_ASSIGNED, slot, now, 0, load<u32>(coldOf(slot), COLD_LIST), 0);
}

function keepNext(slot: u32, index: u32, at: u32): void {
  keepWord(slot, EXTRA_NEXT_LIST, index + 1);
  keepWord(slot, EXTRA_NEXT_LIST_S, at);
}

/** From when on another list may be: what was rated or collected by the list of then stays so. */
function soonestChange(slot: u32): u32 {
  const flags = load<u32>(hotOf(slot), HOT_FLAGS);
  const read = flags & FLAG_READ ? actualReadS(slot) : 0;
  settleCharged(slot);
  if (flags & FLAG_RECORDED) return read;
  return max(read, load<u32>(coldOf(slot), COLD_CHARGED_S) + 1);
}

/** Before other charges may fall due: what ticks and readings found not due until now does not become due by it. */
function settleCharged(slot: u32): void {
  const hot = hotOf(slot);
  const cold = coldOf(slot);
  settleToTick(slot);
  const read = load<u32>(hot, HOT_FLAGS) & FLAG_READ ? load<u32>(hot, HOT_READ_S) : 0;
  store<u32>(cold, max(load<u32>(cold, COLD_CHARGED_S), read), COLD_CHARGED_S);
}
