/**
 * Change of tenancy (R92): the account is settled for who leaves, and begins clean for who comes. Meter, supply, policy,
 * price list and mode stay; no debt passes on.
 */
import { coldOf, hotOf } from "./account";
import { seekStep } from "./calendar";
import { closeMeter } from "./closing";
import { debtsOf, owedOf } from "./debt";
import { emergencyUsed } from "./emergency";
import { actualRegister } from "./estimate";
import { extraOf, ownExtra } from "./extra";
import {
  CODE_APPLIED,
  COLD_ADJUSTMENTS,
  COLD_COUNTERS,
  COLD_CREDITS,
  COLD_LOW_LEVEL,
  COMMAND_NUMBER,
  DEBT_ACCUMULATED,
  DEBT_PAYMENT,
  DEBT_TIME_1,
  DEBT_TIME_2,
  EVENT_TENANCY_CHANGED,
  EXTRA_BYTES,
  EXTRA_FRIENDLY_WARNED_S,
  EXTRA_MODE,
  EXTRA_NEXT_LIST,
  EXTRA_NEXT_LIST_S,
  EXTRA_RESTORE_S,
  EXTRA_SLOT,
  EXTRA_SUPPLY_VALUE,
  EXTRA_TENANCY_S,
  FLAG_READ,
  HOT_CARRY,
  HOT_COUNTER,
  HOT_FLAGS,
  PART_ACCUMULATED_DEBT,
  PART_BALANCE,
  PART_EMERGENCY,
  PART_PAYMENT_DEBT,
  PART_POTS,
  PART_TIME_DEBT_1,
  PART_TIME_DEBT_2,
  PERIODS_MAX,
  TENANCY_CLOSED,
  TENANCY_CLOSING,
} from "./layout";
import { balanceOf, putBalance } from "./money";
import { addEvent } from "./output";
import { forfeitPots, payFromPots } from "./pots";
import { holdsQuantity } from "./purchase";
import { judge } from "./supply";
import { reservedOf } from "./transfer";

/** Settles the account; what was owed and what is left over is written to `parts`. */
export function changeTenancy(record: u32, slot: u32, now: u32, parts: u32): u32 {
  const hot = hotOf(slot);
  const before = balanceOf(slot);
  if (load<u32>(hot, HOT_FLAGS) & FLAG_READ) {
    const isClosed = load<u32>(record, TENANCY_CLOSED) != 0;
    const closing = isClosed ? load<i64>(record, TENANCY_CLOSING) : actualRegister(slot);
    const code = closeMeter(slot, now, closing);
    if (code != CODE_APPLIED) return code;
  }
  payFromPots(slot, before, now);
  writeParts(slot, parts);
  // What is left of quantity is no money (R34); the parts tell it.
  const left = holdsQuantity(slot) ? 0 : load<i64>(parts, PART_BALANCE) - emergencyUsed(slot);
  const final = left - debtsOf(slot);
  store<i64>(parts, forfeitPots(slot, now), PART_POTS);
  addEvent(EVENT_TENANCY_CHANGED, slot, now, 0, load<u32>(record, COMMAND_NUMBER), final);
  beginClean(slot, now);
  judge(slot, now);
  return CODE_APPLIED;
}

function writeParts(slot: u32, parts: u32): void {
  store<i64>(parts, owedOf(slot, DEBT_PAYMENT), PART_PAYMENT_DEBT);
  store<i64>(parts, owedOf(slot, DEBT_ACCUMULATED), PART_ACCUMULATED_DEBT);
  store<i64>(parts, owedOf(slot, DEBT_TIME_1), PART_TIME_DEBT_1);
  store<i64>(parts, owedOf(slot, DEBT_TIME_2), PART_TIME_DEBT_2);
  store<i64>(parts, emergencyUsed(slot), PART_EMERGENCY);
  store<i64>(parts, balanceOf(slot) + reservedOf(slot), PART_BALANCE);
}

function beginClean(slot: u32, now: u32): void {
  const hot = hotOf(slot);
  const cold = coldOf(slot);
  putBalance(slot, 0);
  store<u32>(hot, 0, HOT_CARRY);
  store<i64>(hot, 0, HOT_COUNTER);
  memory.fill(cold + COLD_COUNTERS, 0, PERIODS_MAX * 8);
  if (load<u32>(hot, HOT_FLAGS) & FLAG_READ) seekStep(slot);
  store<i64>(cold, 0, COLD_CREDITS);
  store<i64>(cold, 0, COLD_ADJUSTMENTS);
  store<u32>(cold, 0, COLD_LOW_LEVEL);
  clearExtra(slot, now);
}

/** All of the extra but what belongs to the usage point and its supply. */
function clearExtra(slot: u32, now: u32): void {
  const extra = extraOf(slot);
  const mode = load<u32>(extra, EXTRA_MODE);
  const value = load<u32>(extra, EXTRA_SUPPLY_VALUE);
  const restore = load<u32>(extra, EXTRA_RESTORE_S);
  const warned = load<u32>(extra, EXTRA_FRIENDLY_WARNED_S);
  const list = load<u32>(extra, EXTRA_NEXT_LIST);
  const listFrom = load<u32>(extra, EXTRA_NEXT_LIST_S);
  const clean = ownExtra(slot);
  memory.fill(clean, 0, EXTRA_BYTES);
  store<u32>(clean, slot, EXTRA_SLOT);
  store<u32>(clean, mode, EXTRA_MODE);
  store<u32>(clean, value, EXTRA_SUPPLY_VALUE);
  store<u32>(clean, restore, EXTRA_RESTORE_S);
  store<u32>(clean, warned, EXTRA_FRIENDLY_WARNED_S);
  store<u32>(clean, list, EXTRA_NEXT_LIST);
  store<u32>(clean, listFrom, EXTRA_NEXT_LIST_S);
  store<u32>(clean, now, EXTRA_TENANCY_S);
}
