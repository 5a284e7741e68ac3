/**
 * Prepayment or credit (R91): a change moves what is owed in the same step, now or at an instant to come.
 */
import { coldOf } from "./account";
import { DEBT_MAX } from "./arithmetic";
import { debtsOf, forgetDebts, keepDebt, owedOf } from "./debt";
import { emergencyUsed, putEmergencyState, putEmergencyUsed } from "./emergency";
import { extraOf, keepLong, keepWord, setFlag } from "./extra";
import {
  CODE_APPLIED,
  CODE_MODE_PENDING,
  CODE_MONEY_LIMIT,
  CODE_NO_MODE_CHANGE,
  CODE_PRICE_LIST_BASIS,
  COLD_LOW_LEVEL,
  DEBT_PAYMENT,
  EMERGENCY_ENABLED,
  EVENT_MODE_CHANGED,
  EXTRA_DAYS_LOW,
  EXTRA_EXCEEDED,
  EXTRA_MODE,
  EXTRA_MODE_AT_S,
  EXTRA_MODE_CAP,
  EXTRA_MODE_PENDING,
  EXTRA_MODE_SHARE,
  EXTRA_NOTICE_S,
  EXTRA_OFFERED,
  EXTRA_PAYMENT_CAP,
  EXTRA_PAYMENT_SHARE,
  EXTRA_WITHHELD,
  MODE_AT_S,
  MODE_CAP,
  MODE_CREDIT,
  MODE_MODE,
  MODE_SHARE,
} from "./layout";
import { balanceOf, isHeld, putBalance } from "./money";
import { addEvent } from "./output";
import { holdsQuantity } from "./purchase";
import { schedule } from "./schedule";
import { judge } from "./supply";

/** Whether the account is billed afterwards: nothing of credit is judged. */
export function isCredit(slot: u32): bool {
  return load<u32>(extraOf(slot), EXTRA_MODE) == MODE_CREDIT;
}

/** Changes the mode now, or keeps the change for its time. */
export function setMode(record: u32, slot: u32, now: u32): u32 {
  const mode = load<u32>(record, MODE_MODE);
  const at = load<u32>(record, MODE_AT_S);
  const share = load<u32>(record, MODE_SHARE);
  const cap = load<i64>(record, MODE_CAP);
  assert(mode <= <u32>MODE_CREDIT);
  if (holdsQuantity(slot)) return CODE_PRICE_LIST_BASIS;
  if (load<u32>(extraOf(slot), EXTRA_MODE_AT_S) != 0) return CODE_MODE_PENDING;
  if (load<u32>(extraOf(slot), EXTRA_MODE) == mode) return CODE_APPLIED;
  if (at > now) keepPending(slot, mode, at, share, cap);
  else if (!change(slot, mode, share, cap, now)) return CODE_MONEY_LIMIT;
  judge(slot, now);
  return CODE_APPLIED;
}

/** Takes back a change that is pending. */
export function cancelMode(slot: u32, now: u32): u32 {
  if (load<u32>(extraOf(slot), EXTRA_MODE_AT_S) == 0) return CODE_NO_MODE_CHANGE;
  keepPending(slot, 0, 0, 0, 0);
  schedule(slot, now);
  return CODE_APPLIED;
}

/** Makes a pending change that has fallen due; one that can't be held waits, and is tried again at each judgement. */
export function applyModeDue(slot: u32, now: u32): void {
  const extra = extraOf(slot);
  const at = load<u32>(extra, EXTRA_MODE_AT_S);
  if (at == 0 || now < at) return;
  const mode = load<u32>(extra, EXTRA_MODE_PENDING);
  const share = load<u32>(extra, EXTRA_MODE_SHARE);
  const cap = load<i64>(extra, EXTRA_MODE_CAP);
  if (change(slot, mode, share, cap, now)) keepPending(slot, 0, 0, 0, 0);
}

/** Forgets a change that is pending, or keeps one. */
export function keepPending(slot: u32, mode: u32, at: u32, share: u32, cap: i64): void {
  keepWord(slot, EXTRA_MODE_PENDING, mode);
  keepWord(slot, EXTRA_MODE_AT_S, at);
  keepWord(slot, EXTRA_MODE_SHARE, share);
  keepLong(slot, EXTRA_MODE_CAP, cap);
}

function change(slot: u32, mode: u32, share: u32, cap: i64, now: u32): bool {
  const isDone = mode == MODE_CREDIT ? toCredit(slot) : toPrepayment(slot, share, cap);
  if (!isDone) return false;
  keepWord(slot, EXTRA_MODE, mode);
  addEvent(EVENT_MODE_CHANGED, slot, now, mode, 0, 0);
  return true;
}

/** All that is owed comes into the balance, which is billed. */
function toCredit(slot: u32): bool {
  const balance = balanceOf(slot) - emergencyUsed(slot) - debtsOf(slot);
  if (!isHeld(balance)) return false;
  putBalance(slot, balance);
  forgetDebts(slot);
  putEmergencyUsed(slot, 0);
  putEmergencyState(slot, EMERGENCY_ENABLED);
  store<u32>(coldOf(slot), 0, COLD_LOW_LEVEL);
  setFlag(slot, EXTRA_OFFERED | EXTRA_EXCEEDED | EXTRA_DAYS_LOW | EXTRA_WITHHELD, false);
  keepWord(slot, EXTRA_NOTICE_S, 0);
  return true;
}

/** What the balance is short of becomes a debt that payments recover. */
function toPrepayment(slot: u32, share: u32, cap: i64): bool {
  const balance = balanceOf(slot);
  if (balance >= 0) return true;
  const owed = owedOf(slot, DEBT_PAYMENT) - balance;
  if (owed > DEBT_MAX) return false;
  keepDebt(slot, DEBT_PAYMENT, owed);
  keepWord(slot, EXTRA_PAYMENT_SHARE, share);
  keepLong(slot, EXTRA_PAYMENT_CAP, cap);
  putBalance(slot, 0);
  return true;
}
