/**
 * The notice before a cut (R70, R73): given when available credit comes to its threshold, forgotten when credit is back.
 */
import { extraOf, keepWord } from "./extra";
import {
  EVENT_NOTICE_DUE,
  EXTRA_NOTICE_S,
  POLICY_HYSTERESIS,
  POLICY_NOTICE_LEAD_S,
  POLICY_NOTICE_THRESHOLD,
} from "./layout";
import { available } from "./money";
import { addEvent } from "./output";

/** Gives the notice or forgets it. */
export function judgeNotice(slot: u32, policy: u32, now: u32): void {
  if (load<u32>(policy, POLICY_NOTICE_LEAD_S) == 0) {
    keepWord(slot, EXTRA_NOTICE_S, 0);
    return;
  }
  const threshold = load<i64>(policy, POLICY_NOTICE_THRESHOLD);
  const credit = available(slot, policy, now);
  if (credit <= threshold && load<u32>(extraOf(slot), EXTRA_NOTICE_S) == 0) {
    keepWord(slot, EXTRA_NOTICE_S, now);
    addEvent(EVENT_NOTICE_DUE, slot, now, 0, 0, threshold);
  } else if (credit > threshold + load<i64>(policy, POLICY_HYSTERESIS)) {
    keepWord(slot, EXTRA_NOTICE_S, 0);
  }
}

/** Whether the policy asks for no notice, or it was given long enough ago. */
export function hasNotice(slot: u32, policy: u32, now: u32): bool {
  const lead = load<u32>(policy, POLICY_NOTICE_LEAD_S);
  if (lead == 0) return true;
  const told = load<u32>(extraOf(slot), EXTRA_NOTICE_S);
  return told != 0 && <u64>now >= <u64>told + <u64>lead;
}
