/**
 * One reading of a register: the common path first (common.ts), and the judgement of everything else (R10-R16).
 */
import { coldOf, hotOf } from "./account";
import { crossQuietly, isQuietUpTo } from "./across";
import { useAllowance } from "./allowance";
import { MONEY_MAX } from "./arithmetic";
import { reachList, tellAssigned } from "./assignment";
import { locate } from "./calendar";
import { chargeUpTo } from "./charge";
import { takeCommon } from "./common";
import { tellCrossings, versionRead } from "./crossings";
import {
  actualReadS,
  actualRegister,
  chargeEstimate,
  estimatedCost,
  giveBackAndLocate,
  isEstimated,
} from "./estimate";
import { keepWord } from "./extra";
import { assertCommon } from "./floor";
import { isExhausted } from "./ladder";
import {
  COLD_CHARGED_QUANTITY_BASE,
  COLD_CHARGED_S,
  COLD_MODULUS,
  COLD_POLICY,
  COLD_QUARANTINE,
  EVENT_READING_QUARANTINED,
  EVENT_READING_ROLLOVER,
  EXTRA_LOAD_FROM_S,
  FLAG_QUARANTINED,
  FLAG_READ,
  FLAG_RECORDED,
  FLAG_STALE,
  HOT_BALANCE,
  HOT_BOUNDARY_S,
  HOT_FLAGS,
  HOT_MAX_RATE,
  HOT_READ_S,
  HOT_REGISTER,
  HOT_STEP,
  INTERVAL_S_MAX,
  POLICY_ALLOWANCE,
  POLICY_CHARGE_ESTIMATES,
  QUANTITY_MAX,
  REGISTER_MAX,
  RUN_BASE,
  RUN_LATEST_S,
  RUN_ROWS,
  VERDICT_ACCEPTED,
  VERDICT_BACKWARDS,
  VERDICT_CLOCK,
  VERDICT_CONFLICT,
  VERDICT_DUPLICATE,
  VERDICT_ESTIMATED,
  VERDICT_IMPLAUSIBLE,
  VERDICT_LATE,
  VERDICT_OPENING,
  VERDICT_ROLLOVER,
  VERDICT_UNTARIFFED,
} from "./layout";
import { hasNextList, isRateable, mostCost } from "./list-plan";
import { countLoad, judgeLoad } from "./load-limit";
import { balanceOf } from "./money";
import { addEvent, addRow, finishRows } from "./output";
import { payFromPots } from "./pots";
import { rateInterval } from "./rate";
import { isWithinRate } from "./rate-limit";
import { judge, policyOf } from "./supply";

/** Takes one reading, received at `now`. */
export function takeReading(slot: u32, at: u32, register: i64, quality: u32, now: u32): void {
  const row = load<u32>(RUN_BASE, RUN_ROWS);
  const hot = hotOf(slot);
  const isWithin = at < load<u32>(hot, HOT_BOUNDARY_S);
  if (quality == 0 && (isWithin || isQuietUpTo(slot, at)) && takeCommon(slot, at, register)) {
    finishRows(row, at, load<u32>(hot, HOT_STEP));
    if (!isWithin) crossQuietly(slot);
    return;
  }
  takeWithCare(slot, at, register, quality, now);
}

function takeWithCare(slot: u32, at: u32, register: i64, quality: u32, now: u32): void {
  const moment = load<u32>(hotOf(slot), HOT_FLAGS) & FLAG_RECORDED ? at : now;
  assertCommon(slot, moment);
  if (quality != 0) {
    takeEstimate(slot, at, register, moment);
    return;
  }
  const before = balanceOf(slot);
  const verdict = judgeReading(slot, at, register, quality);
  if (verdict == VERDICT_OPENING) {
    open(slot, at, register, moment);
    payFromPots(slot, before, moment);
  } else if (verdict == VERDICT_ACCEPTED || verdict == VERDICT_ROLLOVER) {
    takeAccepted(slot, at, register, verdict, moment);
  } else {
    addRow(slot, at, at, register, 0, 0, 0, verdict, 1);
    if (isQuarantined(verdict)) quarantine(slot, verdict, moment, register);
    return;
  }
  clearQuarantine(slot);
  judge(slot, moment);
}

/** R18: an estimate that could be an actual reading is charged where the policy allows; any other is only recorded. */
function takeEstimate(slot: u32, at: u32, register: i64, now: u32): void {
  const hot = hotOf(slot);
  const policy = policyOf(load<u32>(coldOf(slot), COLD_POLICY));
  const isCharged =
    load<u32>(policy, POLICY_CHARGE_ESTIMATES) != 0 &&
    (load<u32>(hot, HOT_FLAGS) & FLAG_READ) != 0 &&
    judgeAgainst(slot, at, register, load<u32>(hot, HOT_READ_S), load<i64>(hot, HOT_REGISTER), 0) ==
      VERDICT_ACCEPTED;
  if (!isCharged) {
    addRow(slot, at, at, register, 0, 0, 0, VERDICT_ESTIMATED, 1);
    return;
  }
  const before = balanceOf(slot);
  chargeEstimate(slot, at, register, now);
  payFromPots(slot, before, now);
  judge(slot, now);
}

/** Charges an accepted reading, with what its quantity means for the load limit (R75) and the daily allowance (R74). */
export function takeAccepted(slot: u32, at: u32, register: i64, verdict: u32, now: u32): void {
  const policy = policyOf(load<u32>(coldOf(slot), COLD_POLICY));
  const before = balanceOf(slot);
  const from = actualReadS(slot);
  const isAllowed = load<i64>(policy, POLICY_ALLOWANCE) > 0 && isExhausted(slot, policy, now);
  const quantity = accept(slot, at, register, verdict, now);
  payFromPots(slot, before, now);
  countLoad(slot, policy, from, quantity);
  judgeLoad(slot, policy, at, now);
  if (isAllowed) useAllowance(slot, policy, quantity, now);
}

/** Rates what an accepted reading brought, and makes it the meter's last; gives the quantity. */
export function accept(slot: u32, at: u32, register: i64, verdict: u32, now: u32): i64 {
  const hot = hotOf(slot);
  const cold = coldOf(slot);
  const read = load<u32>(hot, HOT_READ_S);
  const version = versionRead(slot);
  if (isEstimated(slot)) giveBackAndLocate(slot);
  const turned = verdict == VERDICT_ROLLOVER ? load<i64>(cold, COLD_MODULUS) : 0;
  const quantity = register - load<i64>(hot, HOT_REGISTER) + turned;
  const base = load<i64>(cold, COLD_CHARGED_QUANTITY_BASE) + turned;
  store<i64>(cold, base, COLD_CHARGED_QUANTITY_BASE);
  const wasPending = hasNextList(slot);
  rateInterval(slot, load<u32>(hot, HOT_READ_S), at, quantity, register, verdict, now);
  store<i64>(hot, register, HOT_REGISTER);
  store<u32>(hot, at, HOT_READ_S);
  if (verdict == VERDICT_ROLLOVER) addEvent(EVENT_READING_ROLLOVER, slot, now, 0, 0, register);
  tellCrossings(slot, read, version, wasPending, now);
  return quantity;
}

/** The meter's data is certain and fresh again: an accepted reading, or another meter (R16, R20). */
export function clearQuarantine(slot: u32): void {
  const hot = hotOf(slot);
  clearQuarantined(slot);
  store<u32>(hot, load<u32>(hot, HOT_FLAGS) & ~FLAG_STALE, HOT_FLAGS);
}

/** What was held against the meter's readings is settled. */
export function clearQuarantined(slot: u32): void {
  const hot = hotOf(slot);
  store<u32>(coldOf(slot), 0, COLD_QUARANTINE);
  store<u32>(hot, load<u32>(hot, HOT_FLAGS) & ~FLAG_QUARANTINED, HOT_FLAGS);
}

/**
 * The first reading of a meter: where counting begins. Charges nothing of its own (R15); what the account owes by time up
 * to it is collected, so that the readings behind it go on from there (R35).
 */
export function open(slot: u32, at: u32, register: i64, now: u32): void {
  const hot = hotOf(slot);
  const cold = coldOf(slot);
  const flags = load<u32>(hot, HOT_FLAGS);
  store<i64>(hot, register, HOT_REGISTER);
  store<u32>(hot, at, HOT_READ_S);
  store<u32>(hot, flags | FLAG_READ, HOT_FLAGS);
  store<i64>(cold, -register, COLD_CHARGED_QUANTITY_BASE);
  if (flags & FLAG_RECORDED) store<u32>(cold, at, COLD_CHARGED_S);
  else chargeUpTo(slot, at, now);
  const wasPending = hasNextList(slot);
  reachList(slot, at);
  locate(slot, at);
  keepWord(slot, EXTRA_LOAD_FROM_S, 0);
  addRow(slot, at, at, register, 0, 0, load<u32>(hot, HOT_STEP), VERDICT_OPENING, 1);
  tellAssigned(slot, wasPending, now);
}

/** Whether a quantity over an interval can be held and paid whatever its price (R4), from the balance and what is given back. */
export function fits(slot: u32, quantity: i64, from: u32, to: u32, back: i64): bool {
  if (quantity > QUANTITY_MAX || to - from > <u32>INTERVAL_S_MAX) return false;
  const most = mostCost(slot, from);
  const balance = load<i64>(hotOf(slot), HOT_BALANCE) + back;
  const room = MONEY_MAX - (balance < 0 ? -balance : balance);
  return room >= 0 && <u64>quantity * <u64>most <= <u64>room;
}

/** The verdict on a reading by the last actual one, in the order of R10-R15. */
export function judgeReading(slot: u32, at: u32, register: i64, quality: u32): u32 {
  if (quality != 0) return VERDICT_ESTIMATED;
  const from = actualReadS(slot);
  return judgeAgainst(slot, at, register, from, actualRegister(slot), estimatedCost(slot));
}

/** The verdict by the last reading (from, before); `back` is given back before the new one is charged. */
function judgeAgainst(slot: u32, at: u32, register: i64, from: u32, before: i64, back: i64): u32 {
  const hot = hotOf(slot);
  if (register > REGISTER_MAX || register < 0) return VERDICT_IMPLAUSIBLE;
  const isRecorded = (load<u32>(hot, HOT_FLAGS) & FLAG_RECORDED) != 0;
  if ((load<u32>(hot, HOT_FLAGS) & FLAG_READ) == 0) {
    if (!isRecorded && !isOnTime(at)) return VERDICT_CLOCK;
    return isRateable(slot, at, at) ? VERDICT_OPENING : VERDICT_UNTARIFFED;
  }
  if (at == from) return register == before ? VERDICT_DUPLICATE : VERDICT_CONFLICT;
  if (at < from) return VERDICT_LATE;
  let verdict: u32 = VERDICT_ACCEPTED;
  let quantity = register - before;
  if (quantity < 0) {
    const modulus = load<i64>(coldOf(slot), COLD_MODULUS);
    quantity += modulus;
    const turns = load<u32>(hot, HOT_MAX_RATE) != 0 && quantity >= 0 && quantity <= QUANTITY_MAX;
    if (!turns || !isWithinRate(slot, quantity, at - from)) return VERDICT_BACKWARDS;
    verdict = VERDICT_ROLLOVER;
  }
  if (!isWithinRate(slot, quantity, at - from) || !fits(slot, quantity, from, at, back))
    return VERDICT_IMPLAUSIBLE;
  if (!isRecorded && !isOnTime(at)) return VERDICT_CLOCK;
  return isRateable(slot, from, at) ? verdict : VERDICT_UNTARIFFED;
}

/** R14: not later than the frame's record allows. */
function isOnTime(at: u32): bool {
  return at <= load<u32>(RUN_BASE, RUN_LATEST_S);
}

function isQuarantined(verdict: u32): bool {
  return verdict != VERDICT_DUPLICATE && verdict != VERDICT_LATE && verdict != VERDICT_ESTIMATED;
}

/** R16: one event per meter and kind until the next accepted reading clears it. */
function quarantine(slot: u32, verdict: u32, moment: u32, register: i64): void {
  const cold = coldOf(slot);
  const hot = hotOf(slot);
  const kinds = load<u32>(cold, COLD_QUARANTINE);
  store<u32>(hot, load<u32>(hot, HOT_FLAGS) | FLAG_QUARANTINED, HOT_FLAGS);
  if (kinds & (1 << verdict)) return;
  store<u32>(cold, kinds | (1 << verdict), COLD_QUARANTINE);
  addEvent(EVENT_READING_QUARANTINED, slot, moment, verdict, 0, register);
}
