/**
 * Where an account stands on the ladder of its policy (R70): its limit, whether its credit is gone, and whether it is back.
 */
import { allowanceLeft } from "./allowance";
import { hasFlag } from "./extra";
import {
  EXTRA_CRITICAL,
  POLICY_ALLOWANCE,
  POLICY_CLEARANCE,
  POLICY_DISABLEMENT,
  POLICY_ESSENTIAL_VALUE,
  POLICY_LIMIT_THRESHOLD,
  POLICY_LIMIT_VALUE,
  POLICY_TRICKLE_THRESHOLD,
  POLICY_TRICKLE_VALUE,
} from "./layout";
import { isCredit } from "./mode";
import { available } from "./money";

/** The limit that credit allows, in atoms an hour; 0: none. A critical need has its essential level (R72). */
export function softLimit(slot: u32, policy: u32, now: u32): u32 {
  if (isCredit(slot)) return 0;
  const credit = available(slot, policy, now);
  const trickle = load<u32>(policy, POLICY_TRICKLE_VALUE);
  if (trickle != 0 && credit <= load<i64>(policy, POLICY_TRICKLE_THRESHOLD)) {
    const essential = load<u32>(policy, POLICY_ESSENTIAL_VALUE);
    return hasFlag(slot, EXTRA_CRITICAL) ? max(trickle, essential) : trickle;
  }
  const isLow = credit <= load<i64>(policy, POLICY_LIMIT_THRESHOLD);
  return isLow ? load<u32>(policy, POLICY_LIMIT_VALUE) : 0;
}

/** Whether a prepayment account's credit is at the cut-off or under it. */
export function isExhausted(slot: u32, policy: u32, now: u32): bool {
  if (isCredit(slot)) return false;
  return available(slot, policy, now) <= load<i64>(policy, POLICY_DISABLEMENT);
}

/** R76: whether a supply that was cut for want of credit may come back. */
export function isRestored(slot: u32, policy: u32, now: u32): bool {
  if (isCredit(slot) || hasFlag(slot, EXTRA_CRITICAL)) return true;
  const cutOff = load<i64>(policy, POLICY_DISABLEMENT);
  const credit = available(slot, policy, now);
  if (credit <= cutOff) return load<i64>(policy, POLICY_ALLOWANCE) > 0 && allowanceLeft(slot) > 0;
  return credit >= cutOff + load<i64>(policy, POLICY_CLEARANCE);
}
