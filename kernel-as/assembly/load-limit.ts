/**
 * The load limit (R75): where the mean flow over a period is above it the supply is cut, and comes back after a while.
 */
import { coldOf } from "./account";
import { extraOf, hasFlag, keepLong, keepWord } from "./extra";
import {
  CAUSE_LOAD,
  COLD_SUPPLY_CAUSE,
  COLD_SUPPLY_WANTED,
  EXTRA_CRITICAL,
  EXTRA_LOAD_CUT_S,
  EXTRA_LOAD_FROM_S,
  EXTRA_LOAD_QUANTITY,
  POLICY_LOAD_LIMIT,
  POLICY_LOAD_PERIOD_S,
  POLICY_LOAD_RESTORATION_S,
  SUPPLY_DISCONNECTED,
} from "./layout";
import { isFriendly } from "./policy-calendar";
import { request } from "./supply";

const SECONDS_AN_HOUR: u64 = 3600;

/** Counts a reading's quantity in the period, which begins with the reading where none has; nothing without a limit. */
export function countLoad(slot: u32, policy: u32, from: u32, quantity: i64): void {
  if (load<u32>(policy, POLICY_LOAD_LIMIT) == 0) {
    forgetLoad(slot);
    return;
  }
  const extra = extraOf(slot);
  const begun = load<u32>(extra, EXTRA_LOAD_FROM_S);
  const isNew = begun == 0 || begun > from;
  const before = isNew ? 0 : load<i64>(extra, EXTRA_LOAD_QUANTITY);
  if (isNew) keepWord(slot, EXTRA_LOAD_FROM_S, from);
  keepLong(slot, EXTRA_LOAD_QUANTITY, before + quantity);
}

/** Judges the period when a reading has filled it; the next one begins there. */
export function judgeLoad(slot: u32, policy: u32, at: u32, now: u32): void {
  const limit = <u64>load<u32>(policy, POLICY_LOAD_LIMIT);
  if (limit == 0) return;
  const extra = extraOf(slot);
  const seconds = at - load<u32>(extra, EXTRA_LOAD_FROM_S);
  if (seconds < load<u32>(policy, POLICY_LOAD_PERIOD_S)) return;
  const quantity = <u64>load<i64>(extra, EXTRA_LOAD_QUANTITY);
  keepWord(slot, EXTRA_LOAD_FROM_S, at);
  keepLong(slot, EXTRA_LOAD_QUANTITY, 0);
  // quantity x 3600 > limit x seconds, where nothing can pass 64 bits.
  if (quantity <= (limit * <u64>seconds) / SECONDS_AN_HOUR) return;
  if (load<u32>(coldOf(slot), COLD_SUPPLY_WANTED) == SUPPLY_DISCONNECTED) return;
  if (hasFlag(slot, EXTRA_CRITICAL) || isFriendly(policy, now)) return;
  request(slot, SUPPLY_DISCONNECTED, CAUSE_LOAD, now);
  keepWord(slot, EXTRA_LOAD_CUT_S, now);
}

/** A period begins anew with the next reading. */
export function forgetLoad(slot: u32): void {
  keepWord(slot, EXTRA_LOAD_FROM_S, 0);
  keepLong(slot, EXTRA_LOAD_QUANTITY, 0);
}

/** Whether the period of the load limit has anything in it. */
export function hasLoad(slot: u32): bool {
  const extra = extraOf(slot);
  return load<u32>(extra, EXTRA_LOAD_FROM_S) != 0 || load<i64>(extra, EXTRA_LOAD_QUANTITY) != 0;
}

/** Whether a supply that the limit cut has to stay so. */
export function isLoadCut(slot: u32, policy: u32, now: u32): bool {
  return <u64>now < loadCutUntil(slot, policy);
}

/** When a supply that the limit cut may come back. */
export function loadCutUntil(slot: u32, policy: u32): u64 {
  return (
    <u64>load<u32>(extraOf(slot), EXTRA_LOAD_CUT_S) +
    <u64>load<u32>(policy, POLICY_LOAD_RESTORATION_S)
  );
}

/** Whether the supply is cut by the limit. */
export function isCutByLoad(slot: u32): bool {
  const cold = coldOf(slot);
  return (
    load<u32>(cold, COLD_SUPPLY_WANTED) == SUPPLY_DISCONNECTED &&
    load<u32>(cold, COLD_SUPPLY_CAUSE) == CAUSE_LOAD
  );
}
