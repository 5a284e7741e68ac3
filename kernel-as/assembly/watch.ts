/**
 * What only ticks see: a meter that has been silent for too long (R20), and a restore that nobody confirmed in time (R76).
 */
import { coldOf, hotOf } from "./account";
import { extraOf, keepWord } from "./extra";
import {
  COLD_POLICY,
  COLD_SUPPLY_NUMBER,
  DUE_NEVER,
  EVENT_METER_STALE,
  EVENT_SUPPLY_OVERDUE,
  EXTRA_RESTORE_S,
  FLAG_READ,
  FLAG_STALE,
  HOT_FLAGS,
  HOT_READ_S,
  POLICY_RESTORE_DEADLINE_S,
  POLICY_STALE_AFTER_S,
} from "./layout";
import { addEvent } from "./output";
import { policyOf } from "./supply";

/** Looks at an account in its turn of a tick. */
export function watch(slot: u32, now: u32): void {
  const policy = policyOf(load<u32>(coldOf(slot), COLD_POLICY));
  watchMeter(slot, policy, now);
  watchRestore(slot, policy, now);
}

/** The first second at which the watch has something to say or to clear; DUE_NEVER without one. */
export function nextWatch(slot: u32, policy: u32): u32 {
  const hot = hotOf(slot);
  const flags = load<u32>(hot, HOT_FLAGS);
  const staleAfter = <u64>load<u32>(policy, POLICY_STALE_AFTER_S);
  let due = <u64>DUE_NEVER;
  if (flags & FLAG_STALE) due = staleAfter == 0 ? 0 : due;
  else if (flags & FLAG_READ && staleAfter != 0)
    due = min(due, <u64>load<u32>(hot, HOT_READ_S) + staleAfter + 1);
  const asked = <u64>load<u32>(extraOf(slot), EXTRA_RESTORE_S);
  const deadline = <u64>load<u32>(policy, POLICY_RESTORE_DEADLINE_S);
  if (asked != 0 && deadline != 0) due = min(due, asked + deadline);
  return <u32>due;
}

function watchMeter(slot: u32, policy: u32, now: u32): void {
  const hot = hotOf(slot);
  const flags = load<u32>(hot, HOT_FLAGS);
  const staleAfter = load<u32>(policy, POLICY_STALE_AFTER_S);
  if (staleAfter == 0) {
    store<u32>(hot, flags & ~FLAG_STALE, HOT_FLAGS);
    return;
  }
  if ((flags & (FLAG_READ | FLAG_STALE)) != FLAG_READ) return;
  if (<u64>now <= <u64>load<u32>(hot, HOT_READ_S) + <u64>staleAfter) return;
  store<u32>(hot, flags | FLAG_STALE, HOT_FLAGS);
  addEvent(EVENT_METER_STALE, slot, now, 0, 0, 0);
}

function watchRestore(slot: u32, policy: u32, now: u32): void {
  const asked = load<u32>(extraOf(slot), EXTRA_RESTORE_S);
  const deadline = load<u32>(policy, POLICY_RESTORE_DEADLINE_S);
  if (asked == 0 || deadline == 0 || <u64>now < <u64>asked + <u64>deadline) return;
  keepWord(slot, EXTRA_RESTORE_S, 0);
  addEvent(EVENT_SUPPLY_OVERDUE, slot, now, 0, load<u32>(coldOf(slot), COLD_SUPPLY_NUMBER), 0);
}
