/**
 * Restricted pots (R41): credit that is used before any other, soonest expiry first, and is gone when it expires.
 * They lie in the order of their expiry, of equal ones the older first.
 */
import { DEBT_MAX } from "./arithmetic";
import { extraOf, ownExtra } from "./extra";
import {
  CODE_APPLIED,
  CODE_MONEY_LIMIT,
  CODE_NOT_PREPAYMENT,
  CODE_POT_EXPIRED,
  CODE_POTS_FULL,
  COMMAND_AMOUNT,
  DUE_NEVER,
  EVENT_CREDIT_EXPIRED,
  EVENT_CREDIT_GRANTED,
  EXTRA_POT_FIRST,
  EXTRA_POTS,
  GRANT_EXPIRES_S,
  POT_AMOUNT,
  POT_BYTES,
  POT_EXPIRES_S,
  POTS_MAX,
} from "./layout";
import { isCredit } from "./mode";
import { balanceOf, putBalance } from "./money";
import { addEvent } from "./output";
import { judge } from "./supply";

/** Grants restricted credit until an instant. */
export function grantCredit(record: u32, slot: u32, now: u32): u32 {
  const amount = load<i64>(record, COMMAND_AMOUNT);
  const expires = load<u32>(record, GRANT_EXPIRES_S);
  assert(amount > 0);
  if (isCredit(slot)) return CODE_NOT_PREPAYMENT;
  if (potCount(slot) >= <u32>POTS_MAX) return CODE_POTS_FULL;
  if (expires <= now) return CODE_POT_EXPIRED;
  if (amount > DEBT_MAX) return CODE_MONEY_LIMIT;
  insert(slot, amount, expires);
  addEvent(EVENT_CREDIT_GRANTED, slot, now, 0, 0, amount);
  judge(slot, now);
  return CODE_APPLIED;
}

/** Takes pots away that have expired, and says what was lost with each. */
export function expirePots(slot: u32, now: u32): void {
  while (nextPotExpiry(slot) <= now && potCount(slot) > 0) forfeitFirst(slot, now);
}

/** Takes all pots away, and says what was lost with each; gives their sum. */
export function forfeitPots(slot: u32, now: u32): i64 {
  let sum: i64 = 0;
  while (potCount(slot) > 0) sum += forfeitFirst(slot, now);
  return sum;
}

/** Gives back to the balance, from pots, what a step took from it: `before` is the balance before the step. */
export function payFromPots(slot: u32, before: i64, now: u32): void {
  let taken = before - balanceOf(slot);
  let i: u32 = 0;
  while (taken > 0 && i < potCount(slot)) {
    const pot = potOf(extraOf(slot), i);
    if (load<u32>(pot, POT_EXPIRES_S) <= now) {
      i++;
      continue;
    }
    const amount = load<i64>(pot, POT_AMOUNT);
    const used = min(amount, taken);
    putBalance(slot, balanceOf(slot) + used);
    taken -= used;
    if (used == amount) remove(slot, i);
    else store<i64>(pot, amount - used, POT_AMOUNT);
  }
}

/** When the next pot expires; DUE_NEVER without one. */
export function nextPotExpiry(slot: u32): u32 {
  return potCount(slot) == 0 ? <u32>DUE_NEVER : load<u32>(potOf(extraOf(slot), 0), POT_EXPIRES_S);
}

function potCount(slot: u32): u32 {
  return load<u32>(extraOf(slot), EXTRA_POTS);
}

function potOf(extra: u32, index: u32): u32 {
  return extra + EXTRA_POT_FIRST + index * POT_BYTES;
}

function insert(slot: u32, amount: i64, expires: u32): void {
  const extra = ownExtra(slot);
  const count = potCount(slot);
  assert(count < <u32>POTS_MAX);
  let place = count;
  while (place > 0 && load<u32>(potOf(extra, place - 1), POT_EXPIRES_S) > expires) place--;
  const pot = potOf(extra, place);
  memory.copy(pot + POT_BYTES, pot, (count - place) * POT_BYTES);
  store<i64>(pot, amount, POT_AMOUNT);
  store<u32>(pot, expires, POT_EXPIRES_S);
  store<u32>(extra, count + 1, EXTRA_POTS);
}

function forfeitFirst(slot: u32, now: u32): i64 {
  const amount = load<i64>(potOf(extraOf(slot), 0), POT_AMOUNT);
  remove(slot, 0);
  addEvent(EVENT_CREDIT_EXPIRED, slot, now, 0, 0, amount);
  return amount;
}

function remove(slot: u32, index: u32): void {
  const extra = extraOf(slot);
  const last = potCount(slot) - 1;
  const pot = potOf(extra, index);
  memory.copy(pot, pot + POT_BYTES, (last - index) * POT_BYTES);
  memory.fill(potOf(extra, last), 0, POT_BYTES);
  store<u32>(extra, last, EXTRA_POTS);
}
