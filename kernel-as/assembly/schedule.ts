/**
 * When ticks have work for an account: the first second at which time alone changes something of it. Too early costs a look,
 * too late would be a wrong answer: whatever `judge` and `watch` ask of the time has its instant here.
 */
import { coldOf, hotOf } from "./account";
import { isLowHeld, lowHeldUntil } from "./alerts";
import { nextDayStart } from "./allowance";
import { nextDue } from "./charge";
import { cutWaitDue } from "./cut-wait";
import { isOfferOver } from "./emergency";
import { extraOf } from "./extra";
import { isCutWaiting } from "./floor";
import { isExhausted } from "./ladder";
import {
  COLD_POLICY,
  DUE_BASE,
  DUE_NEVER,
  EXTRA_MODE_AT_S,
  FLAG_READ,
  FLAG_RECORDED,
  HOT_FLAGS,
  POLICY_ALLOWANCE,
  POLICY_HYSTERESIS,
} from "./layout";
import { nextListS } from "./list-plan";
import { isCutByLoad, loadCutUntil } from "./load-limit";
import { isCredit } from "./mode";
import { nextPotExpiry } from "./pots";
import { policyOf } from "./supply";
import { nextWatch } from "./watch";

/**
 * Makes the account's turn come as early as what was changed asks, for whoever does not judge it. An account that was
 * never judged has its turn with the next tick.
 */
export function schedule(slot: u32, now: u32): void {
  const place: u32 = DUE_BASE + slot * 4;
  store<u32>(place, isRecorded(slot) ? <u32>DUE_NEVER : min(load<u32>(place), dueOf(slot, now)));
}

/** Says when the account's turn comes next, behind a judgement. */
export function reschedule(slot: u32, now: u32): void {
  store<u32>(DUE_BASE + slot * 4, isRecorded(slot) ? <u32>DUE_NEVER : dueOf(slot, now));
}

function isRecorded(slot: u32): bool {
  return (load<u32>(hotOf(slot), HOT_FLAGS) & FLAG_RECORDED) != 0;
}

function dueOf(slot: u32, now: u32): u32 {
  const policy = policyOf(load<u32>(coldOf(slot), COLD_POLICY));
  const change = load<u32>(extraOf(slot), EXTRA_MODE_AT_S);
  let due = min(nextDue(slot), nextPotExpiry(slot));
  due = min(due, nextWatch(slot, policy));
  if ((load<u32>(hotOf(slot), HOT_FLAGS) & FLAG_READ) == 0) due = min(due, nextListS(slot));
  if (change != 0) due = min(due, change);
  if (isCutByLoad(slot)) due = sooner(due, loadCutUntil(slot, policy));
  return isCredit(slot) ? due : min(due, creditDue(slot, policy, now));
}

/** When time changes what is judged by credit. */
function creditDue(slot: u32, policy: u32, now: u32): u32 {
  // Alerts that undo themselves are judged with every tick.
  if (load<i64>(policy, POLICY_HYSTERESIS) < 0) return now;
  if (isOfferOver(slot, policy, now)) return now;
  let due = <u32>DUE_NEVER;
  if (isLowHeld(slot, policy, now)) due = sooner(due, lowHeldUntil(slot, policy));
  if (load<i64>(policy, POLICY_ALLOWANCE) > 0 && isExhausted(slot, policy, now))
    due = min(due, nextDayStart(slot, policy, now));
  return isCutWaiting(slot, policy, now) ? min(due, cutWaitDue(slot, policy, now)) : due;
}

function sooner(due: u32, instant: u64): u32 {
  return <u32>min(<u64>due, instant);
}
