/**
 * Credit moves between two accounts of the shard in one step (R90), and is set aside while that waits for approval.
 */
import { coldOf, isOpen } from "./account";
import { DEBT_MAX } from "./arithmetic";
import { emergencyUsed } from "./emergency";
import { extraOf, keepLong } from "./extra";
import {
  CODE_ACCOUNT_UNKNOWN,
  CODE_APPLIED,
  CODE_BALANCE_LIMIT,
  CODE_MONEY_LIMIT,
  CODE_NOT_PREPAYMENT,
  CODE_TRANSFER_INSUFFICIENT,
  COLD_ADJUSTMENTS,
  COLD_POLICY,
  COMMAND_AMOUNT,
  EVENT_CREDIT_RELEASED,
  EVENT_CREDIT_RESERVED,
  EVENT_CREDIT_TRANSFERRED,
  EXTRA_RESERVED,
  POLICY_BALANCE_MAX,
  POLICY_DISABLEMENT,
  TRANSFER_RESERVED,
  TRANSFER_TO_SLOT,
} from "./layout";
import { isCredit } from "./mode";
import { balanceOf, isHeld, putBalance } from "./money";
import { addEvent } from "./output";
import { judge, policyOf } from "./supply";

/** Sets credit aside. */
export function reserveCredit(record: u32, slot: u32, now: u32): u32 {
  const amount = amountOf(record);
  if (isCredit(slot)) return CODE_NOT_PREPAYMENT;
  if (!canSpare(slot, amount)) return CODE_TRANSFER_INSUFFICIENT;
  if (reservedOf(slot) + amount > DEBT_MAX) return CODE_MONEY_LIMIT;
  putBalance(slot, balanceOf(slot) - amount);
  keepLong(slot, EXTRA_RESERVED, reservedOf(slot) + amount);
  addEvent(EVENT_CREDIT_RESERVED, slot, now, 0, 0, amount);
  judge(slot, now);
  return CODE_APPLIED;
}

/** Gives credit back that was set aside. */
export function releaseCredit(record: u32, slot: u32, now: u32): u32 {
  const amount = amountOf(record);
  if (amount > reservedOf(slot)) return CODE_TRANSFER_INSUFFICIENT;
  if (!isHeld(balanceOf(slot) + amount)) return CODE_MONEY_LIMIT;
  putBalance(slot, balanceOf(slot) + amount);
  keepLong(slot, EXTRA_RESERVED, reservedOf(slot) - amount);
  addEvent(EVENT_CREDIT_RELEASED, slot, now, 0, 0, amount);
  judge(slot, now);
  return CODE_APPLIED;
}

/** Moves credit to another account; what is owed there is not asked. */
export function transferCredit(record: u32, slot: u32, now: u32): u32 {
  const amount = amountOf(record);
  const to = load<u32>(record, TRANSFER_TO_SLOT);
  const isReserved = load<u32>(record, TRANSFER_RESERVED) != 0;
  if (to == slot || !isOpen(to)) return CODE_ACCOUNT_UNKNOWN;
  if (isCredit(to) || isCredit(slot)) return CODE_NOT_PREPAYMENT;
  const balance = balanceOf(to) + amount;
  if (!isHeld(balance)) return CODE_MONEY_LIMIT;
  if (balance > load<i64>(policyOfAccount(to), POLICY_BALANCE_MAX)) return CODE_BALANCE_LIMIT;
  if (isReserved ? amount > reservedOf(slot) : !canSpare(slot, amount))
    return CODE_TRANSFER_INSUFFICIENT;
  if (isReserved) keepLong(slot, EXTRA_RESERVED, reservedOf(slot) - amount);
  else putBalance(slot, balanceOf(slot) - amount);
  putBalance(to, balance);
  adjusted(slot, -amount);
  adjusted(to, amount);
  addEvent(EVENT_CREDIT_TRANSFERRED, slot, now, 0, to, -amount);
  judge(slot, now);
  addEvent(EVENT_CREDIT_TRANSFERRED, to, now, 0, slot, amount);
  judge(to, now);
  return CODE_APPLIED;
}

/** Credit set aside, which is in no other sum. */
export function reservedOf(slot: u32): i64 {
  return load<i64>(extraOf(slot), EXTRA_RESERVED);
}

function amountOf(record: u32): i64 {
  const amount = load<i64>(record, COMMAND_AMOUNT);
  assert(amount > 0 && amount <= DEBT_MAX);
  return amount;
}

/** Neither emergency credit that is owed nor what keeps the supply on can be given away. */
function canSpare(slot: u32, amount: i64): bool {
  const least = max<i64>(load<i64>(policyOfAccount(slot), POLICY_DISABLEMENT), 0);
  return emergencyUsed(slot) == 0 && balanceOf(slot) - amount >= least;
}

function policyOfAccount(slot: u32): u32 {
  return policyOf(load<u32>(coldOf(slot), COLD_POLICY));
}

function adjusted(slot: u32, amount: i64): void {
  const cold = coldOf(slot);
  store<i64>(cold, load<i64>(cold, COLD_ADJUSTMENTS) + amount, COLD_ADJUSTMENTS);
}
