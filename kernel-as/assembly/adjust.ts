/**
 * An amount that a person gives or takes: straight to the balance, bounded only by what can be held.
 */
import { coldOf } from "./account";
import { MONEY_MAX } from "./arithmetic";
import {
  CODE_APPLIED,
  CODE_MONEY_LIMIT,
  COLD_ADJUSTMENTS,
  COMMAND_AMOUNT,
  COMMAND_NUMBER,
  EVENT_ACCOUNT_ADJUSTED,
} from "./layout";
import { balanceOf, isHeld, putBalance } from "./money";
import { addEvent } from "./output";
import { judge } from "./supply";

/** Adjusts the balance. */
export function adjust(record: u32, slot: u32, now: u32): u32 {
  const cold = coldOf(slot);
  const amount = load<i64>(record, COMMAND_AMOUNT);
  assert(amount >= -MONEY_MAX && amount <= MONEY_MAX);
  const balance = balanceOf(slot) + amount;
  if (!isHeld(balance)) return CODE_MONEY_LIMIT;
  putBalance(slot, balance);
  store<i64>(cold, load<i64>(cold, COLD_ADJUSTMENTS) + amount, COLD_ADJUSTMENTS);
  addEvent(EVENT_ACCOUNT_ADJUSTED, slot, now, 0, load<u32>(record, COMMAND_NUMBER), amount);
  judge(slot, now);
  return CODE_APPLIED;
}
