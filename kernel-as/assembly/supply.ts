/**
 * What a balance means: the judgement of an account on its edges (R70), its supply (R70-R76), and supply by hand (R78).
 */
import { coldOf, hotOf } from "./account";
import { judgeAlerts } from "./alerts";
import { allowanceLeft, renewAllowance } from "./allowance";
import { reachListUnread } from "./assignment";
import { isCertain, tellFriendlyEnd, WAIT_CALM, WAIT_NONE, waitOf } from "./cut-wait";
import { judgeEmergency } from "./emergency";
import { extraOf, hasFlag, keepWord, setFlag } from "./extra";
import { settleFloor } from "./floor";
import { isExhausted, isRestored, softLimit } from "./ladder";
import {
  CAUSE_AUTOMATIC,
  CAUSE_LOAD,
  CAUSE_MANUAL,
  CODE_APPLIED,
  CODE_CUT_CRITICAL,
  CODE_CUT_FRIENDLY,
  CODE_CUT_NO_NOTICE,
  CODE_CUT_STALE,
  COLD_POLICY,
  COLD_SUPPLY_CAUSE,
  COLD_SUPPLY_NUMBER,
  COLD_SUPPLY_STATE,
  COLD_SUPPLY_WANTED,
  CUT_OVERRIDE,
  EVENT_CUT_REQUESTED,
  EVENT_CUT_WITHHELD,
  EVENT_LIMIT_REQUESTED,
  EVENT_RESTORE_REQUESTED,
  EXTRA_CRITICAL,
  EXTRA_RESTORE_S,
  EXTRA_SUPPLY_VALUE,
  EXTRA_WITHHELD,
  FLAG_STALE,
  HOT_FLAGS,
  POLICIES_BASE,
  POLICY_ALLOWANCE,
  POLICY_AUTOMATIC_CUT,
  POLICY_BYTES,
  POLICY_DISABLEMENT,
  POLICY_READY,
  POLICY_RESTORE_DEADLINE_S,
  SUPPLY_CONNECTED,
  SUPPLY_DISCONNECTED,
  SUPPLY_LIMITED,
  SUPPLY_READY,
} from "./layout";
import { isLoadCut } from "./load-limit";
import { applyModeDue, isCredit } from "./mode";
import { available } from "./money";
import { hasNotice, judgeNotice } from "./notice";
import { addEvent } from "./output";
import { isFriendly } from "./policy-calendar";
import { expirePots } from "./pots";
import { reschedule } from "./schedule";

/** Address of a policy. */
export function policyOf(index: u32): u32 {
  return POLICIES_BASE + index * POLICY_BYTES;
}

/** Judges the account after its balance or data changed, or with time, on the edges; says when it is to be judged next. */
export function judge(slot: u32, now: u32): void {
  judgeAll(slot, now, true);
}

/** Judges the account, but cuts nobody in this step: what it would cut is cut with the next (R53). */
export function judgeWithoutCut(slot: u32, now: u32): void {
  judgeAll(slot, now, false);
}

function judgeAll(slot: u32, now: u32, mayCut: bool): void {
  const policy = policyOf(load<u32>(coldOf(slot), COLD_POLICY));
  reachListUnread(slot, now);
  expirePots(slot, now);
  applyModeDue(slot, now);
  if (!isCredit(slot)) {
    judgeEmergency(slot, policy, now);
    judgeAlerts(slot, policy, now);
    judgeNotice(slot, policy, now);
  }
  judgeSupply(slot, policy, now, mayCut);
  settleFloor(slot, policy, now);
  reschedule(slot, now);
}

/** Asks for a supply, under the meter's next number; of a limit, `EXTRA_SUPPLY_VALUE` says how much. */
export function request(slot: u32, wanted: u32, cause: u32, now: u32): void {
  const cold = coldOf(slot);
  const policy = policyOf(load<u32>(cold, COLD_POLICY));
  const isArmed = wanted == SUPPLY_CONNECTED && isArmedFirst(cold, policy);
  const number = load<u32>(cold, COLD_SUPPLY_NUMBER) + 1;
  store<u32>(cold, number, COLD_SUPPLY_NUMBER);
  store<u32>(cold, isArmed ? <u32>SUPPLY_READY : wanted, COLD_SUPPLY_WANTED);
  store<u32>(cold, cause, COLD_SUPPLY_CAUSE);
  const watched =
    wanted == SUPPLY_CONNECTED && load<u32>(policy, POLICY_RESTORE_DEADLINE_S) != 0 ? now : 0;
  keepWord(slot, EXTRA_RESTORE_S, watched);
  if (wanted == SUPPLY_LIMITED) {
    const value = <i64>load<u32>(extraOf(slot), EXTRA_SUPPLY_VALUE);
    assert(value != 0);
    addEvent(EVENT_LIMIT_REQUESTED, slot, now, 0, number, value);
    return;
  }
  keepWord(slot, EXTRA_SUPPLY_VALUE, 0);
  if (wanted == SUPPLY_DISCONNECTED) addEvent(EVENT_CUT_REQUESTED, slot, now, 0, number, 0);
  else addEvent(EVENT_RESTORE_REQUESTED, slot, now, isArmed ? <u32>SUPPLY_READY : 0, number, 0);
}

/** R78: a cut that somebody asks for; what forbids it can be overridden by those who may. */
export function manualCut(record: u32, slot: u32, now: u32): u32 {
  const policy = policyOf(load<u32>(coldOf(slot), COLD_POLICY));
  if (load<u32>(record, CUT_OVERRIDE) == 0) {
    if (hasFlag(slot, EXTRA_CRITICAL)) return CODE_CUT_CRITICAL;
    if (isFriendly(policy, now)) return CODE_CUT_FRIENDLY;
    if (!isCredit(slot) && !hasNotice(slot, policy, now)) return CODE_CUT_NO_NOTICE;
    if (load<u32>(hotOf(slot), HOT_FLAGS) & FLAG_STALE) return CODE_CUT_STALE;
  }
  request(slot, SUPPLY_DISCONNECTED, CAUSE_MANUAL, now);
  judge(slot, now);
  return CODE_APPLIED;
}

/** R78: a restore that somebody asks for; it holds until credit came. */
export function manualRestore(slot: u32, now: u32): u32 {
  request(slot, SUPPLY_CONNECTED, CAUSE_MANUAL, now);
  judge(slot, now);
  return CODE_APPLIED;
}

/** R76: whether a restore waits at the meter for somebody to switch on. */
function isArmedFirst(cold: u32, policy: u32): bool {
  return (
    load<u32>(policy, POLICY_READY) != 0 &&
    load<u32>(cold, COLD_SUPPLY_WANTED) == SUPPLY_DISCONNECTED &&
    load<u32>(cold, COLD_SUPPLY_STATE) == SUPPLY_DISCONNECTED
  );
}

/** The rungs of the ladder, on their edges; what a person asked for holds until credit came, or a person asks again. */
function judgeSupply(slot: u32, policy: u32, now: u32, mayCut: bool): void {
  const cold = coldOf(slot);
  const isCut = load<u32>(cold, COLD_SUPPLY_WANTED) == SUPPLY_DISCONNECTED;
  let isFree = false;
  if (load<u32>(cold, COLD_SUPPLY_CAUSE) == CAUSE_MANUAL) {
    if (isCut || available(slot, policy, now) <= load<i64>(policy, POLICY_DISABLEMENT)) return;
    store<u32>(cold, CAUSE_AUTOMATIC, COLD_SUPPLY_CAUSE);
  } else if (isCut && load<u32>(cold, COLD_SUPPLY_CAUSE) == CAUSE_LOAD) {
    if (isLoadCut(slot, policy, now)) return;
    store<u32>(cold, CAUSE_AUTOMATIC, COLD_SUPPLY_CAUSE);
    isFree = true;
  }
  const wantsCut = judgeCut(slot, policy, now);
  if (isCut) {
    if (!wantsCut && (isFree || isRestored(slot, policy, now))) seekSoft(slot, policy, now, true);
    return;
  }
  // A reversal's step asks for no cut, and hence tells nothing of what one waits for (R53).
  if (wantsCut && mayCut) {
    const wait = waitOf(slot, policy, now);
    if (wait == WAIT_NONE) {
      request(slot, SUPPLY_DISCONNECTED, CAUSE_AUTOMATIC, now);
      return;
    }
    if (wait == WAIT_CALM) tellFriendlyEnd(slot, policy, now);
  }
  seekSoft(slot, policy, now, false);
}

/** Whether the account's credit asks for a cut: exhausted, without an allowance that is left, and no critical need (R72, R74). */
function judgeCut(slot: u32, policy: u32, now: u32): bool {
  const isOut = isExhausted(slot, policy, now);
  const hasAllowance = load<i64>(policy, POLICY_ALLOWANCE) > 0;
  if (isOut && hasAllowance) renewAllowance(slot, policy, now);
  let wantsCut =
    isOut &&
    load<u32>(policy, POLICY_AUTOMATIC_CUT) != 0 &&
    (!hasAllowance || allowanceLeft(slot) <= 0);
  if (wantsCut && hasFlag(slot, EXTRA_CRITICAL)) {
    wantsCut = false;
    if (!hasFlag(slot, EXTRA_WITHHELD)) {
      setFlag(slot, EXTRA_WITHHELD, true);
      addEvent(EVENT_CUT_WITHHELD, slot, now, 0, 0, 0);
    }
  }
  if (available(slot, policy, now) > load<i64>(policy, POLICY_DISABLEMENT))
    setFlag(slot, EXTRA_WITHHELD, false);
  return wantsCut;
}

/** Asks for the limit that credit allows, or for none; a deeper one only by certain data (R73). */
function seekSoft(slot: u32, policy: u32, now: u32, isCut: bool): void {
  const soft = softLimit(slot, policy, now);
  if (!isCut) {
    const before = load<u32>(extraOf(slot), EXTRA_SUPPLY_VALUE);
    if (soft == before) return;
    const isDeeper = soft != 0 && (before == 0 || soft < before);
    if (isDeeper && !isCertain(slot, policy, now)) return;
  }
  if (soft == 0) {
    request(slot, SUPPLY_CONNECTED, CAUSE_AUTOMATIC, now);
    return;
  }
  keepWord(slot, EXTRA_SUPPLY_VALUE, soft);
  request(slot, SUPPLY_LIMITED, CAUSE_AUTOMATIC, now);
}
