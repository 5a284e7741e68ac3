/**
 * The common path: readings that move nothing but register, counter, carry and balance of an account that keeps its step
 * and stays above its floor. It looks at the hot part and the step alone.
 */
import { hotOf } from "./account";
import { PICOS_A_MICRO, wholeMicros } from "./arithmetic";
import {
  FLAGS_COMMON,
  HOT_BALANCE,
  HOT_CARRY,
  HOT_COUNTER,
  HOT_FLAGS,
  HOT_FLOOR,
  HOT_READ_S,
  HOT_REGISTER,
  HOT_STEP,
  INTERVAL_S_MAX,
  REGISTER_MAX,
  RUN_BASE,
  RUN_LATEST_S,
  STEP_END,
  STEP_PRICE_HI,
  STEP_PRICE_LO,
} from "./layout";
import { beginRow } from "./output";
import { isWithinRate } from "./rate-limit";

/** From here on quantities are left to the long way, so that no product here passes 64 bits. */
export const COMMON_QUANTITY_MAX: u64 = 2147483648;

/**
 * Takes an actual reading that crosses no boundary which matters to it, and begins its row; gives false, with nothing
 * changed, for any other.
 */
export function takeCommon(slot: u32, at: u32, register: i64): bool {
  const hot = hotOf(slot);
  const quantity = register - load<i64>(hot, HOT_REGISTER);
  const counter = load<i64>(hot, HOT_COUNTER) + quantity;
  const step = load<u32>(hot, HOT_STEP);
  const from = load<u32>(hot, HOT_READ_S);
  if (
    load<u32>(hot, HOT_FLAGS) != FLAGS_COMMON ||
    at <= from ||
    <u64>quantity >= COMMON_QUANTITY_MAX ||
    register > REGISTER_MAX ||
    counter >= load<i64>(step, STEP_END) ||
    at > load<u32>(RUN_BASE, RUN_LATEST_S) ||
    at - from > <u32>INTERVAL_S_MAX ||
    !isWithinRate(slot, quantity, at - from)
  )
    return false;
  const low = <u64>quantity * <u64>load<u32>(step, STEP_PRICE_LO) + <u64>load<u32>(hot, HOT_CARRY);
  const whole = wholeMicros(low);
  const cost = quantity * load<i64>(step, STEP_PRICE_HI) + <i64>whole;
  const balance = load<i64>(hot, HOT_BALANCE) - cost;
  if (cost < 0 || balance <= load<i64>(hot, HOT_FLOOR)) return false;
  store<i64>(hot, register, HOT_REGISTER);
  store<u32>(hot, at, HOT_READ_S);
  store<i64>(hot, counter, HOT_COUNTER);
  store<u32>(hot, <u32>(low - whole * <u64>PICOS_A_MICRO), HOT_CARRY);
  store<i64>(hot, balance, HOT_BALANCE);
  beginRow(slot, from, register, quantity, cost);
  return true;
}
