/**
 * A payment (R50-R52): within the policy's bounds, split by the waterfall, and told with what it cleared.
 */
import { coldOf } from "./account";
import { BUY_MONEY_MAX, MONEY_MAX } from "./arithmetic";
import { keepDebt, owedOf } from "./debt";
import { lastMark } from "./due";
import { emergencyUsed, putEmergencyState, putEmergencyUsed } from "./emergency";
import { extraOf, keepLong, keepWord } from "./extra";
import {
  CODE_ABOVE_MAXIMUM,
  CODE_APPLIED,
  CODE_BALANCE_LIMIT,
  CODE_BELOW_MINIMUM,
  CODE_MONEY_LIMIT,
  CODE_NOT_PREPAYMENT,
  CODE_TOPUP_CAP,
  COLD_CREDITS,
  COLD_POLICY,
  COMMAND_AMOUNT,
  COMMAND_NUMBER,
  DEBT_ACCUMULATED,
  DEBT_PAYMENT,
  DEBT_TIME_1,
  DEBT_TIME_2,
  EMERGENCY_ENABLED,
  EVENT_CREDIT_BOUGHT,
  EVENT_DEBT_CLEARED,
  EVENT_EMERGENCY_REPAID,
  EVENT_VEND_APPLIED,
  EXTRA_PAYMENT_WEEK_S,
  EXTRA_PAYMENT_WEEK_USED,
  EXTRA_TOPUP_PERIOD_S,
  EXTRA_TOPUP_SUM,
  MARK_WEEK,
  PART_ACCUMULATED_DEBT,
  PART_BALANCE,
  PART_EMERGENCY,
  PART_PAYMENT_DEBT,
  PART_THRESHOLD,
  PART_TIME_DEBT_1,
  PART_TIME_DEBT_2,
  POLICY_BALANCE_MAX,
  POLICY_TOPUP_CAP,
  POLICY_TOPUP_EVERY,
  POLICY_TOPUP_MAX,
  POLICY_TOPUP_MIN,
  POLICY_WATERFALL,
  WATERFALL_STANDARD,
} from "./layout";
import { isCredit } from "./mode";
import { balanceOf, putBalance } from "./money";
import { addEvent } from "./output";
import { boughtSoFar, buy, holdsQuantity, keepBought, TOO_MUCH } from "./purchase";
import { judge, policyOf } from "./supply";
import { liftAndRepay, payDebts } from "./waterfall";

/** Takes a payment; its parts are written to `parts`. A refused one changes nothing. */
export function vend(record: u32, slot: u32, now: u32, parts: u32): u32 {
  const payment = load<i64>(record, COMMAND_AMOUNT);
  assert(payment > 0 && payment <= MONEY_MAX);
  const policy = policyOf(load<u32>(coldOf(slot), COLD_POLICY));
  const period = capPeriod(slot, policy, now);
  const code = boundsOf(slot, policy, payment, period);
  if (code != CODE_APPLIED) return code;
  const week = weekOf(slot, policy, now);
  const left = payDebts(slot, policy, payment, weekUsedIn(slot, week), parts);
  const isBought = holdsQuantity(slot);
  const credit = isBought ? buy(slot, left, now) : left;
  if (credit == TOO_MUCH) return CODE_MONEY_LIMIT;
  liftAndRepay(slot, policy, credit, parts);
  const lift = load<i64>(parts, PART_THRESHOLD) + load<i64>(parts, PART_BALANCE);
  if (balanceOf(slot) > MONEY_MAX - lift) return CODE_MONEY_LIMIT;
  const balance = balanceOf(slot) + lift;
  if (balance > load<i64>(policy, POLICY_BALANCE_MAX)) return CODE_BALANCE_LIMIT;
  countWeek(slot, policy, week, load<i64>(parts, PART_PAYMENT_DEBT));
  countPeriod(slot, policy, period, payment);
  putBalance(slot, balance);
  if (isBought) keepBought(slot, boughtSoFar(slot, now) + credit, now);
  apply(slot, payment, load<u32>(record, COMMAND_NUMBER), now, parts);
  judge(slot, now);
  return CODE_APPLIED;
}

/** R52, but for the highest balance, which the waterfall decides. */
function boundsOf(slot: u32, policy: u32, payment: i64, period: u32): u32 {
  const least = load<i64>(policy, POLICY_TOPUP_MIN);
  const most = load<i64>(policy, POLICY_TOPUP_MAX);
  const cap = load<i64>(policy, POLICY_TOPUP_CAP);
  if (isCredit(slot)) return CODE_NOT_PREPAYMENT;
  if (holdsQuantity(slot) ? payment > BUY_MONEY_MAX : balanceOf(slot) > MONEY_MAX - payment)
    return CODE_MONEY_LIMIT;
  if (least > 0 && payment < least) return CODE_BELOW_MINIMUM;
  if (most > 0 && payment > most) return CODE_ABOVE_MAXIMUM;
  return cap > 0 && payment > cap - sumIn(slot, period) ? CODE_TOPUP_CAP : CODE_APPLIED;
}

function capPeriod(slot: u32, policy: u32, now: u32): u32 {
  if (load<i64>(policy, POLICY_TOPUP_CAP) == 0) return 0;
  return lastMark(slot, now, load<u32>(policy, POLICY_TOPUP_EVERY));
}

function sumIn(slot: u32, period: u32): i64 {
  const extra = extraOf(slot);
  return load<u32>(extra, EXTRA_TOPUP_PERIOD_S) == period ? load<i64>(extra, EXTRA_TOPUP_SUM) : 0;
}

function countPeriod(slot: u32, policy: u32, period: u32, payment: i64): void {
  if (load<i64>(policy, POLICY_TOPUP_CAP) == 0) return;
  keepLong(slot, EXTRA_TOPUP_SUM, sumIn(slot, period) + payment);
  keepWord(slot, EXTRA_TOPUP_PERIOD_S, period);
}

/** R51: the Monday from which the week's cap counts; the one that was kept where none is known or none is asked for. */
function weekOf(slot: u32, policy: u32, now: u32): u32 {
  const kept = load<u32>(extraOf(slot), EXTRA_PAYMENT_WEEK_S);
  if (load<u32>(policy, POLICY_WATERFALL) != WATERFALL_STANDARD) return kept;
  if (owedOf(slot, DEBT_PAYMENT) == 0) return kept;
  const week = lastMark(slot, now, MARK_WEEK);
  return week == 0 ? kept : week;
}

function weekUsedIn(slot: u32, week: u32): i64 {
  const extra = extraOf(slot);
  if (load<u32>(extra, EXTRA_PAYMENT_WEEK_S) != week) return 0;
  return load<i64>(extra, EXTRA_PAYMENT_WEEK_USED);
}

function countWeek(slot: u32, policy: u32, week: u32, part: i64): void {
  if (load<u32>(policy, POLICY_WATERFALL) != WATERFALL_STANDARD) return;
  keepLong(slot, EXTRA_PAYMENT_WEEK_USED, weekUsedIn(slot, week) + part);
  keepWord(slot, EXTRA_PAYMENT_WEEK_S, week);
}

function apply(slot: u32, payment: i64, number: u32, now: u32, parts: u32): void {
  const cold = coldOf(slot);
  const repaid = load<i64>(parts, PART_EMERGENCY);
  store<i64>(cold, load<i64>(cold, COLD_CREDITS) + payment, COLD_CREDITS);
  putEmergencyUsed(slot, emergencyUsed(slot) - repaid);
  keepDebt(slot, DEBT_PAYMENT, owedOf(slot, DEBT_PAYMENT) - load<i64>(parts, PART_PAYMENT_DEBT));
  keepDebt(
    slot,
    DEBT_ACCUMULATED,
    owedOf(slot, DEBT_ACCUMULATED) - load<i64>(parts, PART_ACCUMULATED_DEBT),
  );
  keepDebt(slot, DEBT_TIME_1, owedOf(slot, DEBT_TIME_1) - load<i64>(parts, PART_TIME_DEBT_1));
  keepDebt(slot, DEBT_TIME_2, owedOf(slot, DEBT_TIME_2) - load<i64>(parts, PART_TIME_DEBT_2));
  addEvent(EVENT_VEND_APPLIED, slot, now, 0, number, payment);
  if (holdsQuantity(slot)) addEvent(EVENT_CREDIT_BOUGHT, slot, now, 0, number, creditOf(parts));
  tellCleared(slot, now, DEBT_PAYMENT, load<i64>(parts, PART_PAYMENT_DEBT));
  tellCleared(slot, now, DEBT_ACCUMULATED, load<i64>(parts, PART_ACCUMULATED_DEBT));
  tellCleared(slot, now, DEBT_TIME_1, load<i64>(parts, PART_TIME_DEBT_1));
  tellCleared(slot, now, DEBT_TIME_2, load<i64>(parts, PART_TIME_DEBT_2));
  if (repaid == 0 || emergencyUsed(slot) != 0) return;
  putEmergencyState(slot, EMERGENCY_ENABLED);
  addEvent(EVENT_EMERGENCY_REPAID, slot, now, 0, 0, repaid);
}

/** What of the parts became credit: up to the threshold, emergency credit and the rest. */
export function creditOf(parts: u32): i64 {
  return (
    load<i64>(parts, PART_THRESHOLD) +
    load<i64>(parts, PART_EMERGENCY) +
    load<i64>(parts, PART_BALANCE)
  );
}

function tellCleared(slot: u32, now: u32, debt: u32, part: i64): void {
  if (part > 0 && owedOf(slot, debt) == 0) addEvent(EVENT_DEBT_CLEARED, slot, now, debt, 0, part);
}
