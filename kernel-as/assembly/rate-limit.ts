/**
 * What a meter can have measured in a time (R13).
 */
import { hotOf } from "./account";
import { HOT_MAX_RATE, HOT_RESOLUTION, QUANTITY_MAX } from "./layout";

/** Over this nothing that is held can be too much, and no product below can pass 64 bits: 2^59. */
const PASSED_MAX: u64 = 576460752303423488;

/** R13: quantity x 36000 <= max_rate x seconds x 11 + step x 36000, where the meter has a max_rate. */
export function isWithinRate(slot: u32, quantity: i64, seconds: u32): bool {
  const hot = hotOf(slot);
  const maxRate = <u64>load<u32>(hot, HOT_MAX_RATE);
  if (maxRate == 0) return true;
  const passed = maxRate * <u64>seconds;
  if (passed > PASSED_MAX) return true;
  if (quantity > QUANTITY_MAX) return false;
  return <u64>quantity * 36000 <= passed * 11 + <u64>load<u32>(hot, HOT_RESOLUTION) * 36000;
}

/** The most quantity that isWithinRate allows in so many seconds; `most` where it allows more, which is QUANTITY_MAX at most. */
export function mostWithinRate(slot: u32, seconds: u32, most: u64): u64 {
  const hot = hotOf(slot);
  const maxRate = <u64>load<u32>(hot, HOT_MAX_RATE);
  const passed = maxRate * <u64>seconds;
  if (maxRate == 0 || passed > PASSED_MAX) return most;
  return min(most, (passed * 11) / 36000 + <u64>load<u32>(hot, HOT_RESOLUTION));
}
