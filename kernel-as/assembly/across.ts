/**
 * Boundaries that change nothing: a mark behind which the period is the same, at which nothing of the account falls due. A
 * reading across one costs what it would cost within the step (R2: the carry is never dropped), so that the common path
 * may take it, and the cursor follows.
 */
import { coldOf, hotOf } from "./account";
import { markOf, versionCount, versionOf } from "./calendar";
import {
  CHARGE_BYTES,
  CHARGE_DUE,
  COLD_CHARGED_S,
  COLD_EXTRA,
  COLD_MARK,
  COLD_PERIOD,
  COLD_TABLE,
  COLD_VERSION,
  HOT_BOUNDARY_S,
  HOT_READ_S,
  LIST_EFFECTIVE_S,
  MARK_AT,
  MARK_CYCLE,
  MARK_FLAGS,
  MARK_PERIOD,
  TABLE_CHARGES,
  TABLE_CHARGES_AT,
  TABLE_MARKS,
  TABLE_TO_S,
} from "./layout";
import { currentList } from "./list-plan";

/**
 * Whether the next boundary is a quiet one and the only one up to the instant. An account that keeps an extra is asked
 * with care: a debt, a change of list or an alert that waits may lie there.
 */
export function isQuietUpTo(slot: u32, at: u32): bool {
  const cold = coldOf(slot);
  const table = load<u32>(cold, COLD_TABLE);
  const next = load<u32>(cold, COLD_MARK) + 1;
  if (load<u32>(cold, COLD_EXTRA) != 0 || next >= load<u32>(table, TABLE_MARKS)) return false;
  const mark = markOf(table, next);
  const boundary = load<u32>(mark, MARK_AT);
  const flags = <u32>load<u8>(mark, MARK_FLAGS);
  return (
    boundary == load<u32>(hotOf(slot), HOT_BOUNDARY_S) &&
    boundary > load<u32>(hotOf(slot), HOT_READ_S) &&
    <u32>load<u8>(mark, MARK_PERIOD) == load<u32>(cold, COLD_PERIOD) &&
    (flags & MARK_CYCLE) == 0 &&
    at < boundaryBehind(slot, table, next) &&
    !isAnyDue(table, flags)
  );
}

/** Moves the cursor behind the boundary that isQuietUpTo has found quiet. */
export function crossQuietly(slot: u32): void {
  const cold = coldOf(slot);
  const hot = hotOf(slot);
  const table = load<u32>(cold, COLD_TABLE);
  const mark = load<u32>(cold, COLD_MARK) + 1;
  const boundary = load<u32>(hot, HOT_BOUNDARY_S);
  store<u32>(cold, mark, COLD_MARK);
  store<u32>(cold, max(load<u32>(cold, COLD_CHARGED_S), boundary), COLD_CHARGED_S);
  store<u32>(hot, boundaryBehind(slot, table, mark), HOT_BOUNDARY_S);
}

/** Where the next boundary is behind a mark of the version in force, for an account that has no other list to come. */
function boundaryBehind(slot: u32, table: u32, mark: u32): u32 {
  let boundary = load<u32>(table, TABLE_TO_S);
  if (mark + 1 < load<u32>(table, TABLE_MARKS))
    boundary = load<u32>(markOf(table, mark + 1), MARK_AT);
  const list = currentList(slot);
  const version = load<u32>(coldOf(slot), COLD_VERSION) + 1;
  if (version >= versionCount(list)) return boundary;
  return min(boundary, load<u32>(versionOf(list, version), LIST_EFFECTIVE_S));
}

/** Whether a charge of the price list falls due at marks of these flags. */
function isAnyDue(table: u32, flags: u32): bool {
  const count = <u32>load<u8>(table, TABLE_CHARGES);
  const first = table + load<u32>(table, TABLE_CHARGES_AT);
  for (let i: u32 = 0; i < count; i++)
    if (load<u32>(first + i * CHARGE_BYTES, CHARGE_DUE) & flags) return true;
  return false;
}
