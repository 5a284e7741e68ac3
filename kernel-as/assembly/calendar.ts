/**
 * An account's place in its price list: the version, mark and step in force at its last reading, and the first instant
 * at which they may be others (R30-R33). A cursor, so that time costs nothing until a boundary is crossed.
 */
import { coldOf, hotOf } from "./account";
import { reachList } from "./assignment";
import {
  COLD_COUNTERS,
  COLD_MARK,
  COLD_PERIOD,
  COLD_TABLE,
  COLD_VERSION,
  FLAG_CAREFUL,
  HOT_BOUNDARY_S,
  HOT_COUNTER,
  HOT_FLAGS,
  HOT_READ_S,
  HOT_STEP,
  LIST_BYTES,
  LIST_EFFECTIVE_S,
  LIST_FIRST,
  LIST_TABLE,
  LIST_VERSION_BYTES,
  LIST_VERSIONS,
  LISTS_BASE,
  MARK_AT,
  MARK_BYTES,
  MARK_CYCLE,
  MARK_FLAGS,
  MARK_PERIOD,
  PERIOD_BYTES,
  PERIOD_FIRST,
  PERIODS_MAX,
  SCOPE_PER_PERIOD,
  STEP_BYTES,
  STEP_END,
  TABLE_DEMAND_WINDOW_S,
  TABLE_EFFECTIVE_S,
  TABLE_FROM_S,
  TABLE_MARKS,
  TABLE_MARKS_AT,
  TABLE_PERIODS_AT,
  TABLE_SCOPE,
  TABLE_STEPS_AT,
  TABLE_TO_S,
} from "./layout";
import { currentList, hasNextList, nextListS } from "./list-plan";

/** Address of a price list's entry in the directory. */
export function listOf(index: u32): u32 {
  return LISTS_BASE + index * LIST_BYTES;
}

/** Address of the entry of a version in its list. */
export function versionOf(list: u32, version: u32): u32 {
  return list + LIST_FIRST + version * LIST_VERSION_BYTES;
}

/** Number of versions in the list. */
export function versionCount(list: u32): u32 {
  return load<u32>(list, LIST_VERSIONS);
}

/** Address of a version's table. */
export function tableOf(list: u32, version: u32): u32 {
  return load<u32>(versionOf(list, version), LIST_TABLE);
}

/** Index of the last version that is in force at the instant, or -1 before the first. */
export function versionAt(list: u32, at: u32): i32 {
  let version = <i32>versionCount(list) - 1;
  while (version >= 0 && load<u32>(versionOf(list, version), LIST_EFFECTIVE_S) > at) version--;
  return version;
}

/** Whether consumption in [from, to) can be rated: tables of the versions then in force cover all of it, and the instant `to`. */
export function isTariffed(list: u32, from: u32, to: u32): bool {
  let version = versionAt(list, from);
  if (version < 0 || from < load<u32>(tableOf(list, version), TABLE_FROM_S)) return false;
  for (const last = versionAt(list, to); version < last; version++) {
    const start = load<u32>(versionOf(list, version + 1), LIST_EFFECTIVE_S);
    if (start > load<u32>(tableOf(list, version), TABLE_TO_S)) return false;
    if (start < load<u32>(tableOf(list, version + 1), TABLE_FROM_S)) return false;
  }
  return to < load<u32>(tableOf(list, version), TABLE_TO_S);
}

/** Address of a table's mark. */
export function markOf(table: u32, mark: u32): u32 {
  return table + load<u32>(table, TABLE_MARKS_AT) + mark * MARK_BYTES;
}

/** Index of the last mark at or before the instant, which the table covers. */
export function markAt(table: u32, at: u32): u32 {
  let low: u32 = 0;
  let high = load<u32>(table, TABLE_MARKS);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (load<u32>(markOf(table, middle), MARK_AT) <= at) low = middle;
    else high = middle;
  }
  return low;
}

/** Puts the cursor at an instant without crossing anything: when a meter opens, or a version appears behind it. */
export function locate(slot: u32, at: u32): void {
  const cold = coldOf(slot);
  const list = currentList(slot);
  const version = versionAt(list, at);
  assert(version >= 0);
  placeAt(slot, version, at);
}

/** Crosses the boundary at `at`: puts the cursor there and gives the flags of what happens at that instant. */
export function cross(slot: u32, at: u32): u32 {
  const cold = coldOf(slot);
  reachList(slot, at);
  const list = currentList(slot);
  const version = versionAt(list, at);
  assert(version >= 0);
  const table = load<u32>(cold, COLD_TABLE);
  const next = load<u32>(cold, COLD_MARK) + 1;
  const sameTable = table == tableOf(list, version);
  if (
    sameTable &&
    next < load<u32>(table, TABLE_MARKS) &&
    load<u32>(markOf(table, next), MARK_AT) == at
  ) {
    settle(slot, table, next);
  } else {
    placeAt(slot, version, at);
  }
  const mark = markOf(load<u32>(cold, COLD_TABLE), load<u32>(cold, COLD_MARK));
  if (load<u32>(mark, MARK_AT) != at) return 0;
  const flags = load<u8>(mark, MARK_FLAGS);
  if (flags & MARK_CYCLE) resetCounters(slot);
  return flags;
}

/** Moves to the step of the counter as it stands. */
export function seekStep(slot: u32): void {
  const hot = hotOf(slot);
  const cold = coldOf(slot);
  const table = load<u32>(cold, COLD_TABLE);
  const period =
    table + load<u32>(table, TABLE_PERIODS_AT) + load<u32>(cold, COLD_PERIOD) * PERIOD_BYTES;
  let step =
    table + load<u32>(table, TABLE_STEPS_AT) + load<u32>(period, PERIOD_FIRST) * STEP_BYTES;
  const counter = load<i64>(hot, HOT_COUNTER);
  while (counter >= load<i64>(step, STEP_END)) step += STEP_BYTES;
  store<u32>(hot, step, HOT_STEP);
}

/** Works out anew where the next boundary is: the next mark, the next version's or list's start, or the table's end. */
export function seekBoundary(slot: u32): void {
  const cold = coldOf(slot);
  const list = currentList(slot);
  const table = load<u32>(cold, COLD_TABLE);
  const mark = load<u32>(cold, COLD_MARK) + 1;
  let boundary = load<u32>(table, TABLE_TO_S);
  if (mark < load<u32>(table, TABLE_MARKS)) boundary = load<u32>(markOf(table, mark), MARK_AT);
  const version = load<u32>(cold, COLD_VERSION) + 1;
  if (version < versionCount(list)) {
    boundary = min(boundary, load<u32>(versionOf(list, version), LIST_EFFECTIVE_S));
  }
  // A change that lies behind estimates comes with the next reading.
  if (hasNextList(slot))
    boundary = min(boundary, max(nextListS(slot), load<u32>(hotOf(slot), HOT_READ_S)));
  store<u32>(hotOf(slot), boundary, HOT_BOUNDARY_S);
}

function placeAt(slot: u32, version: u32, at: u32): void {
  const cold = coldOf(slot);
  const table = tableOf(currentList(slot), version);
  assert(at >= load<u32>(table, TABLE_FROM_S) && at >= load<u32>(table, TABLE_EFFECTIVE_S));
  store<u32>(cold, version, COLD_VERSION);
  settle(slot, table, markAt(table, at));
}

function settle(slot: u32, table: u32, mark: u32): void {
  const cold = coldOf(slot);
  const period = <u32>load<u8>(markOf(table, mark), MARK_PERIOD);
  if (table != load<u32>(cold, COLD_TABLE) || period != load<u32>(cold, COLD_PERIOD))
    changeCounter(slot, table, period);
  store<u32>(cold, table, COLD_TABLE);
  store<u32>(cold, mark, COLD_MARK);
  store<u32>(cold, period, COLD_PERIOD);
  // Every reading is looked at, until a judgement says otherwise.
  const hot = hotOf(slot);
  if (load<u32>(table, TABLE_DEMAND_WINDOW_S) != 0)
    store<u32>(hot, load<u32>(hot, HOT_FLAGS) | FLAG_CAREFUL, HOT_FLAGS);
  seekStep(slot);
  seekBoundary(slot);
}

/**
 * The cold part holds what each period has counted, but for the one in force; the hot counter is that one's own or, with
 * scope `all`, the sum of all. So a version of the other scope finds what it needs.
 */
function changeCounter(slot: u32, table: u32, period: u32): void {
  const cold = coldOf(slot);
  const hot = hotOf(slot);
  const before = load<u32>(cold, COLD_TABLE);
  if (before != 0) {
    const left = load<u32>(cold, COLD_PERIOD);
    store<i64>(cold + left * 8, 0, COLD_COUNTERS);
    const others = isPerPeriod(before) ? 0 : sumOf(cold + COLD_COUNTERS);
    store<i64>(cold + left * 8, load<i64>(hot, HOT_COUNTER) - others, COLD_COUNTERS);
  }
  const counter = isPerPeriod(table)
    ? load<i64>(cold + period * 8, COLD_COUNTERS)
    : sumOf(cold + COLD_COUNTERS);
  store<i64>(hot, counter, HOT_COUNTER);
}

/** Writes what each period has counted to a place of PERIODS_MAX quantities. */
export function saveCounters(slot: u32, place: u32): void {
  const cold = coldOf(slot);
  const table = load<u32>(cold, COLD_TABLE);
  const period = load<u32>(cold, COLD_PERIOD);
  memory.copy(place, cold + COLD_COUNTERS, PERIODS_MAX * 8);
  store<i64>(place + period * 8, 0);
  const others = isPerPeriod(table) ? 0 : sumOf(place);
  store<i64>(place + period * 8, load<i64>(hotOf(slot), HOT_COUNTER) - others);
}

/** Reads them back; the cursor stands nowhere then, and has to be located. */
export function loadCounters(slot: u32, place: u32): void {
  const cold = coldOf(slot);
  memory.copy(cold + COLD_COUNTERS, place, PERIODS_MAX * 8);
  store<u32>(cold, 0, COLD_TABLE);
}

function isPerPeriod(table: u32): bool {
  return load<u8>(table, TABLE_SCOPE) == SCOPE_PER_PERIOD;
}

function sumOf(counters: u32): i64 {
  let sum: i64 = 0;
  for (let period: u32 = 0; period < <u32>PERIODS_MAX; period++)
    sum += load<i64>(counters + period * 8);
  return sum;
}

function resetCounters(slot: u32): void {
  store<i64>(hotOf(slot), 0, HOT_COUNTER);
  const cold = coldOf(slot);
  for (let period: u32 = 0; period < <u32>PERIODS_MAX; period++)
    store<i64>(cold + period * 8, 0, COLD_COUNTERS);
  seekStep(slot);
}
