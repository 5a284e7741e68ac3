/**
 * What an automatic cut waits for (R73): certain data, the end of a friendly period (R71), its notice, the cut window.
 */
import { hotOf } from "./account";
import { extraOf, keepWord } from "./extra";
import {
  DUE_NEVER,
  EVENT_FRIENDLY_ENDING,
  EXTRA_FRIENDLY_WARNED_S,
  EXTRA_NOTICE_S,
  FLAG_ESTIMATED,
  FLAG_QUARANTINED,
  FLAG_READ,
  HOT_FLAGS,
  HOT_READ_S,
  POLICY_FRIENDLY_WARNING_S,
  POLICY_NOTICE_LEAD_S,
  POLICY_STALE_AFTER_S,
} from "./layout";
import { hasNotice } from "./notice";
import { addEvent } from "./output";
import { friendlyEnd, isCalm, isWindowOpen, nextCalm, nextWindow } from "./policy-calendar";

/** What a cut waits for, in the order in which it is asked. */
export const WAIT_NONE: u32 = 0;
export const WAIT_CERTAIN: u32 = 1;
export const WAIT_CALM: u32 = 2;
export const WAIT_NOTICE: u32 = 3;
export const WAIT_WINDOW: u32 = 4;

/** The first thing that a cut of the account waits for (WAIT_*). */
export function waitOf(slot: u32, policy: u32, now: u32): u32 {
  if (!isCertain(slot, policy, now)) return WAIT_CERTAIN;
  if (!isCalm(slot, policy, now)) return WAIT_CALM;
  if (!hasNotice(slot, policy, now)) return WAIT_NOTICE;
  return isWindowOpen(policy, now) ? WAIT_NONE : WAIT_WINDOW;
}

/** Whether the meter's last data is actual, sound and fresh (R20, R73). */
export function isCertain(slot: u32, policy: u32, now: u32): bool {
  const hot = hotOf(slot);
  const flags = load<u32>(hot, HOT_FLAGS);
  if ((flags & (FLAG_READ | FLAG_QUARANTINED | FLAG_ESTIMATED)) != FLAG_READ) return false;
  const staleAfter = load<u32>(policy, POLICY_STALE_AFTER_S);
  return staleAfter == 0 || <u64>now <= <u64>load<u32>(hot, HOT_READ_S) + <u64>staleAfter;
}

/** R71: tells once, some time before the end of a friendly period, that a cut waits for it. */
export function tellFriendlyEnd(slot: u32, policy: u32, now: u32): void {
  if (!isEndUntold(slot, policy, now)) return;
  const end = friendlyEnd(policy, now);
  keepWord(slot, EXTRA_FRIENDLY_WARNED_S, end);
  addEvent(EVENT_FRIENDLY_ENDING, slot, now, 0, end, 0);
}

/** Whether the end of a friendly period is so near that it is to be told, and was not yet. */
function isEndUntold(slot: u32, policy: u32, now: u32): bool {
  const warning = load<u32>(policy, POLICY_FRIENDLY_WARNING_S);
  const end = friendlyEnd(policy, now);
  if (warning == 0 || end == 0 || <u64>now + <u64>warning < <u64>end) return false;
  return load<u32>(extraOf(slot), EXTRA_FRIENDLY_WARNED_S) != end;
}

/** The first instant from `now` on at which time alone may change what a cut waits for; DUE_NEVER when it cannot. */
export function cutWaitDue(slot: u32, policy: u32, now: u32): u32 {
  const wait = waitOf(slot, policy, now);
  if (wait == WAIT_NONE) return now;
  if (wait == WAIT_CERTAIN) return <u32>DUE_NEVER;
  // The step of a reversal tells nothing (R53): the next tick does.
  if (wait == WAIT_CALM && isEndUntold(slot, policy, now)) return now;
  let due = nextCalm(slot, policy, now);
  const told = load<u32>(extraOf(slot), EXTRA_NOTICE_S);
  const lead = <u64>told + <u64>load<u32>(policy, POLICY_NOTICE_LEAD_S);
  if (told != 0 && lead > <u64>now) due = <u32>min(<u64>due, lead);
  return min(due, nextWindow(policy, now));
}
