/**
 * The daily allowance (R74): what an account without credit may use a day before it is cut. Days begin at the policy's
 * `day_start`; what is not used stacks up to `max_stack` days.
 */
import { lastMark } from "./due";
import { extraOf, keepLong, keepWord } from "./extra";
import {
  ALLOWANCE_DAYS_MAX,
  EXTRA_ALLOWANCE_LEFT,
  EXTRA_ALLOWANCE_S,
  MARK_DAY,
  POLICY_ALLOWANCE,
  POLICY_ALLOWANCE_STACK,
  POLICY_DAY_START_S,
} from "./layout";

/** A local day has 25 hours at most: behind it the next day has begun. */
const DAY_S_MAX: u32 = 90000;
const DAY_S: i64 = 86400;

/** What is left of the allowance, in atoms. */
export function allowanceLeft(slot: u32): i64 {
  return load<i64>(extraOf(slot), EXTRA_ALLOWANCE_LEFT);
}

/** Adds the allowance of the days that have begun since it was renewed last. */
export function renewAllowance(slot: u32, policy: u32, now: u32): void {
  const start = dayStart(slot, policy, now);
  const renewed = load<u32>(extraOf(slot), EXTRA_ALLOWANCE_S);
  const atoms = load<i64>(policy, POLICY_ALLOWANCE);
  let left = atoms;
  if (renewed != 0) {
    const stack = <i64>load<u32>(policy, POLICY_ALLOWANCE_STACK);
    const days = start == 0 ? 0 : daysSince(slot, policy, renewed, start);
    left = min(allowanceLeft(slot) + min(days, stack) * atoms, stack * atoms);
  }
  keepLong(slot, EXTRA_ALLOWANCE_LEFT, left);
  keepWord(slot, EXTRA_ALLOWANCE_S, start == 0 ? max(renewed, 1) : start);
}

/** Takes a reading's quantity from the allowance of the day. */
export function useAllowance(slot: u32, policy: u32, quantity: i64, now: u32): void {
  renewAllowance(slot, policy, now);
  keepLong(slot, EXTRA_ALLOWANCE_LEFT, max<i64>(0, allowanceLeft(slot) - quantity));
}

/** The first instant from `now` on at which a day may begin; `now` where days are not known. */
export function nextDayStart(slot: u32, policy: u32, now: u32): u32 {
  const begun = dayStart(slot, policy, now);
  if (begun == 0) return now;
  const longest = begun + DAY_S_MAX;
  let next = dayStart(slot, policy, longest);
  if (next <= begun) return max(longest, now);
  // A version of another zone may bring more than one.
  for (let before = next; before > begun; before = dayStart(slot, policy, before - 1))
    next = before;
  return max(next, now);
}

/** When the day began that an instant lies in; 0 when that is not known. */
function dayStart(slot: u32, policy: u32, at: u32): u32 {
  const offset = load<u32>(policy, POLICY_DAY_START_S);
  if (offset >= at) return 0;
  const midnight = lastMark(slot, at - offset, MARK_DAY);
  return midnight == 0 ? 0 : midnight + offset;
}

/** Day starts after one instant up to another, counted back from it; by their usual length as far as marks are not known. */
function daysSince(slot: u32, policy: u32, from: u32, to: u32): i64 {
  const offset = load<u32>(policy, POLICY_DAY_START_S);
  const after = <i64>from - <i64>offset;
  let midnight = <i64>to - <i64>offset;
  let days: i64 = 0;
  while (midnight > after && days < ALLOWANCE_DAYS_MAX) {
    days++;
    const before = <i64>lastMark(slot, <u32>midnight - 1, MARK_DAY);
    if (before == 0) return days + max<i64>((midnight - after + DAY_S / 2) / DAY_S - 1, 0);
    midnight = before;
  }
  return days;
}
