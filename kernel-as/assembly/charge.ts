/**
 * What falls due by time (R35): at each due instant, after the consumption up to it, the charges of priority 0 of the
 * version then in force, time debts, then the other charges by priority. What becomes of each depends on the supply and
 * on friendly periods (R36).
 */
import { coldOf, hotOf } from "./account";
import { spend } from "./alerts";
import { DEBT_MAX } from "./arithmetic";
import { markAt, markOf, tableOf, versionAt, versionCount } from "./calendar";
import { keepDebt, owedOf, timeDebtAt } from "./debt";
import { firstDueAfter } from "./due";
import { extraOf } from "./extra";
import {
  CHARGE_AMOUNT,
  CHARGE_BYTES,
  CHARGE_DUE,
  CHARGE_INDEX,
  CHARGE_OF_TIME_DEBT,
  CHARGE_PRIORITY,
  CHARGE_TO_DEBT,
  CHARGE_WHILE,
  COLD_CHARGED_S,
  COLD_POLICY,
  COLD_SUPPLY_STATE,
  COLLECT_ALWAYS,
  COLLECT_DEBT,
  COLLECT_DROP,
  DEBT_ACCUMULATED,
  DEBT_TIME_1,
  DEBT_TIME_2,
  DUE_NEVER,
  EVENT_DEBT_CLEARED,
  FLAG_RECORDED,
  HOT_FLAGS,
  INTERVAL_S_MAX,
  MARK_FLAGS,
  STATE_BASE,
  STATE_TICKED_S,
  SUPPLY_DISCONNECTED,
  SUPPLY_LIMITED,
  TABLE_CHARGES,
  TABLE_CHARGES_AT,
  TABLE_TO_S,
  TABLE_VERSION,
  TIME_DEBT_EVERY,
  TIME_DEBT_RATE,
  TIME_DEBT_WHILE,
  WHILE_DISCONNECTED,
  WHILE_FRIENDLY,
  WHILE_LIMITED,
} from "./layout";
import { accountCoverage, listAt } from "./list-plan";
import { balanceOf, isHeld, putBalance } from "./money";
import { addChargeRow, addEvent } from "./output";
import { isFriendly } from "./policy-calendar";
import { holdsQuantity } from "./purchase";
import { policyOf } from "./supply";

/** Collects what falls due at one instant and was not collected yet, but for what would pass what can be held. */
export function chargeAt(slot: u32, at: u32, flags: u32, table: u32, now: u32): void {
  const cold = coldOf(slot);
  if (at <= load<u32>(cold, COLD_CHARGED_S)) return;
  store<u32>(cold, at, COLD_CHARGED_S);
  const count = <u32>load<u8>(table, TABLE_CHARGES);
  const first = table + load<u32>(table, TABLE_CHARGES_AT);
  let i: u32 = 0;
  for (; i < count && load<u8>(first + i * CHARGE_BYTES, CHARGE_PRIORITY) == 0; i++)
    takeCharge(slot, at, flags, table, first + i * CHARGE_BYTES);
  takeTimeDebt(slot, at, flags, table, DEBT_TIME_1, now);
  takeTimeDebt(slot, at, flags, table, DEBT_TIME_2, now);
  for (; i < count; i++) takeCharge(slot, at, flags, table, first + i * CHARGE_BYTES);
}

/**
 * Collects all that fell due after what was collected last, up to and with the instant, as far as tables tell; what they
 * do not yet tell is collected when they do. At most INTERVAL_S_MAX at once: the next tick goes on.
 */
export function chargeUpTo(slot: u32, upTo: u32, now: u32): void {
  const cold = coldOf(slot);
  const reach = <u64>load<u32>(cold, COLD_CHARGED_S) + <u64>INTERVAL_S_MAX;
  const to = min(min(upTo, accountCoverage(slot) - 1), <u32>min(reach, <u64>DUE_NEVER));
  let at = nextDue(slot);
  while (at <= to) {
    const list = listAt(slot, at);
    const table = tableOf(list, versionAt(list, at));
    chargeAt(slot, at, <u32>load<u8>(markOf(table, markAt(table, at)), MARK_FLAGS), table, now);
    at = nextDue(slot);
  }
  if (to > load<u32>(cold, COLD_CHARGED_S)) store<u32>(cold, to, COLD_CHARGED_S);
}

/** Before something else may fall due: what ticks found not due until now does not become due by it. */
export function settleToTick(slot: u32): void {
  const cold = coldOf(slot);
  if (load<u32>(hotOf(slot), HOT_FLAGS) & FLAG_RECORDED) return;
  const to = min(load<u32>(STATE_BASE, STATE_TICKED_S), accountCoverage(slot) - 1);
  if (to > load<u32>(cold, COLD_CHARGED_S) && nextDue(slot) > to)
    store<u32>(cold, to, COLD_CHARGED_S);
}

/** The instant at which the last version's table ends. */
export function coverageOf(list: u32): u32 {
  return load<u32>(tableOf(list, versionCount(list) - 1), TABLE_TO_S);
}

/** The first instant after what was collected at which something falls due; DUE_NEVER when no table tells one. */
export function nextDue(slot: u32): u32 {
  return firstDueAfter(slot, load<u32>(coldOf(slot), COLD_CHARGED_S));
}

/** One charge of the price list, if it is due. */
function takeCharge(slot: u32, at: u32, flags: u32, table: u32, charge: u32): void {
  if ((load<u32>(charge, CHARGE_DUE) & flags) == 0) return;
  const amount = load<i64>(charge, CHARGE_AMOUNT);
  const index = <u32>load<u8>(charge, CHARGE_INDEX);
  const version = load<u32>(table, TABLE_VERSION);
  let becomes = whatBecomes(slot, at, <u32>load<u8>(charge, CHARGE_WHILE));
  // Quantity pays for no charge (R34).
  if (becomes == COLLECT_ALWAYS && holdsQuantity(slot)) becomes = COLLECT_DEBT;
  if (becomes == COLLECT_ALWAYS) {
    const balance = balanceOf(slot) - amount;
    if (!isHeld(balance)) return;
    putBalance(slot, balance);
    spend(slot, amount);
    addChargeRow(slot, at, amount, version, index);
  } else if (becomes == COLLECT_DEBT) {
    const owed = owedOf(slot, DEBT_ACCUMULATED) + amount;
    if (owed < 0 || owed > DEBT_MAX) return;
    keepDebt(slot, DEBT_ACCUMULATED, owed);
    addChargeRow(slot, at, amount, version, <u32>CHARGE_TO_DEBT + index);
  } else {
    assert(becomes == COLLECT_DROP);
  }
}

/** What the supply's setting says, else that of a friendly period (COLLECT_*). */
function whatBecomes(slot: u32, at: u32, settings: u32): u32 {
  const state = load<u32>(coldOf(slot), COLD_SUPPLY_STATE);
  let becomes: u32 = COLLECT_ALWAYS;
  if (state == SUPPLY_DISCONNECTED) becomes = settings & 3;
  if (state == SUPPLY_LIMITED) becomes = (settings >> 2) & 3;
  const whenFriendly = (settings >> 4) & 3;
  if (becomes != COLLECT_ALWAYS || whenFriendly == COLLECT_ALWAYS) return becomes;
  return isFriendlyTo(slot, at) ? whenFriendly : becomes;
}

/** A time debt's part for this instant, where it is due and the states allow it. */
function takeTimeDebt(slot: u32, at: u32, flags: u32, table: u32, debt: u32, now: u32): void {
  const owed = owedOf(slot, debt);
  const terms: u32 = extraOf(slot) + timeDebtAt(debt);
  if (owed == 0 || (load<u32>(terms, TIME_DEBT_EVERY) & flags) == 0) return;
  if (!isAllowed(slot, at, load<u32>(terms, TIME_DEBT_WHILE))) return;
  const amount = min(load<i64>(terms, TIME_DEBT_RATE), owed);
  if (amount == 0) return;
  if (!takeAmount(slot, amount)) return;
  keepDebt(slot, debt, owed - amount);
  const charge = <u32>CHARGE_OF_TIME_DEBT + debt - DEBT_TIME_1;
  addChargeRow(slot, at, amount, load<u32>(table, TABLE_VERSION), charge);
  if (owed == amount) addEvent(EVENT_DEBT_CLEARED, slot, now, debt, 0, amount);
}

/** Takes what is due of a time debt from the balance; from who holds quantity it is owed at the next payment (R34). */
function takeAmount(slot: u32, amount: i64): bool {
  if (holdsQuantity(slot)) {
    const owed = owedOf(slot, DEBT_ACCUMULATED) + amount;
    if (owed > DEBT_MAX) return false;
    keepDebt(slot, DEBT_ACCUMULATED, owed);
    return true;
  }
  const balance = balanceOf(slot) - amount;
  if (!isHeld(balance)) return false;
  putBalance(slot, balance);
  spend(slot, amount);
  return true;
}

function isAllowed(slot: u32, at: u32, allowed: u32): bool {
  const state = load<u32>(coldOf(slot), COLD_SUPPLY_STATE);
  if (state == SUPPLY_DISCONNECTED && (allowed & WHILE_DISCONNECTED) == 0) return false;
  if (state == SUPPLY_LIMITED && (allowed & WHILE_LIMITED) == 0) return false;
  return (allowed & WHILE_FRIENDLY) != 0 || !isFriendlyTo(slot, at);
}

function isFriendlyTo(slot: u32, at: u32): bool {
  return isFriendly(policyOf(load<u32>(coldOf(slot), COLD_POLICY)), at);
}
