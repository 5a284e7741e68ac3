/**
 * Alerts on the edges of credit, both ways (R80, R81): low levels with their severity and cool-off, credit over a limit, and
 * how many days credit lasts by the trailing mean of what was spent a day.
 */
import { coldOf } from "./account";
import { floorDiv } from "./arithmetic";
import { extraOf, hasFlag, keepLong, keepWord, setFlag } from "./extra";
import {
  COLD_LOW_LEVEL,
  COLD_POLICY,
  EVENT_CREDIT_EXCEEDED,
  EVENT_CREDIT_LOW,
  EVENT_CREDIT_RECOVERED,
  EXTRA_ALERT_S,
  EXTRA_DAYS_LOW,
  EXTRA_DAYS_MEAN,
  EXTRA_DAYS_SEEN,
  EXTRA_EXCEEDED,
  EXTRA_SPENT_TODAY,
  LEVEL_DAYS_LEFT,
  LEVEL_EXCEEDED,
  POLICY_COOL_OFF_S,
  POLICY_DAYS_LEFT,
  POLICY_DISABLEMENT,
  POLICY_EXCEED,
  POLICY_HYSTERESIS,
  POLICY_LOW,
  POLICY_SEVERITY,
  POLICY_THRESHOLDS,
} from "./layout";
import { available, own } from "./money";
import { addEvent } from "./output";
import { policyOf } from "./supply";

/** Days that the mean looks back on, more or less; the most that are counted. */
const MEAN_DAYS: i64 = 7;
const DAYS_SEEN_MAX: u32 = 255;
/** `exceed` of a policy that has none: 2^62. */
const EXCEED_NONE: i64 = 4611686018427387904;
const DAYS_UNKNOWN: i64 = -1;

/** Adds what consumption or a charge took to what was spent today, where the policy looks at days (R81). */
export function spend(slot: u32, amount: i64): void {
  if (!looksAtDays(slot)) return;
  keepLong(slot, EXTRA_SPENT_TODAY, load<i64>(extraOf(slot), EXTRA_SPENT_TODAY) + amount);
}

/** A local midnight was crossed by a reading: the day goes into the mean. */
export function closeDay(slot: u32): void {
  if (!looksAtDays(slot)) return;
  const extra = extraOf(slot);
  const seen = load<u32>(extra, EXTRA_DAYS_SEEN);
  const spent = load<i64>(extra, EXTRA_SPENT_TODAY);
  const mean = load<i64>(extra, EXTRA_DAYS_MEAN);
  keepWord(slot, EXTRA_DAYS_SEEN, min(seen + 1, DAYS_SEEN_MAX));
  keepLong(slot, EXTRA_DAYS_MEAN, seen == 0 ? spent : mean + floorDiv(spent - mean, MEAN_DAYS));
  keepLong(slot, EXTRA_SPENT_TODAY, 0);
}

/** Judges all alerts of a prepayment account. */
export function judgeAlerts(slot: u32, policy: u32, now: u32): void {
  judgeLow(slot, policy, now);
  judgeExceeded(slot, policy, now);
  judgeDays(slot, policy, now);
}

/** Whether the next low level is reached, but held back by its cool-off. */
export function isLowHeld(slot: u32, policy: u32, now: u32): bool {
  const level = load<u32>(coldOf(slot), COLD_LOW_LEVEL);
  return level < load<u32>(policy, POLICY_THRESHOLDS) && own(slot, now) <= lowOf(policy, level);
}

/** When the cool-off of a level that is held back is over. */
export function lowHeldUntil(slot: u32, policy: u32): u64 {
  const level = load<u32>(coldOf(slot), COLD_LOW_LEVEL);
  return (
    <u64>load<u32>(extraOf(slot) + level * 4, EXTRA_ALERT_S) +
    <u64>load<u32>(policy, POLICY_COOL_OFF_S)
  );
}

/**
 * Thresholds fall, so the level is how many of them, from the first, are in force. A policy with fewer than the one before
 * knows nothing of the others.
 */
function judgeLow(slot: u32, policy: u32, now: u32): void {
  const cold = coldOf(slot);
  const credit = own(slot, now);
  const count = load<u32>(policy, POLICY_THRESHOLDS);
  const hysteresis = load<i64>(policy, POLICY_HYSTERESIS);
  let level = min(load<u32>(cold, COLD_LOW_LEVEL), count);
  while (level < count && credit <= lowOf(policy, level)) {
    if (!mayAlert(slot, policy, level, now)) break;
    level++;
    tellLevel(slot, policy, level, EVENT_CREDIT_LOW, now);
  }
  while (level > 0 && credit > lowOf(policy, level - 1) + hysteresis) {
    tellLevel(slot, policy, level, EVENT_CREDIT_RECOVERED, now);
    level--;
  }
  store<u32>(cold, level, COLD_LOW_LEVEL);
}

/** A level that has cooled off takes the instant as that of its alert. */
function mayAlert(slot: u32, policy: u32, level: u32, now: u32): bool {
  const coolOff = load<u32>(policy, POLICY_COOL_OFF_S);
  if (coolOff == 0) return true;
  const place = EXTRA_ALERT_S + level * 4;
  const last = load<u32>(extraOf(slot) + place);
  if (last != 0 && <u64>now < <u64>last + <u64>coolOff) return false;
  keepWord(slot, place, now);
  return true;
}

function tellLevel(slot: u32, policy: u32, level: u32, type: u32, now: u32): void {
  const severity = <u32>load<u8>(policy + level - 1, POLICY_SEVERITY);
  addEvent(type, slot, now, level | (severity << 8), 0, lowOf(policy, level - 1));
}

function lowOf(policy: u32, level: u32): i64 {
  return load<i64>(policy + level * 8, POLICY_LOW);
}

function judgeExceeded(slot: u32, policy: u32, now: u32): void {
  const limit = load<i64>(policy, POLICY_EXCEED);
  const wasOver = hasFlag(slot, EXTRA_EXCEEDED);
  if (limit == EXCEED_NONE) {
    if (wasOver) setFlag(slot, EXTRA_EXCEEDED, false);
    return;
  }
  const credit = own(slot, now);
  if (!wasOver && credit >= limit) {
    setFlag(slot, EXTRA_EXCEEDED, true);
    addEvent(EVENT_CREDIT_EXCEEDED, slot, now, 0, 0, limit);
  } else if (wasOver && credit < limit - load<i64>(policy, POLICY_HYSTERESIS)) {
    setFlag(slot, EXTRA_EXCEEDED, false);
    addEvent(EVENT_CREDIT_RECOVERED, slot, now, LEVEL_EXCEEDED, 0, limit);
  }
}

function judgeDays(slot: u32, policy: u32, now: u32): void {
  const warning = <i64>load<u32>(policy, POLICY_DAYS_LEFT);
  const wasLow = hasFlag(slot, EXTRA_DAYS_LOW);
  if (warning == 0) {
    if (wasLow) setFlag(slot, EXTRA_DAYS_LOW, false);
    keepLong(slot, EXTRA_SPENT_TODAY, 0);
    keepLong(slot, EXTRA_DAYS_MEAN, 0);
    keepWord(slot, EXTRA_DAYS_SEEN, 0);
    return;
  }
  const days = daysLeft(slot, policy, now);
  if (!wasLow && days != DAYS_UNKNOWN && days <= warning) {
    setFlag(slot, EXTRA_DAYS_LOW, true);
    addEvent(EVENT_CREDIT_LOW, slot, now, LEVEL_DAYS_LEFT, 0, days);
  } else if (wasLow && (days == DAYS_UNKNOWN || days > warning + 1)) {
    setFlag(slot, EXTRA_DAYS_LOW, false);
    addEvent(EVENT_CREDIT_RECOVERED, slot, now, LEVEL_DAYS_LEFT, 0, max<i64>(days, 0));
  }
}

/** Whole days that credit lasts at the mean of what is spent a day. */
function daysLeft(slot: u32, policy: u32, now: u32): i64 {
  const extra = extraOf(slot);
  const mean = load<i64>(extra, EXTRA_DAYS_MEAN);
  if (mean <= 0 || load<u32>(extra, EXTRA_DAYS_SEEN) == 0) return DAYS_UNKNOWN;
  const credit = available(slot, policy, now) - load<i64>(policy, POLICY_DISABLEMENT);
  return max<i64>(credit, 0) / mean;
}

function looksAtDays(slot: u32): bool {
  return load<u32>(policyOf(load<u32>(coldOf(slot), COLD_POLICY)), POLICY_DAYS_LEFT) != 0;
}
