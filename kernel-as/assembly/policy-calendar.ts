/**
 * The calendars that a policy names: friendly periods, in which nobody is cut, with the jitter behind their ends (R71), and
 * the window in which cuts may go (R73). Half-open intervals of time, rising and not touching.
 */
import {
  CALENDAR_BEGIN,
  CALENDAR_BYTES,
  CALENDAR_COUNT,
  CALENDAR_END,
  CALENDAR_FROM_S,
  CALENDAR_INTERVAL_BYTES,
  CALENDAR_INTERVALS,
  CALENDAR_TO_S,
  CALENDARS_BASE,
  DUE_NEVER,
  POLICY_FRIENDLY_CALENDAR,
  POLICY_FRIENDLY_JITTER_S,
  POLICY_FRIENDLY_WARNING_S,
  POLICY_WINDOW_CALENDAR,
} from "./layout";

/** Knuth's multiplier: spreads neighbouring slots over the jitter. */
const SPREAD: u32 = 2654435761;

/** Address of a calendar. */
export function calendarOf(index: u32): u32 {
  return CALENDARS_BASE + index * CALENDAR_BYTES;
}

/** Whether an instant lies in a friendly period of the policy; what its calendar does not tell is friendly, too. */
export function isFriendly(policy: u32, at: u32): bool {
  const calendar = friendlyOf(policy);
  if (calendar == 0) return false;
  return !covers(calendar, at) || endOf(calendar, at) != 0;
}

/** End of the friendly interval that an instant lies in; 0 when it lies in none that is told. */
export function friendlyEnd(policy: u32, at: u32): u32 {
  const calendar = friendlyOf(policy);
  return calendar == 0 || !covers(calendar, at) ? 0 : endOf(calendar, at);
}

/** Whether an account may be cut at an instant: not friendly, and the account's part of the jitter is over. */
export function isCalm(slot: u32, policy: u32, at: u32): bool {
  if (isFriendly(policy, at)) return false;
  const calendar = friendlyOf(policy);
  if (calendar == 0) return true;
  const begun = begunBy(calendar, at);
  if (begun == 0) return true;
  const end = load<u32>(intervalOf(calendar, begun - 1), CALENDAR_END);
  return <u64>at >= <u64>end + <u64>jitterOf(slot, policy);
}

/** Whether the policy's cut window is open at an instant. */
export function isWindowOpen(policy: u32, at: u32): bool {
  const calendar = windowOf(policy);
  return calendar == 0 || (covers(calendar, at) && endOf(calendar, at) != 0);
}

/**
 * First instant after `now` at which a cut that waits may be calm, or the end of its friendly period is to be told;
 * DUE_NEVER when no calendar tells one.
 */
export function nextCalm(slot: u32, policy: u32, now: u32): u32 {
  const calendar = friendlyOf(policy);
  if (calendar == 0) return <u32>DUE_NEVER;
  const from = load<u32>(calendar, CALENDAR_FROM_S);
  if (now < from) return from;
  if (now >= load<u32>(calendar, CALENDAR_TO_S)) return <u32>DUE_NEVER;
  const begun = begunBy(calendar, now);
  let next = <u64>DUE_NEVER;
  if (begun < load<u32>(calendar, CALENDAR_COUNT))
    next = <u64>load<u32>(intervalOf(calendar, begun), CALENDAR_BEGIN);
  if (begun == 0) return <u32>next;
  const end = <u64>load<u32>(intervalOf(calendar, begun - 1), CALENDAR_END);
  const warned = <u64>now + <u64>load<u32>(policy, POLICY_FRIENDLY_WARNING_S);
  const over = end + <u64>jitterOf(slot, policy);
  if (<u64>now >= end) return <u32>(over > <u64>now ? min(next, over) : next);
  return <u32>min(next, warned >= end ? end : end - (warned - <u64>now));
}

/** First instant after `now` at which the policy's cut window opens; DUE_NEVER when no calendar tells one. */
export function nextWindow(policy: u32, now: u32): u32 {
  const calendar = windowOf(policy);
  if (calendar == 0) return <u32>DUE_NEVER;
  const begun = begunBy(calendar, now);
  if (begun == load<u32>(calendar, CALENDAR_COUNT)) return <u32>DUE_NEVER;
  return load<u32>(intervalOf(calendar, begun), CALENDAR_BEGIN);
}

function friendlyOf(policy: u32): u32 {
  const named = load<u32>(policy, POLICY_FRIENDLY_CALENDAR);
  return named == 0 ? 0 : calendarOf(named - 1);
}

function windowOf(policy: u32): u32 {
  const named = load<u32>(policy, POLICY_WINDOW_CALENDAR);
  return named == 0 ? 0 : calendarOf(named - 1);
}

function jitterOf(slot: u32, policy: u32): u32 {
  const jitter = load<u32>(policy, POLICY_FRIENDLY_JITTER_S);
  return jitter == 0 ? 0 : (slot * SPREAD) % jitter;
}

function covers(calendar: u32, at: u32): bool {
  return at >= load<u32>(calendar, CALENDAR_FROM_S) && at < load<u32>(calendar, CALENDAR_TO_S);
}

function intervalOf(calendar: u32, index: u32): u32 {
  return calendar + CALENDAR_INTERVALS + index * CALENDAR_INTERVAL_BYTES;
}

/** How many intervals have begun at an instant. */
function begunBy(calendar: u32, at: u32): u32 {
  let low: u32 = 0;
  let high = load<u32>(calendar, CALENDAR_COUNT);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(intervalOf(calendar, middle), CALENDAR_BEGIN) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** End of the interval that an instant lies in; 0 when it lies in none. */
function endOf(calendar: u32, at: u32): u32 {
  const begun = begunBy(calendar, at);
  if (begun == 0) return 0;
  const end = load<u32>(intervalOf(calendar, begun - 1), CALENDAR_END);
  return at < end ? end : 0;
}
