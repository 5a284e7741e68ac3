/**
 * Terms of an account that a person sets: its policy, and whether somebody there depends on supply (R72).
 */
import { coldOf } from "./account";
import { setFlag } from "./extra";
import {
  ASSIGN_POLICY,
  CODE_APPLIED,
  CODE_POLICY_UNKNOWN,
  COLD_POLICY,
  CRITICAL_CRITICAL,
  EXTRA_CRITICAL,
  POLICIES_MAX,
  POLICY_USED,
} from "./layout";
import { judge, policyOf } from "./supply";

/** Says whether there is a critical need. */
export function setCritical(record: u32, slot: u32, now: u32): u32 {
  setFlag(slot, EXTRA_CRITICAL, load<u32>(record, CRITICAL_CRITICAL) != 0);
  judge(slot, now);
  return CODE_APPLIED;
}

/** Puts the account under another policy. */
export function assignPolicy(record: u32, slot: u32, now: u32): u32 {
  const policy = load<u32>(record, ASSIGN_POLICY);
  if (!isPolicy(policy)) return CODE_POLICY_UNKNOWN;
  store<u32>(coldOf(slot), policy, COLD_POLICY);
  judge(slot, now);
  return CODE_APPLIED;
}

/** Whether there is a policy at an index of the directory. */
export function isPolicy(index: u32): bool {
  return index < <u32>POLICIES_MAX && load<u32>(policyOf(index), POLICY_USED) != 0;
}
