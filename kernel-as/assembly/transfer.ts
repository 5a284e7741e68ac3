/**
 * Credit moves between two accounts of the shard in one step (R90), and is set aside while that waits for approval.
 */
import { coldOf, isOpen } from "./account";
import { BUY_MONEY_MAX, DEBT_MAX, MONEY_MAX } from "./arithmetic";
import { emergencyUsed } from "./emergency";
import { extraOf, keepLong } from "./extra";
import {
  CODE_ACCOUNT_UNKNOWN,
  CODE_APPLIED,
  CODE_BALANCE_LIMIT,
  CODE_MONEY_LIMIT,
  CODE_NOT_PREPAYMENT,
  CODE_PRICE_LIST_BASIS,
  CODE_TRANSFER_INSUFFICIENT,
  COLD_ADJUSTMENTS,
  COLD_POLICY,
  COMMAND_AMOUNT,
  EVENT_CREDIT_CONVERTED,
  EVENT_CREDIT_RELEASED,
  EVENT_CREDIT_RESERVED,
  EVENT_CREDIT_TRANSFERRED,
  EXTRA_RESERVED,
  POLICY_BALANCE_MAX,
  POLICY_DISABLEMENT,
  RECORD_BYTES,
  RUN_BASE,
  RUN_SOLD_BOUGHT,
  RUN_SOLD_GIVEN,
  RUN_SOLD_MONEY,
  TRANSFER_CONVERT,
  TRANSFER_RESERVED,
  TRANSFER_TO_SLOT,
} from "./layout";
import { isCredit } from "./mode";
import { balanceOf, isHeld, putBalance } from "./money";
import { addEvent } from "./output";
import { boughtSoFar, buy, holdsQuantity, keepBought, sell, TOO_MUCH } from "./purchase";
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
  if (isConverted(record)) return convertCredit(slot, to, amount, isReserved, now);
  if (holdsQuantity(to) != holdsQuantity(slot)) return CODE_PRICE_LIST_BASIS;
  if (isCredit(to) || isCredit(slot)) return CODE_NOT_PREPAYMENT;
  const balance = balanceOf(to) + amount;
  if (!isHeld(balance)) return CODE_MONEY_LIMIT;
  if (balance > load<i64>(policyOfAccount(to), POLICY_BALANCE_MAX)) return CODE_BALANCE_LIMIT;
  if (isReserved ? amount > reservedOf(slot) : !canSpare(slot, amount))
    return CODE_TRANSFER_INSUFFICIENT;
  if (isReserved) keepLong(slot, EXTRA_RESERVED, reservedOf(slot) - amount);
  else putBalance(slot, balanceOf(slot) - amount);
  putBalance(to, balance);
  tellTransfer(slot, to, amount, amount, now);
  return CODE_APPLIED;
}

/** Records of before conversions end where their field begins. */
function isConverted(record: u32): bool {
  return (
    load<u32>(record, RECORD_BYTES) > <u32>TRANSFER_CONVERT &&
    load<u32>(record, TRANSFER_CONVERT) != 0
  );
}

/**
 * Moves what an amount is worth in money (R6, R90): quantity is sold for it, and bought with it. What is not worth a micro
 * stays with the giver.
 */
function convertCredit(slot: u32, to: u32, amount: i64, isReserved: bool, now: u32): u32 {
  if (isCredit(to) || isCredit(slot)) return CODE_NOT_PREPAYMENT;
  if (isReserved ? amount > reservedOf(slot) : !canSpare(slot, amount))
    return CODE_TRANSFER_INSUFFICIENT;
  const isSold = holdsQuantity(slot);
  if (isSold ? !sell(slot, amount, now) : amount > BUY_MONEY_MAX) return CODE_MONEY_LIMIT;
  const money = isSold ? load<i64>(RUN_BASE, RUN_SOLD_MONEY) : amount;
  const given = isSold ? load<i64>(RUN_BASE, RUN_SOLD_GIVEN) : amount;
  if (money == 0) return CODE_TRANSFER_INSUFFICIENT;
  const rest = isReserved ? amount - given : -given;
  if (!isHeld(balanceOf(slot) + rest)) return CODE_MONEY_LIMIT;
  const isBought = holdsQuantity(to);
  const received = isBought ? buy(to, money, now) : money;
  if (received == TOO_MUCH || balanceOf(to) > MONEY_MAX - received) return CODE_MONEY_LIMIT;
  const balance = balanceOf(to) + received;
  if (balance > load<i64>(policyOfAccount(to), POLICY_BALANCE_MAX)) return CODE_BALANCE_LIMIT;
  if (isReserved) keepLong(slot, EXTRA_RESERVED, reservedOf(slot) - amount);
  putBalance(slot, balanceOf(slot) + rest);
  putBalance(to, balance);
  if (isSold) keepBought(slot, boughtSoFar(slot, now) - load<i64>(RUN_BASE, RUN_SOLD_BOUGHT), now);
  if (isBought) keepBought(to, boughtSoFar(to, now) + received, now);
  addEvent(EVENT_CREDIT_CONVERTED, slot, now, 0, to, money);
  tellTransfer(slot, to, given, received, now);
  return CODE_APPLIED;
}

/** Both accounts have been given their balances. */
function tellTransfer(slot: u32, to: u32, given: i64, received: i64, now: u32): void {
  adjusted(slot, -given);
  adjusted(to, received);
  addEvent(EVENT_CREDIT_TRANSFERRED, slot, now, 0, to, -given);
  judge(slot, now);
  addEvent(EVENT_CREDIT_TRANSFERRED, to, now, 0, slot, received);
  judge(to, now);
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
