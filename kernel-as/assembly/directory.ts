/**
 * What a whole shard knows: supply policies, the calendars that they name, gateways.
 */
import { coldOf, isOpen, slotCount } from "./account";
import {
  CALENDAR_BEGIN,
  CALENDAR_COUNT,
  CALENDAR_END,
  CALENDAR_FROM_S,
  CALENDAR_INTERVAL_BYTES,
  CALENDAR_INTERVALS,
  CALENDAR_INTERVALS_MAX,
  CALENDAR_TO_S,
  CALENDAR_USED,
  CALENDARS_MAX,
  CODE_APPLIED,
  CODE_CALENDAR_UNKNOWN,
  CODE_DIRECTORY_FULL,
  CODE_GATEWAY_UNKNOWN,
  COLD_POLICY,
  COMMAND_INDEX,
  COMMAND_POLICY,
  GATEWAY_BYTES,
  GATEWAY_KEY,
  GATEWAY_KEY_BYTES,
  GATEWAY_NUMBER,
  GATEWAY_ROSTER,
  GATEWAYS_BASE,
  GATEWAYS_MAX,
  POLICIES_MAX,
  POLICY_BYTES,
  POLICY_FRIENDLY_CALENDAR,
  POLICY_WINDOW_CALENDAR,
  RECORD_BYTES,
  RUN_BASE,
  RUN_COMPLETE,
  RUN_DONE,
  RUN_SUSPENDED,
  SET_CALENDAR_CALENDAR,
  SET_GATEWAY_KEY,
  SET_GATEWAY_NUMBER,
  SET_GATEWAY_ROSTER,
  STATE_BASE,
  STATE_CALENDARS,
  STATE_GATEWAYS,
} from "./layout";
import { outputHasRoom } from "./output";
import { calendarOf } from "./policy-calendar";
import { judge, policyOf } from "./supply";

/** Puts a policy at its index; judgeByPolicy has to follow. */
export function setPolicy(record: u32): u32 {
  const index = load<u32>(record, COMMAND_INDEX);
  if (index >= <u32>POLICIES_MAX) return CODE_DIRECTORY_FULL;
  const policy = record + COMMAND_POLICY;
  if (!isCalendar(load<u32>(policy, POLICY_FRIENDLY_CALENDAR))) return CODE_CALENDAR_UNKNOWN;
  if (!isCalendar(load<u32>(policy, POLICY_WINDOW_CALENDAR))) return CODE_CALENDAR_UNKNOWN;
  memory.copy(policyOf(index), policy, POLICY_BYTES);
  return CODE_APPLIED;
}

/** Puts a calendar at its index; judgeByCalendar has to follow. */
export function setCalendar(record: u32): u32 {
  const index = load<u32>(record, COMMAND_INDEX);
  const source = record + SET_CALENDAR_CALENDAR;
  if (index >= <u32>CALENDARS_MAX) return CODE_DIRECTORY_FULL;
  const count = load<u32>(source, CALENDAR_COUNT);
  assert(count <= <u32>CALENDAR_INTERVALS_MAX);
  const bytes: u32 = CALENDAR_INTERVALS + count * CALENDAR_INTERVAL_BYTES;
  assert(<u32>SET_CALENDAR_CALENDAR + bytes <= load<u32>(record, RECORD_BYTES));
  const calendar = calendarOf(index);
  memory.copy(calendar, source, bytes);
  assertRising(calendar);
  store<u32>(calendar, 1, CALENDAR_USED);
  store<u32>(STATE_BASE, max(load<u32>(STATE_BASE, STATE_CALENDARS), index + 1), STATE_CALENDARS);
  return CODE_APPLIED;
}

/** Judges the accounts of a policy that was put, from RUN_DONE on; RUN_SUSPENDED when outputs are full. */
export function judgeByPolicy(record: u32, now: u32): u32 {
  return judgeWhere(load<u32>(record, COMMAND_INDEX), false, now);
}

/** Judges the accounts whose policy names a calendar that was put, as judgeByPolicy does. */
export function judgeByCalendar(record: u32, now: u32): u32 {
  return judgeWhere(load<u32>(record, COMMAND_INDEX), true, now);
}

function judgeWhere(index: u32, byCalendar: bool, now: u32): u32 {
  const slots = slotCount();
  for (let slot = load<u32>(RUN_BASE, RUN_DONE); slot < slots; slot++) {
    if (!isOpen(slot)) continue;
    const policy = load<u32>(coldOf(slot), COLD_POLICY);
    if (byCalendar ? !names(policyOf(policy), index + 1) : policy != index) continue;
    if (!outputHasRoom()) {
      store<u32>(RUN_BASE, slot, RUN_DONE);
      return RUN_SUSPENDED;
    }
    judge(slot, now);
  }
  return RUN_COMPLETE;
}

function names(policy: u32, calendar: u32): bool {
  return (
    load<u32>(policy, POLICY_FRIENDLY_CALENDAR) == calendar ||
    load<u32>(policy, POLICY_WINDOW_CALENDAR) == calendar
  );
}

/** Whether a policy may name a calendar: its index plus one, or 0 for none. */
function isCalendar(named: u32): bool {
  if (named == 0) return true;
  return named <= <u32>CALENDARS_MAX && load<u32>(calendarOf(named - 1), CALENDAR_USED) != 0;
}

/** Intervals rise, do not touch, and lie within what the calendar tells. */
function assertRising(calendar: u32): void {
  const count = load<u32>(calendar, CALENDAR_COUNT);
  let after = <u64>load<u32>(calendar, CALENDAR_FROM_S);
  for (let i: u32 = 0; i < count; i++) {
    const interval = calendar + CALENDAR_INTERVALS + i * CALENDAR_INTERVAL_BYTES;
    const end = <u64>load<u32>(interval, CALENDAR_END);
    assert(<u64>load<u32>(interval, CALENDAR_BEGIN) >= after);
    assert(end > <u64>load<u32>(interval, CALENDAR_BEGIN));
    after = end + 1;
  }
  assert(after <= <u64>load<u32>(calendar, CALENDAR_TO_S) + 1);
}

/** Makes a gateway known or changes its key and oldest roster version; its epoch and sequence stay. */
export function setGateway(record: u32): u32 {
  const index = load<u32>(record, COMMAND_INDEX);
  const known = load<u32>(STATE_BASE, STATE_GATEWAYS);
  if (index >= <u32>GATEWAYS_MAX || index > known) return CODE_DIRECTORY_FULL;
  const gateway: u32 = GATEWAYS_BASE + index * GATEWAY_BYTES;
  const number = load<u32>(record, SET_GATEWAY_NUMBER);
  if (index < known && load<u32>(gateway, GATEWAY_NUMBER) != number) return CODE_GATEWAY_UNKNOWN;
  store<u32>(gateway, number, GATEWAY_NUMBER);
  store<u32>(gateway, load<u32>(record, SET_GATEWAY_ROSTER), GATEWAY_ROSTER);
  memory.copy(gateway + GATEWAY_KEY, record + SET_GATEWAY_KEY, GATEWAY_KEY_BYTES);
  store<u32>(STATE_BASE, max(known, index + 1), STATE_GATEWAYS);
  return CODE_APPLIED;
}
