/**
 * Charges that fall due by time (R35): one entry at each due instant, of the version in force then, in the list's order;
 * none while the supply is disconnected (R36).
 */
import { coldOf, hotOf } from "./account";
import { MONEY_MAX } from "./arithmetic";
import { listOf, markAt, markOf, tableOf, versionAt, versionCount, versionOf } from "./calendar";
import {
  CHARGE_AMOUNT,
  CHARGE_BYTES,
  CHARGE_DUE,
  COLD_CHARGED_S,
  COLD_LIST,
  COLD_SUPPLY_STATE,
  DUE_BASE,
  DUE_NEVER,
  FLAG_RECORDED,
  HOT_BALANCE,
  HOT_FLAGS,
  INTERVAL_S_MAX,
  LIST_EFFECTIVE_S,
  MARK_AT,
  MARK_CYCLE,
  MARK_FLAGS,
  SUPPLY_DISCONNECTED,
  TABLE_CHARGES,
  TABLE_CHARGES_AT,
  TABLE_FROM_S,
  TABLE_MARKS,
  TABLE_TO_S,
  TABLE_VERSION,
} from "./layout";
import { addChargeRow } from "./output";

/** Collects what falls due at one instant and was not collected yet, but for what would pass what can be held. */
export function chargeAt(slot: u32, at: u32, flags: u32, table: u32): void {
  const cold = coldOf(slot);
  if (at <= load<u32>(cold, COLD_CHARGED_S)) return;
  store<u32>(cold, at, COLD_CHARGED_S);
  if (load<u32>(cold, COLD_SUPPLY_STATE) == SUPPLY_DISCONNECTED) return;
  const hot = hotOf(slot);
  const count = <u32>load<u8>(table, TABLE_CHARGES);
  for (let i: u32 = 0; i < count; i++) {
    const charge = table + load<u32>(table, TABLE_CHARGES_AT) + i * CHARGE_BYTES;
    if ((load<u32>(charge, CHARGE_DUE) & flags) == 0) continue;
    const amount = load<i64>(charge, CHARGE_AMOUNT);
    const balance = load<i64>(hot, HOT_BALANCE) - amount;
    if (balance < -MONEY_MAX || balance > MONEY_MAX) continue;
    store<i64>(hot, balance, HOT_BALANCE);
    addChargeRow(slot, at, amount, load<u32>(table, TABLE_VERSION), i);
  }
}

/**
 * Collects all that fell due after what was collected last, up to and with the instant, as far as tables tell; what they
 * do not yet tell is collected when they do. At most INTERVAL_S_MAX at once: the next tick goes on.
 */
export function chargeUpTo(slot: u32, now: u32): void {
  const cold = coldOf(slot);
  const list = listOf(load<u32>(cold, COLD_LIST));
  const reach = <u64>load<u32>(cold, COLD_CHARGED_S) + <u64>INTERVAL_S_MAX;
  const to = min(min(now, coverageOf(list) - 1), <u32>min(reach, <u64>DUE_NEVER));
  let at = nextDue(slot);
  while (at <= to) {
    const table = tableOf(list, versionAt(list, at));
    chargeAt(slot, at, <u32>load<u8>(markOf(table, markAt(table, at)), MARK_FLAGS), table);
    at = nextDue(slot);
  }
  if (to > load<u32>(cold, COLD_CHARGED_S)) store<u32>(cold, to, COLD_CHARGED_S);
}

/** The instant at which the last version's table ends. */
export function coverageOf(list: u32): u32 {
  return load<u32>(tableOf(list, versionCount(list) - 1), TABLE_TO_S);
}

/** Says anew when ticks have work for the account. */
export function schedule(slot: u32): void {
  const recorded = (load<u32>(hotOf(slot), HOT_FLAGS) & FLAG_RECORDED) != 0;
  store<u32>(DUE_BASE + slot * 4, recorded ? <u32>DUE_NEVER : nextDue(slot));
}

/** The first instant after what was collected at which a charge may fall due; DUE_NEVER when no table tells one. */
function nextDue(slot: u32): u32 {
  const cold = coldOf(slot);
  const list = listOf(load<u32>(cold, COLD_LIST));
  const after = load<u32>(cold, COLD_CHARGED_S);
  const count = <i32>versionCount(list);
  for (let version = max(versionAt(list, after), 0); version < count; version++) {
    const end =
      version + 1 < count
        ? load<u32>(versionOf(list, version + 1), LIST_EFFECTIVE_S)
        : <u32>DUE_NEVER;
    const start = load<u32>(versionOf(list, version), LIST_EFFECTIVE_S);
    const due = nextDueIn(tableOf(list, version), start > after ? start - 1 : after, end);
    if (due != <u32>DUE_NEVER) return due;
  }
  return <u32>DUE_NEVER;
}

function nextDueIn(table: u32, after: u32, end: u32): u32 {
  if (load<u8>(table, TABLE_CHARGES) == 0) return <u32>DUE_NEVER;
  const marks = load<u32>(table, TABLE_MARKS);
  let mark: u32 = after < load<u32>(table, TABLE_FROM_S) ? 0 : markAt(table, after) + 1;
  for (; mark < marks; mark++) {
    const at = load<u32>(markOf(table, mark), MARK_AT);
    if (at >= end) return <u32>DUE_NEVER;
    if (load<u8>(markOf(table, mark), MARK_FLAGS) & ~MARK_CYCLE) return at;
  }
  return <u32>DUE_NEVER;
}
