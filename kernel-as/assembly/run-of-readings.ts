/**
 * The common path for many readings of one meter at once, the same time apart: cost up to each is worked out from what was
 * used since the first (R2: the carry is never dropped, so that the difference of two such costs is what one reading
 * costs), and the columns that only repeat or rise are written sixteen bytes at a time.
 */
import { hotOf } from "./account";
import { PICOS_A_MICRO, wholeMicros } from "./arithmetic";
import { COMMON_QUANTITY_MAX } from "./common";
import {
  FLAGS_COMMON,
  HOT_BALANCE,
  HOT_BOUNDARY_S,
  HOT_CARRY,
  HOT_COUNTER,
  HOT_FLAGS,
  HOT_FLOOR,
  HOT_READ_S,
  HOT_REGISTER,
  HOT_STEP,
  INTERVAL_S_MAX,
  REGISTER_MAX,
  ROW_COST,
  ROW_QUANTITY,
  ROW_REGISTER,
  RUN_BASE,
  RUN_LATEST_S,
  RUN_REGISTER_AT,
  RUN_ROWS,
  STEP_END,
  STEP_PRICE_HI,
  STEP_PRICE_LO,
} from "./layout";
import { addRun } from "./output";
import { isWithinRate, mostWithinRate } from "./rate-limit";
import { lengthOf, varint, zigzag } from "./varint";

/** Fewer are taken one by one. */
const RUN_MIN: u32 = 4;
/** Most readings of a run: so many are worked out in vain, at most, where the last of them come to the floor. */
const RUN_MAX: u32 = 128;

/**
 * Takes `register` at `at` and what follows of at most `more` readings from `registerAt` on, as far as they are of the
 * common path; RUN_REGISTER_AT says where the column goes on. Gives how many were taken; 0, with nothing changed, where
 * the first is none or the balance would come to the floor.
 */
export function takeRun(
  slot: u32,
  at: u32,
  register: i64,
  registerAt: u32,
  more: u32,
  interval: u32,
): u32 {
  const hot = hotOf(slot);
  const from = load<u32>(hot, HOT_READ_S);
  const last = lastInStep(hot);
  if (load<u32>(hot, HOT_FLAGS) != FLAGS_COMMON || at <= from || at > last || interval == 0)
    return 0;
  const count = min(min(more, RUN_MAX - 1), (last - at) / interval) + 1;
  const before = load<i64>(hot, HOT_REGISTER);
  const quantity = register - before;
  const hi = load<i64>(load<u32>(hot, HOT_STEP), STEP_PRICE_HI);
  if (
    count < RUN_MIN ||
    hi < 0 ||
    <u64>quantity >= COMMON_QUANTITY_MAX ||
    register > REGISTER_MAX - <i64>COMMON_QUANTITY_MAX ||
    at - from > <u32>INTERVAL_S_MAX ||
    interval > <u32>INTERVAL_S_MAX ||
    !isWithinRate(slot, quantity, at - from)
  )
    return 0;
  return rateRun(slot, at, quantity, registerAt, count, interval);
}

/** The last second at which a reading is on time and within the step. */
function lastInStep(hot: u32): u32 {
  return min(load<u32>(hot, HOT_BOUNDARY_S) - 1, load<u32>(RUN_BASE, RUN_LATEST_S));
}

/** Rates the readings until one is not of the common path, and keeps what they come to. */
function rateRun(slot: u32, at: u32, first: i64, registerAt: u32, count: u32, interval: u32): u32 {
  const hot = hotOf(slot);
  const step = load<u32>(hot, HOT_STEP);
  const lo = <u64>load<u32>(step, STEP_PRICE_LO);
  const hi = load<i64>(step, STEP_PRICE_HI);
  const carry = <u64>load<u32>(hot, HOT_CARRY);
  const before = load<i64>(hot, HOT_REGISTER);
  const counter = load<i64>(hot, HOT_COUNTER);
  const room = min<u64>(<u64>(load<i64>(step, STEP_END) - counter), COMMON_QUANTITY_MAX);
  const most = mostWithinRate(slot, interval, COMMON_QUANTITY_MAX - 1);
  const row = load<u32>(RUN_BASE, RUN_ROWS);
  let place: u32 = row * 8;
  let quantity = first;
  let used: i64 = 0;
  let whole: i64 = 0;
  let taken: u32 = 0;
  let nextAt = registerAt;
  while (<u64>(used + quantity) < room) {
    used += quantity;
    const upTo = <i64>wholeMicros(<u64>used * lo + carry);
    store<i64>(ROW_REGISTER + place, before + used);
    store<i64>(ROW_QUANTITY + place, quantity);
    store<i64>(ROW_COST + place, quantity * hi + upTo - whole);
    whole = upTo;
    place += 8;
    registerAt = nextAt;
    if (++taken == count) break;
    const word = varint(nextAt);
    nextAt += lengthOf(word);
    quantity = zigzag(word);
    if (<u64>quantity > most) break;
  }
  const balance = load<i64>(hot, HOT_BALANCE) - used * hi - whole;
  if (taken == 0 || balance <= load<i64>(hot, HOT_FLOOR)) return 0;
  addRun(slot, at, interval, taken, step);
  store<u32>(RUN_BASE, registerAt, RUN_REGISTER_AT);
  store<i64>(hot, before + used, HOT_REGISTER);
  store<u32>(hot, at + (taken - 1) * interval, HOT_READ_S);
  store<i64>(hot, counter + used, HOT_COUNTER);
  store<u32>(hot, <u32>(<u64>used * lo + carry - <u64>whole * <u64>PICOS_A_MICRO), HOT_CARRY);
  store<i64>(hot, balance, HOT_BALANCE);
  return taken;
}
