/**
 * What a payment comes to (R50): part by part, in the order of the policy's waterfall. Pure: the parts are written to
 * `parts` (PART_*), the account stays as it is.
 */
import { shareOf } from "./arithmetic";
import { owedOf } from "./debt";
import { emergencyUsed } from "./emergency";
import { extraOf } from "./extra";
import {
  DEBT_ACCUMULATED,
  DEBT_PAYMENT,
  DEBT_TIME_1,
  DEBT_TIME_2,
  EXTRA_PAYMENT_CAP,
  EXTRA_PAYMENT_SHARE,
  PART_ACCUMULATED_DEBT,
  PART_BALANCE,
  PART_EMERGENCY,
  PART_PAYMENT_DEBT,
  PART_POTS,
  PART_THRESHOLD,
  PART_TIME_DEBT_1,
  PART_TIME_DEBT_2,
  POLICY_ARREARS_SHARE,
  POLICY_DISABLEMENT,
  POLICY_THRESHOLD_FIRST,
  POLICY_WATERFALL,
  WATERFALL_DEBT_FIRST,
  WATERFALL_SHARE,
  WATERFALL_STANDARD,
} from "./layout";
import { balanceOf } from "./money";

/** A share of the whole. */
const WHOLE_PPM: u32 = 1000000;

/**
 * Writes what of a payment goes to debts, and gives what is left; `weekUsed` is what this week's payments gave to the payment
 * debt so far (R51).
 */
export function payDebts(slot: u32, policy: u32, payment: i64, weekUsed: i64, parts: u32): i64 {
  const waterfall = load<u32>(policy, POLICY_WATERFALL);
  let left = payment;
  if (waterfall == WATERFALL_STANDARD) {
    left -= put(parts + PART_PAYMENT_DEBT, paymentPart(slot, payment, weekUsed));
    left -= put(parts + PART_ACCUMULATED_DEBT, min(left, owedOf(slot, DEBT_ACCUMULATED)));
    left -= put(parts + PART_TIME_DEBT_1, 0);
    left -= put(parts + PART_TIME_DEBT_2, 0);
  } else if (waterfall == WATERFALL_DEBT_FIRST) {
    left -= payInTurn(slot, payment, parts);
  } else {
    assert(waterfall == WATERFALL_SHARE);
    const arrears = shareOf(payment, load<u32>(policy, POLICY_ARREARS_SHARE), WHOLE_PPM);
    left -= payInTurn(slot, arrears, parts);
  }
  return left;
}

/** (a) of `standard`: a share of the payment, bounded by the debt and by what is left of the week's cap. */
function paymentPart(slot: u32, payment: i64, weekUsed: i64): i64 {
  const extra = extraOf(slot);
  const share = shareOf(payment, load<u32>(extra, EXTRA_PAYMENT_SHARE), WHOLE_PPM);
  const cap = max<i64>(load<i64>(extra, EXTRA_PAYMENT_CAP) - weekUsed, 0);
  return min(min(share, owedOf(slot, DEBT_PAYMENT)), cap);
}

/** All debts in turn from an amount; gives what they took. */
function payInTurn(slot: u32, amount: i64, parts: u32): i64 {
  let left = amount;
  left -= put(parts + PART_PAYMENT_DEBT, min(left, owedOf(slot, DEBT_PAYMENT)));
  left -= put(parts + PART_ACCUMULATED_DEBT, min(left, owedOf(slot, DEBT_ACCUMULATED)));
  left -= put(parts + PART_TIME_DEBT_1, min(left, owedOf(slot, DEBT_TIME_1)));
  left -= put(parts + PART_TIME_DEBT_2, min(left, owedOf(slot, DEBT_TIME_2)));
  return amount - left;
}

/** (c), (d) and (e) of what is left, or of what that bought (R34): up to the disablement threshold, emergency credit, the rest. */
export function liftAndRepay(slot: u32, policy: u32, amount: i64, parts: u32): void {
  let left = amount;
  const short = max<i64>(load<i64>(policy, POLICY_DISABLEMENT) - balanceOf(slot), 0);
  const isFirst = load<u32>(policy, POLICY_THRESHOLD_FIRST) != 0;
  left -= put(parts + PART_THRESHOLD, isFirst ? min(left, short) : 0);
  left -= put(parts + PART_EMERGENCY, min(left, emergencyUsed(slot)));
  put(parts + PART_BALANCE, left);
  put(parts + PART_POTS, 0);
}

function put(place: u32, amount: i64): i64 {
  assert(amount >= 0);
  store<i64>(place, amount);
  return amount;
}
