/**
 * What a balance means: low-credit thresholds with hysteresis (R80, R81), the automatic cut at the disablement threshold
 * and the restore after payment (R70, R73, R76), and what meters report of their relays (R77).
 */
import { coldOf, hotOf, isOpen } from "./account";
import {
  CAUSE_AUTOMATIC,
  COLD_LOW_LEVEL,
  COLD_POLICY,
  COLD_SUPPLY_CAUSE,
  COLD_SUPPLY_NUMBER,
  COLD_SUPPLY_STATE,
  COLD_SUPPLY_WANTED,
  EVENT_CLOCK_DRIFT,
  EVENT_CREDIT_LOW,
  EVENT_CREDIT_RECOVERED,
  EVENT_CUT_REQUESTED,
  EVENT_METER_TAMPERED,
  EVENT_RESTORE_REQUESTED,
  EVENT_SUPPLY_DISAGREED,
  EVENT_SUPPLY_EXECUTED,
  EVENT_SUPPLY_FAILED,
  FLAG_QUARANTINED,
  FLAG_READ,
  HOT_BALANCE,
  HOT_FLAGS,
  HOT_FLOOR,
  HOT_READ_S,
  POLICIES_BASE,
  POLICY_AUTOMATIC_CUT,
  POLICY_BYTES,
  POLICY_CLEARANCE,
  POLICY_DISABLEMENT,
  POLICY_HYSTERESIS,
  POLICY_LOW,
  POLICY_STALE_AFTER_S,
  POLICY_THRESHOLDS,
  REPORT_AT_S,
  REPORT_KIND,
  REPORT_KIND_CLOCK_DRIFT,
  REPORT_KIND_SUPPLY,
  REPORT_KIND_TAMPER,
  REPORT_NUMBER,
  REPORT_SLOT,
  REPORT_STATE,
  REPORT_VALUE,
  SUPPLY_CONNECTED,
  SUPPLY_DISCONNECTED,
  SUPPLY_REPORT_FAILED,
} from "./layout";
import { addEvent } from "./output";

const FLOOR_ALWAYS: i64 = 9223372036854775807;
/** The common path keeps so far from the least that is held, 2^56 micros, that what it takes surely fits. */
const FLOOR_NONE: i64 = -4539628424389459968;

/** Address of a policy. */
export function policyOf(index: u32): u32 {
  return POLICIES_BASE + index * POLICY_BYTES;
}

/** Judges the account's credit and supply after its balance or data changed, on the edges. */
export function judge(slot: u32, now: u32): void {
  const policy = policyOf(load<u32>(coldOf(slot), COLD_POLICY));
  judgeLevel(slot, policy, now);
  judgeSupply(slot, policy, now);
  store<i64>(hotOf(slot), floorOf(slot, policy), HOT_FLOOR);
}

/** Asks for a supply, under the meter's next number. */
export function request(slot: u32, wanted: u32, cause: u32, now: u32): void {
  const cold = coldOf(slot);
  const number = load<u32>(cold, COLD_SUPPLY_NUMBER) + 1;
  store<u32>(cold, number, COLD_SUPPLY_NUMBER);
  store<u32>(cold, wanted, COLD_SUPPLY_WANTED);
  store<u32>(cold, cause, COLD_SUPPLY_CAUSE);
  const type = wanted == SUPPLY_DISCONNECTED ? EVENT_CUT_REQUESTED : EVENT_RESTORE_REQUESTED;
  addEvent(type, slot, now, 0, number, 0);
}

/** Takes one report of a frame; the caller has judged that the slot is the gateway's. */
export function takeReport(report: u32, now: u32): void {
  const slot = load<u32>(report, REPORT_SLOT);
  assert(isOpen(slot));
  const kind = <u32>load<u8>(report, REPORT_KIND);
  if (kind == REPORT_KIND_SUPPLY) takeSupplyReport(slot, report, now);
  if (kind == REPORT_KIND_CLOCK_DRIFT)
    addEvent(EVENT_CLOCK_DRIFT, slot, now, 0, 0, load<i64>(report, REPORT_VALUE));
  if (kind == REPORT_KIND_TAMPER)
    addEvent(EVENT_METER_TAMPERED, slot, now, 0, 0, load<i64>(report, REPORT_VALUE));
}

/** Only the meter's own report changes the supply state; one that disagrees with what was asked is said (R77). */
function takeSupplyReport(slot: u32, report: u32, now: u32): void {
  const cold = coldOf(slot);
  const state = <u32>load<u8>(report, REPORT_STATE);
  const number = load<u32>(report, REPORT_NUMBER);
  const wanted = load<u32>(cold, COLD_SUPPLY_WANTED);
  const answers = number == load<u32>(cold, COLD_SUPPLY_NUMBER);
  if (state >= <u32>SUPPLY_REPORT_FAILED) {
    if (answers && number != 0) addEvent(EVENT_SUPPLY_FAILED, slot, now, state, number, 0);
    return;
  }
  const before = load<u32>(cold, COLD_SUPPLY_STATE);
  store<u32>(cold, state, COLD_SUPPLY_STATE);
  if (answers && number != 0) {
    addEvent(
      state == wanted ? EVENT_SUPPLY_EXECUTED : EVENT_SUPPLY_DISAGREED,
      slot,
      now,
      state,
      number,
      0,
    );
  } else if (number == 0 && state != wanted && state != before) {
    addEvent(EVENT_SUPPLY_DISAGREED, slot, now, state, number, 0);
  }
}

/**
 * Thresholds fall, so the level is how many of them, from the first, are in force. A policy with fewer than the one before
 * knows nothing of the others.
 */
function judgeLevel(slot: u32, policy: u32, now: u32): void {
  const cold = coldOf(slot);
  const balance = load<i64>(hotOf(slot), HOT_BALANCE);
  const count = load<u32>(policy, POLICY_THRESHOLDS);
  const hysteresis = load<i64>(policy, POLICY_HYSTERESIS);
  let level = min(load<u32>(cold, COLD_LOW_LEVEL), count);
  while (level < count && balance <= load<i64>(policy + level * 8, POLICY_LOW)) {
    level++;
    addEvent(
      EVENT_CREDIT_LOW,
      slot,
      now,
      level,
      0,
      load<i64>(policy + (level - 1) * 8, POLICY_LOW),
    );
  }
  while (level > 0 && balance > load<i64>(policy + (level - 1) * 8, POLICY_LOW) + hysteresis) {
    addEvent(
      EVENT_CREDIT_RECOVERED,
      slot,
      now,
      level,
      0,
      load<i64>(policy + (level - 1) * 8, POLICY_LOW),
    );
    level--;
  }
  store<u32>(cold, level, COLD_LOW_LEVEL);
}

function judgeSupply(slot: u32, policy: u32, now: u32): void {
  const cold = coldOf(slot);
  const balance = load<i64>(hotOf(slot), HOT_BALANCE);
  const threshold = load<i64>(policy, POLICY_DISABLEMENT);
  if (load<u32>(cold, COLD_SUPPLY_WANTED) == SUPPLY_CONNECTED) {
    if (
      balance <= threshold &&
      load<u32>(policy, POLICY_AUTOMATIC_CUT) != 0 &&
      isCertain(slot, policy, now)
    ) {
      request(slot, SUPPLY_DISCONNECTED, CAUSE_AUTOMATIC, now);
    }
    return;
  }
  const isOwn = load<u32>(cold, COLD_SUPPLY_CAUSE) == CAUSE_AUTOMATIC;
  if (isOwn && balance > threshold && balance >= threshold + load<i64>(policy, POLICY_CLEARANCE)) {
    request(slot, SUPPLY_CONNECTED, CAUSE_AUTOMATIC, now);
  }
}

/** No automatic cut without a reading, on stale or on quarantined data (R20, R73). */
function isCertain(slot: u32, policy: u32, now: u32): bool {
  const hot = hotOf(slot);
  const flags = load<u32>(hot, HOT_FLAGS);
  if ((flags & FLAG_READ) == 0 || (flags & FLAG_QUARANTINED) != 0) return false;
  const staleAfter = load<u32>(policy, POLICY_STALE_AFTER_S);
  return staleAfter == 0 || <u64>now <= <u64>load<u32>(hot, HOT_READ_S) + <u64>staleAfter;
}

/** The highest balance at which something is to be judged next as the balance falls. */
function floorOf(slot: u32, policy: u32): i64 {
  const cold = coldOf(slot);
  const level = load<u32>(cold, COLD_LOW_LEVEL);
  const balance = load<i64>(hotOf(slot), HOT_BALANCE);
  // As near to the most that is held, the long way judges whether a reading fits.
  if (balance > -FLOOR_NONE) return FLOOR_ALWAYS;
  let floor = FLOOR_NONE;
  if (level < load<u32>(policy, POLICY_THRESHOLDS))
    floor = max(floor, load<i64>(policy + level * 8, POLICY_LOW));
  if (
    load<u32>(cold, COLD_SUPPLY_WANTED) == SUPPLY_CONNECTED &&
    load<u32>(policy, POLICY_AUTOMATIC_CUT) != 0
  )
    // A cut that waits for certain data is judged at every reading: its balance is not over this.
    floor = max(floor, load<i64>(policy, POLICY_DISABLEMENT));
  return floor;
}
