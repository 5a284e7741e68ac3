/**
 * A credit is taken back, part by part as it was given (R53): only while unused or confirmed removed, and it cuts nobody.
 */
import { coldOf } from "./account";
import { BUY_MONEY_MAX, DEBT_MAX, MONEY_MAX } from "./arithmetic";
import { settleToTick } from "./charge";
import { keepDebt, owedOf } from "./debt";
import { emergencyState, emergencyUsed, putEmergencyState, putEmergencyUsed } from "./emergency";
import { extraOf } from "./extra";
import {
  CODE_APPLIED,
  CODE_MONEY_LIMIT,
  CODE_NOT_REVERSIBLE,
  COLD_CREDITS,
  COMMAND_NUMBER,
  DEBT_ACCUMULATED,
  DEBT_PAYMENT,
  DEBT_TIME_1,
  DEBT_TIME_2,
  EMERGENCY_ENABLED,
  EMERGENCY_INVOKED,
  EVENT_CREDIT_BOUGHT,
  EVENT_VEND_REVERSED,
  EXTRA_BOUGHT_CYCLE_S,
  PART_ACCUMULATED_DEBT,
  PART_BALANCE,
  PART_EMERGENCY,
  PART_PAYMENT_DEBT,
  PART_THRESHOLD,
  PART_TIME_DEBT_1,
  PART_TIME_DEBT_2,
  REVERSE_AMOUNT,
  REVERSE_CONFIRMED,
  REVERSE_PARTS,
  REVERSE_VENDED_S,
} from "./layout";
import { balanceOf, isHeld, putBalance } from "./money";
import { addEvent } from "./output";
import { boughtSoFar, holdsQuantity, keepBought } from "./purchase";
import { judgeWithoutCut } from "./supply";
import { creditOf } from "./vend";

/** Takes a credit back. */
export function reverseCredit(record: u32, slot: u32, now: u32): u32 {
  const parts = record + REVERSE_PARTS;
  const sum = sumOf(parts);
  // As much as no payment was: the sum of all parts is what one payment came to.
  if (sum > <u64>MONEY_MAX) return CODE_MONEY_LIMIT;
  const amount = amountOf(record, <i64>sum);
  const isBought = holdsQuantity(slot);
  if (isBought ? !isPaid(parts, amount) : amount != <i64>sum) return CODE_NOT_REVERSIBLE;
  const back = load<i64>(parts, PART_THRESHOLD) + load<i64>(parts, PART_BALANCE);
  if (load<u32>(record, REVERSE_CONFIRMED) == 0 && balanceOf(slot) < back)
    return CODE_NOT_REVERSIBLE;
  const emergency = load<i64>(parts, PART_EMERGENCY);
  if (!isHeld(balanceOf(slot) - back)) return CODE_MONEY_LIMIT;
  if (emergencyUsed(slot) + emergency > DEBT_MAX || !debtsFit(slot, parts)) return CODE_MONEY_LIMIT;
  putBalance(slot, balanceOf(slot) - back);
  settleToTick(slot);
  for (let debt: u32 = DEBT_TIME_1; debt <= <u32>DEBT_ACCUMULATED; debt++)
    keepDebt(slot, debt, owedOf(slot, debt) + partOf(parts, debt));
  putEmergencyUsed(slot, emergencyUsed(slot) + emergency);
  if (emergency > 0 && emergencyState(slot) == EMERGENCY_ENABLED)
    putEmergencyState(slot, EMERGENCY_INVOKED);
  const cold = coldOf(slot);
  const number = load<u32>(record, COMMAND_NUMBER);
  store<i64>(cold, load<i64>(cold, COLD_CREDITS) - amount, COLD_CREDITS);
  addEvent(EVENT_VEND_REVERSED, slot, now, 0, number, amount);
  if (isBought) {
    unbuy(slot, creditOf(parts), load<u32>(record, REVERSE_VENDED_S), now);
    addEvent(EVENT_CREDIT_BOUGHT, slot, now, 0, number, -creditOf(parts));
  }
  judgeWithoutCut(slot, now);
  return CODE_APPLIED;
}

/** Of seven parts of at most 2^62 the fifth and the seventh can be so large, the others 2^58: no overflow. */
function sumOf(parts: u32): u64 {
  let sum: u64 = 0;
  for (let place: u32 = PART_PAYMENT_DEBT; place <= <u32>PART_BALANCE; place += 8) {
    const part = load<i64>(parts + place);
    assert(part >= 0 && part <= MONEY_MAX);
    sum += <u64>part;
  }
  return sum;
}

/** What was paid; the sum of the parts unless it is told. */
function amountOf(record: u32, sum: i64): i64 {
  const amount = load<i64>(record, REVERSE_AMOUNT);
  assert(amount >= 0 && amount <= MONEY_MAX);
  return amount == 0 ? sum : amount;
}

/** R34: whether an amount can have paid for debts and quantity: it was enough for the debts, and no more than buys at once. */
function isPaid(parts: u32, amount: i64): bool {
  let debts: i64 = 0;
  for (let debt: u32 = DEBT_TIME_1; debt <= <u32>DEBT_ACCUMULATED; debt++)
    debts += partOf(parts, debt);
  return amount >= debts && amount <= BUY_MONEY_MAX;
}

/** What was bought in the cycle that still lasts counts no more. */
function unbuy(slot: u32, quantity: i64, vended: u32, now: u32): void {
  const bought = boughtSoFar(slot, now);
  keepBought(slot, bought, now);
  if (vended == 0 || vended < load<u32>(extraOf(slot), EXTRA_BOUGHT_CYCLE_S)) return;
  keepBought(slot, bought - min(bought, quantity), now);
}

function debtsFit(slot: u32, parts: u32): bool {
  for (let debt: u32 = DEBT_TIME_1; debt <= <u32>DEBT_ACCUMULATED; debt++)
    if (owedOf(slot, debt) + partOf(parts, debt) > DEBT_MAX) return false;
  return true;
}

function partOf(parts: u32, debt: u32): i64 {
  if (debt == DEBT_PAYMENT) return load<i64>(parts, PART_PAYMENT_DEBT);
  if (debt == DEBT_ACCUMULATED) return load<i64>(parts, PART_ACCUMULATED_DEBT);
  if (debt == DEBT_TIME_1) return load<i64>(parts, PART_TIME_DEBT_1);
  return load<i64>(parts, PART_TIME_DEBT_2);
}
