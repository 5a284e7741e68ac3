/**
 * Emergency credit (R60-R62): offered when the account's own credit is low, invoked by somebody or by the policy, in use
 * once the balance would pass the cut-off, consumed when all of it is owed, and repaid by payments.
 */
import { coldOf } from "./account";
import { extraOf, hasFlag, keepLong, keepWord, setFlag } from "./extra";
import {
  CODE_APPLIED,
  CODE_EMERGENCY_NOT_REPAID,
  CODE_EMERGENCY_NOT_SELECTABLE,
  CODE_NOT_PREPAYMENT,
  COLD_POLICY,
  EMERGENCY_CONSUMED,
  EMERGENCY_ENABLED,
  EMERGENCY_INVOKED,
  EVENT_EMERGENCY_EXHAUSTED,
  EVENT_EMERGENCY_IN_USE,
  EVENT_EMERGENCY_INVOKED,
  EVENT_EMERGENCY_OFFERED,
  EXTRA_EMERGENCY_STATE,
  EXTRA_EMERGENCY_USED,
  EXTRA_OFFERED,
  POLICY_AUTO_INVOKE,
  POLICY_DISABLEMENT,
  POLICY_EMERGENCY_LIMIT,
  POLICY_EMERGENCY_THRESHOLD,
  POLICY_HYSTERESIS,
} from "./layout";
import { isCredit } from "./mode";
import { balanceOf, own, putBalance } from "./money";
import { addEvent } from "./output";
import { judge, policyOf } from "./supply";

/** EMERGENCY_ENABLED, EMERGENCY_INVOKED or EMERGENCY_CONSUMED. */
export function emergencyState(slot: u32): u32 {
  return load<u32>(extraOf(slot), EXTRA_EMERGENCY_STATE);
}

/** Puts the state. */
export function putEmergencyState(slot: u32, state: u32): void {
  keepWord(slot, EXTRA_EMERGENCY_STATE, state);
}

/** Emergency credit that is owed. */
export function emergencyUsed(slot: u32): i64 {
  return load<i64>(extraOf(slot), EXTRA_EMERGENCY_USED);
}

/** Puts what is owed. */
export function putEmergencyUsed(slot: u32, used: i64): void {
  assert(used >= 0);
  keepLong(slot, EXTRA_EMERGENCY_USED, used);
}

/** Invokes emergency credit for whoever asks (R60, R61); asking again changes nothing. */
export function activateEmergency(slot: u32, now: u32): u32 {
  const policy = policyOf(load<u32>(coldOf(slot), COLD_POLICY));
  const limit = load<i64>(policy, POLICY_EMERGENCY_LIMIT);
  if (isCredit(slot)) return CODE_NOT_PREPAYMENT;
  if (emergencyState(slot) != EMERGENCY_INVOKED) {
    if (emergencyState(slot) == EMERGENCY_CONSUMED || emergencyUsed(slot) > 0)
      return CODE_EMERGENCY_NOT_REPAID;
    if (limit == 0 || own(slot, now) > load<i64>(policy, POLICY_EMERGENCY_THRESHOLD))
      return CODE_EMERGENCY_NOT_SELECTABLE;
    putEmergencyState(slot, EMERGENCY_INVOKED);
    addEvent(EVENT_EMERGENCY_INVOKED, slot, now, 0, 0, limit);
  }
  judge(slot, now);
  return CODE_APPLIED;
}

/** Judges emergency credit by what the account has; in prepayment only. */
export function judgeEmergency(slot: u32, policy: u32, now: u32): void {
  const limit = load<i64>(policy, POLICY_EMERGENCY_LIMIT);
  if (limit == 0 && emergencyState(slot) == EMERGENCY_ENABLED && !hasFlag(slot, EXTRA_OFFERED))
    return;
  const threshold = load<i64>(policy, POLICY_EMERGENCY_THRESHOLD);
  const credit = own(slot, now);
  returnUnused(slot, limit, credit > threshold);
  offer(slot, policy, now, credit);
  absorb(slot, policy, now);
  const used = emergencyUsed(slot);
  if (emergencyState(slot) == EMERGENCY_INVOKED && used > 0 && used >= limit) {
    putEmergencyState(slot, EMERGENCY_CONSUMED);
    addEvent(EVENT_EMERGENCY_EXHAUSTED, slot, now, 0, 0, used);
  }
  if (used == 0 && emergencyState(slot) == EMERGENCY_CONSUMED)
    putEmergencyState(slot, EMERGENCY_ENABLED);
}

/** Whether an offer stands that the next judgement takes back: what was absorbed has lifted the account's own credit. */
export function isOfferOver(slot: u32, policy: u32, now: u32): bool {
  const threshold = load<i64>(policy, POLICY_EMERGENCY_THRESHOLD);
  return (
    hasFlag(slot, EXTRA_OFFERED) &&
    own(slot, now) > threshold + load<i64>(policy, POLICY_HYSTERESIS)
  );
}

/** R62: an invoked pot that was not used goes back when credit is over the threshold again. */
function returnUnused(slot: u32, limit: i64, isOver: bool): void {
  if (emergencyState(slot) != EMERGENCY_INVOKED || emergencyUsed(slot) != 0) return;
  if (isOver || limit == 0) putEmergencyState(slot, EMERGENCY_ENABLED);
}

/** R60: it is selectable while credit is low and nothing is owed; offered once, and invoked where the policy does so. */
function offer(slot: u32, policy: u32, now: u32, credit: i64): void {
  const limit = load<i64>(policy, POLICY_EMERGENCY_LIMIT);
  const threshold = load<i64>(policy, POLICY_EMERGENCY_THRESHOLD);
  const isFree = emergencyState(slot) == EMERGENCY_ENABLED && emergencyUsed(slot) == 0;
  const isSelectable = limit > 0 && isFree && credit <= threshold;
  if (isSelectable && !hasFlag(slot, EXTRA_OFFERED)) {
    setFlag(slot, EXTRA_OFFERED, true);
    addEvent(EVENT_EMERGENCY_OFFERED, slot, now, 0, 0, limit);
  }
  if (limit == 0 || credit > threshold + load<i64>(policy, POLICY_HYSTERESIS))
    setFlag(slot, EXTRA_OFFERED, false);
  if (isSelectable && load<u32>(policy, POLICY_AUTO_INVOKE) != 0) {
    putEmergencyState(slot, EMERGENCY_INVOKED);
    addEvent(EVENT_EMERGENCY_INVOKED, slot, now, 1, 0, limit);
  }
}

/** R40: what would take the balance under the cut-off is taken from invoked emergency credit. */
function absorb(slot: u32, policy: u32, now: u32): void {
  const short = load<i64>(policy, POLICY_DISABLEMENT) - balanceOf(slot);
  const used = emergencyUsed(slot);
  const left = load<i64>(policy, POLICY_EMERGENCY_LIMIT) - used;
  if (emergencyState(slot) != EMERGENCY_INVOKED || short <= 0 || left <= 0) return;
  const moved = min(left, short);
  putEmergencyUsed(slot, used + moved);
  putBalance(slot, balanceOf(slot) + moved);
  if (used == 0) addEvent(EVENT_EMERGENCY_IN_USE, slot, now, 0, 0, moved);
}
