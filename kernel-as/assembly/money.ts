/**
 * What an account can spend: its balance, its restricted pots, and emergency credit that was invoked (semantics, words).
 */
import { hotOf } from "./account";
import { MONEY_MAX } from "./arithmetic";
import { extraOf } from "./extra";
import {
  EMERGENCY_INVOKED,
  EXTRA_EMERGENCY_STATE,
  EXTRA_EMERGENCY_USED,
  EXTRA_POT_FIRST,
  EXTRA_POTS,
  HOT_BALANCE,
  POLICY_EMERGENCY_LIMIT,
  POT_AMOUNT,
  POT_BYTES,
  POT_EXPIRES_S,
} from "./layout";

/** The main balance, in micros. */
export function balanceOf(slot: u32): i64 {
  return load<i64>(hotOf(slot), HOT_BALANCE);
}

/** Puts the main balance. Whoever calls has judged that it can be held. */
export function putBalance(slot: u32, balance: i64): void {
  assert(isHeld(balance));
  store<i64>(hotOf(slot), balance, HOT_BALANCE);
}

/** Whether a main balance of so much can be held. The sum or difference of two that can is no overflow. */
export function isHeld(balance: i64): bool {
  return balance >= -MONEY_MAX && balance <= MONEY_MAX;
}

/** The account's own credit: balance and all pots that have not expired. */
export function own(slot: u32, now: u32): i64 {
  const extra = extraOf(slot);
  const pots = load<u32>(extra, EXTRA_POTS);
  let sum = balanceOf(slot);
  for (let i: u32 = 0; i < pots; i++) {
    const pot: u32 = extra + EXTRA_POT_FIRST + i * POT_BYTES;
    if (load<u32>(pot, POT_EXPIRES_S) > now) sum += load<i64>(pot, POT_AMOUNT);
  }
  return sum;
}

/** Credit that is there to be used: the account's own, and what is left of emergency credit that was invoked. */
export function available(slot: u32, policy: u32, now: u32): i64 {
  const extra = extraOf(slot);
  if (load<u32>(extra, EXTRA_EMERGENCY_STATE) != EMERGENCY_INVOKED) return own(slot, now);
  const left = load<i64>(policy, POLICY_EMERGENCY_LIMIT) - load<i64>(extra, EXTRA_EMERGENCY_USED);
  return own(slot, now) + max<i64>(left, 0);
}
