/**
 * When something falls due: marks of the price list's tables whose flags a charge or a time debt waits for.
 */
import { markAt, markOf, tableOf, versionAt, versionCount, versionOf } from "./calendar";
import { timeDebtFlags } from "./debt";
import {
  CHARGE_BYTES,
  CHARGE_DUE,
  DUE_NEVER,
  LIST_EFFECTIVE_S,
  MARK_AT,
  MARK_FLAGS,
  TABLE_CHARGES,
  TABLE_CHARGES_AT,
  TABLE_FROM_S,
  TABLE_MARKS,
  TABLE_TO_S,
} from "./layout";
import { currentList, hasNextList, listAt, nextList, nextListS } from "./list-plan";

/** The first instant after another at which a charge or time debt of the account falls due; DUE_NEVER when none is known. */
export function firstDueAfter(slot: u32, after: u32): u32 {
  const debts = timeDebtFlags(slot);
  const change = nextListS(slot);
  if (after < change) {
    const due = firstDueIn(currentList(slot), after, change, debts);
    if (due != <u32>DUE_NEVER || !hasNextList(slot)) return due;
  }
  const since = change > after ? change - 1 : after;
  return firstDueIn(nextList(slot), since, <u32>DUE_NEVER, debts);
}

/** The first instant after one and before another at which a charge of a list, or a time debt of these flags, falls due. */
function firstDueIn(list: u32, after: u32, before: u32, debts: u32): u32 {
  const count = <i32>versionCount(list);
  for (let version = max(versionAt(list, after), 0); version < count; version++) {
    let end = before;
    if (version + 1 < count)
      end = min(end, load<u32>(versionOf(list, version + 1), LIST_EFFECTIVE_S));
    const start = load<u32>(versionOf(list, version), LIST_EFFECTIVE_S);
    const table = tableOf(list, version);
    const due = firstMark(
      table,
      start > after ? start - 1 : after,
      end,
      debts | chargeFlags(table),
    );
    if (due != <u32>DUE_NEVER) return due;
  }
  return <u32>DUE_NEVER;
}

/**
 * The latest mark at or before an instant with a flag, in the table of the version in force at the instant; 0 when it is
 * not known. Tables begin a month and more before what they cover, so that there mostly is one.
 */
export function lastMark(slot: u32, at: u32, flag: u32): u32 {
  const list = listAt(slot, at);
  const version = versionAt(list, at);
  if (version < 0) return 0;
  const table = tableOf(list, version);
  if (!covers(table, at)) return 0;
  for (let mark = <i32>markAt(table, at); mark >= 0; mark--) {
    const place = markOf(table, mark);
    if (load<u8>(place, MARK_FLAGS) & flag) return load<u32>(place, MARK_AT);
  }
  return 0;
}

/** First mark after an instant and before `end` that has one of the flags, of those that the table covers. */
function firstMark(table: u32, after: u32, end: u32, flags: u32): u32 {
  if (flags == 0) return <u32>DUE_NEVER;
  const from = load<u32>(table, TABLE_FROM_S);
  const marks = load<u32>(table, TABLE_MARKS);
  // What a table tells of before `from` is only to be looked back at.
  let mark = after >= from ? markAt(table, after) + 1 : firstNotBefore(table, from);
  for (; mark < marks; mark++) {
    const at = load<u32>(markOf(table, mark), MARK_AT);
    if (at >= end) return <u32>DUE_NEVER;
    if (load<u8>(markOf(table, mark), MARK_FLAGS) & flags) return at;
  }
  return <u32>DUE_NEVER;
}

function firstNotBefore(table: u32, at: u32): u32 {
  const mark = markAt(table, at);
  return load<u32>(markOf(table, mark), MARK_AT) < at ? mark + 1 : mark;
}

function chargeFlags(table: u32): u32 {
  const count = <u32>load<u8>(table, TABLE_CHARGES);
  let flags: u32 = 0;
  for (let i: u32 = 0; i < count; i++)
    flags |= load<u32>(table + load<u32>(table, TABLE_CHARGES_AT) + i * CHARGE_BYTES, CHARGE_DUE);
  return flags;
}

function covers(table: u32, at: u32): bool {
  return at >= load<u32>(table, TABLE_FROM_S) && at < load<u32>(table, TABLE_TO_S);
}
