/**
 * Debts of an account: two that are recovered by time, one by a share of each payment, and what charges left owing.
 */
import { DEBT_MAX, MONEY_MAX } from "./arithmetic";
import { settleToTick } from "./charge";
import { extraOf, keepLong, keepWord } from "./extra";
import {
  CODE_APPLIED,
  DEBT_ACCUMULATED,
  DEBT_CAP,
  DEBT_EVERY,
  DEBT_NUMBER,
  DEBT_OWED,
  DEBT_PAYMENT,
  DEBT_RATE,
  DEBT_SHARE,
  DEBT_TIME_1,
  DEBT_TIME_2,
  DEBT_WHILE,
  EVENT_DEBT_CHANGED,
  EXTRA_ACCUMULATED_DEBT,
  EXTRA_PAYMENT_CAP,
  EXTRA_PAYMENT_DEBT,
  EXTRA_PAYMENT_SHARE,
  EXTRA_TIME_DEBTS,
  TIME_DEBT_BYTES,
  TIME_DEBT_EVERY,
  TIME_DEBT_OWED,
  TIME_DEBT_RATE,
  TIME_DEBT_WHILE,
} from "./layout";
import { addEvent } from "./output";
import { schedule } from "./schedule";

/** Puts a debt and its terms in the place of what was owed of it. */
export function setDebt(record: u32, slot: u32, now: u32): u32 {
  const number = load<u32>(record, DEBT_NUMBER);
  const owed = load<i64>(record, DEBT_OWED);
  const rate = load<i64>(record, DEBT_RATE);
  const cap = load<i64>(record, DEBT_CAP);
  assert(number >= <u32>DEBT_TIME_1 && number <= <u32>DEBT_ACCUMULATED);
  assert(owed >= 0 && owed <= DEBT_MAX);
  settleToTick(slot);
  if (number <= <u32>DEBT_TIME_2) {
    assert(rate >= 0 && rate <= DEBT_MAX);
    const place = timeDebtAt(number);
    keepLong(slot, place + TIME_DEBT_RATE, rate);
    keepWord(slot, place + TIME_DEBT_EVERY, load<u32>(record, DEBT_EVERY));
    keepWord(slot, place + TIME_DEBT_WHILE, load<u32>(record, DEBT_WHILE));
  }
  if (number == DEBT_PAYMENT) {
    assert(cap >= 0 && cap <= MONEY_MAX);
    keepLong(slot, EXTRA_PAYMENT_CAP, cap);
    keepWord(slot, EXTRA_PAYMENT_SHARE, load<u32>(record, DEBT_SHARE));
  }
  keepDebt(slot, number, owed);
  addEvent(EVENT_DEBT_CHANGED, slot, now, number, 0, owed);
  schedule(slot, now);
  return CODE_APPLIED;
}

/** What is owed of a debt (DEBT_*). */
export function owedOf(slot: u32, debt: u32): i64 {
  return load<i64>(extraOf(slot) + placeOf(debt));
}

/** Puts what is owed of a debt; whoever calls has judged that it can be held. */
export function keepDebt(slot: u32, debt: u32, owed: i64): void {
  assert(owed >= 0 && owed <= DEBT_MAX);
  keepLong(slot, placeOf(debt), owed);
}

/** The sum of all debts. */
export function debtsOf(slot: u32): i64 {
  let sum: i64 = 0;
  for (let debt: u32 = DEBT_TIME_1; debt <= <u32>DEBT_ACCUMULATED; debt++)
    sum += owedOf(slot, debt);
  return sum;
}

/** Nothing is owed any more; terms stay. */
export function forgetDebts(slot: u32): void {
  for (let debt: u32 = DEBT_TIME_1; debt <= <u32>DEBT_ACCUMULATED; debt++) keepDebt(slot, debt, 0);
}

/** The place of a time debt's record in the extra. */
export function timeDebtAt(debt: u32): u32 {
  return EXTRA_TIME_DEBTS + (debt - DEBT_TIME_1) * TIME_DEBT_BYTES;
}

/** The marks' flags at which time debts that are owed fall due. */
export function timeDebtFlags(slot: u32): u32 {
  const first: u32 = extraOf(slot) + EXTRA_TIME_DEBTS;
  const second: u32 = first + TIME_DEBT_BYTES;
  return dueOf(first) | dueOf(second);
}

function dueOf(debt: u32): u32 {
  return load<i64>(debt, TIME_DEBT_OWED) > 0 ? load<u32>(debt, TIME_DEBT_EVERY) : 0;
}

function placeOf(debt: u32): u32 {
  if (debt == DEBT_PAYMENT) return EXTRA_PAYMENT_DEBT;
  if (debt == DEBT_ACCUMULATED) return EXTRA_ACCUMULATED_DEBT;
  return timeDebtAt(debt) + TIME_DEBT_OWED;
}
