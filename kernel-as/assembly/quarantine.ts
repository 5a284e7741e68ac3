/**
 * The quarantine desk (R16): a person accepts a reading that was held back, as consumption or as where counting begins
 * anew, or rejects it.
 */
import { coldOf, hotOf } from "./account";
import { reachList, tellAssigned } from "./assignment";
import { cross, locate } from "./calendar";
import { chargeUpTo } from "./charge";
import {
  actualReadS,
  actualRegister,
  canGiveBack,
  estimatedCost,
  giveBack,
  isEstimated,
} from "./estimate";
import { keepWord } from "./extra";
import {
  CODE_APPLIED,
  CODE_READING_OUTDATED,
  CODE_REGISTER_INVALID,
  COLD_CHARGED_QUANTITY_BASE,
  COLD_MODULUS,
  EVENT_READING_ACCEPTED,
  EVENT_READING_REJECTED,
  EXTRA_LOAD_FROM_S,
  FLAG_READ,
  HOT_BOUNDARY_S,
  HOT_FLAGS,
  HOT_READ_S,
  HOT_REGISTER,
  HOT_STEP,
  INTERVAL_S_MAX,
  READING_AT_S,
  READING_BASELINE,
  READING_REGISTER,
  REGISTER_MAX,
  VERDICT_ACCEPTED,
  VERDICT_OPENING,
  VERDICT_ROLLOVER,
} from "./layout";
import { hasNextList, isPlaceable, isRateable } from "./list-plan";
import { balanceOf } from "./money";
import { addEvent, addRow } from "./output";
import { payFromPots } from "./pots";
import { clearQuarantine, clearQuarantined, fits, takeAccepted } from "./register";
import { judge } from "./supply";

/** Takes a reading as the meter's last; its rate and clock are not asked. */
export function acceptReading(record: u32, slot: u32, now: u32): u32 {
  const at = load<u32>(record, READING_AT_S);
  const register = load<i64>(record, READING_REGISTER);
  const isBaseline = load<u32>(record, READING_BASELINE) != 0;
  if ((load<u32>(hotOf(slot), HOT_FLAGS) & FLAG_READ) == 0) return CODE_READING_OUTDATED;
  if (at <= actualReadS(slot) || at > now) return CODE_READING_OUTDATED;
  if (register < 0 || register > REGISTER_MAX) return CODE_REGISTER_INVALID;
  const isTaken = isBaseline
    ? beginAnew(slot, at, register, now)
    : consume(slot, at, register, now);
  if (!isTaken) return CODE_REGISTER_INVALID;
  clearQuarantine(slot);
  addEvent(EVENT_READING_ACCEPTED, slot, now, isBaseline ? 1 : 0, 0, register);
  judge(slot, now);
  return CODE_APPLIED;
}

/** The reading is not the meter's: what is held against the meter is forgotten. */
export function rejectReading(record: u32, slot: u32, now: u32): u32 {
  clearQuarantined(slot);
  addEvent(EVENT_READING_REJECTED, slot, now, 0, 0, load<i64>(record, READING_REGISTER));
  judge(slot, now);
  return CODE_APPLIED;
}

/** Charges what lies between the last actual reading and this one; a lower register has turned over, if it can. */
function consume(slot: u32, at: u32, register: i64, now: u32): bool {
  const from = actualReadS(slot);
  const rise = register - actualRegister(slot);
  const quantity = rise < 0 ? rise + load<i64>(coldOf(slot), COLD_MODULUS) : rise;
  if (quantity < 0 || !fits(slot, quantity, from, at, estimatedCost(slot))) return false;
  if (!isRateable(slot, from, at)) return false;
  takeAccepted(slot, at, register, rise < 0 ? VERDICT_ROLLOVER : VERDICT_ACCEPTED, now);
  return true;
}

/**
 * Counting begins anew at the reading, which is charged nothing for; what was charged so far stays so. Time went on: what
 * the account owes by it is collected (R35), and a cycle that began on the way has begun (R33).
 */
function beginAnew(slot: u32, at: u32, register: i64, now: u32): bool {
  const hot = hotOf(slot);
  const cold = coldOf(slot);
  if (!isPlaceable(slot, actualReadS(slot), at) || !canGiveBack(slot)) return false;
  const before = balanceOf(slot);
  if (isEstimated(slot)) giveBack(slot);
  const from = load<u32>(hot, HOT_READ_S);
  const base = load<i64>(cold, COLD_CHARGED_QUANTITY_BASE) + load<i64>(hot, HOT_REGISTER);
  store<i64>(cold, base - register, COLD_CHARGED_QUANTITY_BASE);
  const wasPending = hasNextList(slot);
  store<i64>(hot, register, HOT_REGISTER);
  keepWord(slot, EXTRA_LOAD_FROM_S, 0);
  // Before another list comes in: each instant is its own list's.
  chargeUpTo(slot, at, now);
  if (at - from <= <u32>INTERVAL_S_MAX && isRateable(slot, from, at)) {
    locate(slot, from);
    while (at >= load<u32>(hot, HOT_BOUNDARY_S)) cross(slot, load<u32>(hot, HOT_BOUNDARY_S));
  } else {
    // Nobody can say what lies between.
    reachList(slot, at);
    locate(slot, at);
  }
  store<u32>(hot, at, HOT_READ_S);
  addRow(slot, at, at, register, 0, 0, load<u32>(hot, HOT_STEP), VERDICT_OPENING, 1);
  tellAssigned(slot, wasPending, now);
  payFromPots(slot, before, now);
  return true;
}
