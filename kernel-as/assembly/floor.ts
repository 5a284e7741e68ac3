/**
 * What keeps readings off the common path, and what lets them on: the floor, the balance down to which nothing is to be
 * judged, and FLAG_CAREFUL, for what has to be looked at with every reading whatever the balance. What either says must
 * hold until the account is judged again; that is asserted.
 */
import { coldOf, hotOf } from "./account";
import { isLowHeld } from "./alerts";
import { MONEY_MAX } from "./arithmetic";
import { hasDemand } from "./demand";
import { isOfferOver } from "./emergency";
import { extraOf, hasFlag } from "./extra";
import { isExhausted, softLimit } from "./ladder";
import {
  CAUSE_MANUAL,
  COLD_POLICY,
  COLD_SUPPLY_CAUSE,
  COLD_SUPPLY_WANTED,
  EMERGENCY_INVOKED,
  EXTRA_CRITICAL,
  EXTRA_EMERGENCY_STATE,
  EXTRA_EXCEEDED,
  EXTRA_MODE_AT_S,
  EXTRA_POTS,
  EXTRA_SUPPLY_VALUE,
  FLAG_CAREFUL,
  FLAGS_COMMON,
  HOT_BALANCE,
  HOT_FLAGS,
  HOT_FLOOR,
  POLICY_ALLOWANCE,
  POLICY_AUTOMATIC_CUT,
  POLICY_DAYS_LEFT,
  POLICY_DISABLEMENT,
  POLICY_EMERGENCY_LIMIT,
  POLICY_EMERGENCY_THRESHOLD,
  POLICY_EXCEED,
  POLICY_HYSTERESIS,
  POLICY_LIMIT_THRESHOLD,
  POLICY_LIMIT_VALUE,
  POLICY_LOAD_LIMIT,
  POLICY_LOW,
  POLICY_NOTICE_LEAD_S,
  POLICY_NOTICE_THRESHOLD,
  POLICY_THRESHOLDS,
  POLICY_TRICKLE_THRESHOLD,
  POLICY_TRICKLE_VALUE,
  SUPPLY_DISCONNECTED,
} from "./layout";
import { hasLoad, isCutByLoad } from "./load-limit";
import { isCredit } from "./mode";
import { available } from "./money";
import { holdsQuantity } from "./purchase";
import { policyOf } from "./supply";

/** No balance is over it: every reading is judged. */
const FLOOR_ALWAYS: i64 = 9223372036854775807;
/** The common path keeps so far from the least that is held, 2^56 micros, that what it takes surely fits. */
const FLOOR_NONE: i64 = -4539628424389459968;

/** Works out the floor and FLAG_CAREFUL anew, behind a judgement. */
export function settleFloor(slot: u32, policy: u32, now: u32): void {
  const hot = hotOf(slot);
  const flags = load<u32>(hot, HOT_FLAGS) & ~FLAG_CAREFUL;
  store<u32>(hot, needsCare(slot, policy) ? flags | FLAG_CAREFUL : flags, HOT_FLAGS);
  store<i64>(hot, floorOf(slot, policy, now), HOT_FLOOR);
}

/** Asserts that an account which was on the common path until now belonged there. */
export function assertCommon(slot: u32, now: u32): void {
  const hot = hotOf(slot);
  if (load<u32>(hot, HOT_FLAGS) != FLAGS_COMMON) return;
  const policy = policyOf(load<u32>(coldOf(slot), COLD_POLICY));
  assert(!needsCare(slot, policy));
  assert(load<i64>(hot, HOT_FLOOR) >= floorOf(slot, policy, now));
}

/** Whether something of the account has to be looked at with every reading. */
function needsCare(slot: u32, policy: u32): bool {
  const extra = extraOf(slot);
  return (
    load<u32>(policy, POLICY_DAYS_LEFT) != 0 ||
    load<u32>(policy, POLICY_LOAD_LIMIT) != 0 ||
    hasLoad(slot) ||
    holdsQuantity(slot) ||
    hasDemand(slot) ||
    load<u32>(extra, EXTRA_POTS) != 0 ||
    load<u32>(extra, EXTRA_MODE_AT_S) != 0
  );
}

/** The highest balance at which something is to be judged next as the balance falls. */
function floorOf(slot: u32, policy: u32, now: u32): i64 {
  const balance = load<i64>(hotOf(slot), HOT_BALANCE);
  // As near to the most that is held, the long way judges whether a reading fits.
  if (balance > -FLOOR_NONE || isCutByLoad(slot)) return FLOOR_ALWAYS;
  if (isCredit(slot)) return FLOOR_NONE;
  if (isWaiting(slot, policy, now)) return FLOOR_ALWAYS;
  let floor = FLOOR_NONE;
  const count = load<u32>(policy, POLICY_THRESHOLDS);
  for (let i: u32 = 0; i < count; i++)
    floor = higher(floor, load<i64>(policy + i * 8, POLICY_LOW), balance);
  if (load<i64>(policy, POLICY_EMERGENCY_LIMIT) != 0)
    floor = higher(floor, load<i64>(policy, POLICY_EMERGENCY_THRESHOLD), balance);
  if (hasFlag(slot, EXTRA_EXCEEDED)) {
    const limit = load<i64>(policy, POLICY_EXCEED) - load<i64>(policy, POLICY_HYSTERESIS);
    floor = higher(floor, limit - 1, balance);
  }
  if (load<u32>(extraOf(slot), EXTRA_EMERGENCY_STATE) == EMERGENCY_INVOKED)
    // Also where the balance lies just on it: what comes next is taken from the emergency credit.
    floor = max(floor, load<i64>(policy, POLICY_DISABLEMENT));
  return rungUnder(slot, policy, now, floor);
}

/** What is judged by available credit: the balance, and what does not change while the balance falls. */
function rungUnder(slot: u32, policy: u32, now: u32, under: i64): i64 {
  const balance = load<i64>(hotOf(slot), HOT_BALANCE);
  const more = available(slot, policy, now) - balance;
  assert(more >= 0 && more <= MONEY_MAX);
  let floor = higher(under, load<i64>(policy, POLICY_DISABLEMENT) - more, balance);
  if (load<u32>(policy, POLICY_NOTICE_LEAD_S) != 0)
    floor = higher(floor, load<i64>(policy, POLICY_NOTICE_THRESHOLD) - more, balance);
  if (load<u32>(policy, POLICY_LIMIT_VALUE) != 0)
    floor = higher(floor, load<i64>(policy, POLICY_LIMIT_THRESHOLD) - more, balance);
  if (load<u32>(policy, POLICY_TRICKLE_VALUE) != 0)
    floor = higher(floor, load<i64>(policy, POLICY_TRICKLE_THRESHOLD) - more, balance);
  return floor;
}

/** The higher one of a floor and a threshold that the balance has yet to fall to. */
function higher(floor: i64, threshold: i64, balance: i64): i64 {
  return threshold < balance ? max(floor, threshold) : floor;
}

/** Whether something that credit asks for is held back: by time, by data, or by a setting that undoes it at once. */
function isWaiting(slot: u32, policy: u32, now: u32): bool {
  if (load<i64>(policy, POLICY_HYSTERESIS) < 0 || isLowHeld(slot, policy, now)) return true;
  if (isOfferOver(slot, policy, now)) return true;
  const isOut = isExhausted(slot, policy, now);
  if (isOut && load<i64>(policy, POLICY_ALLOWANCE) > 0) return true;
  if (load<u32>(coldOf(slot), COLD_SUPPLY_CAUSE) == CAUSE_MANUAL) return false;
  if (load<u32>(coldOf(slot), COLD_SUPPLY_WANTED) == SUPPLY_DISCONNECTED) return false;
  if (isCutWaiting(slot, policy, now)) return true;
  return load<u32>(extraOf(slot), EXTRA_SUPPLY_VALUE) != softLimit(slot, policy, now);
}

/** Whether credit asks for a cut that was not requested; what is left of an allowance is not asked. */
export function isCutWaiting(slot: u32, policy: u32, now: u32): bool {
  const cold = coldOf(slot);
  return (
    isExhausted(slot, policy, now) &&
    load<u32>(policy, POLICY_AUTOMATIC_CUT) != 0 &&
    load<u32>(cold, COLD_SUPPLY_CAUSE) != CAUSE_MANUAL &&
    load<u32>(cold, COLD_SUPPLY_WANTED) != SUPPLY_DISCONNECTED &&
    !hasFlag(slot, EXTRA_CRITICAL)
  );
}
