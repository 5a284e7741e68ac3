/**
 * The last register that a meter showed for a customer, when the meter or the tenancy changes (R17, R92): judged and
 * accepted as a reading of now. Estimates are given back by it (R18).
 */
import {
  actualReadS,
  actualRegister,
  canGiveBack,
  giveBackAndLocate,
  isEstimated,
} from "./estimate";
import { keepWord } from "./extra";
import {
  CODE_APPLIED,
  CODE_REGISTER_INVALID,
  EXTRA_LOAD_FROM_S,
  VERDICT_ACCEPTED,
  VERDICT_CONFLICT,
  VERDICT_DUPLICATE,
  VERDICT_ROLLOVER,
} from "./layout";
import { isRateable } from "./list-plan";
import { accept, clearQuarantine, judgeReading } from "./register";

/**
 * Closes at a register; of an account that was read. An accepted closing makes the meter's data certain again, one that only
 * says the last reading again does not.
 */
export function closeMeter(slot: u32, now: u32, closing: i64): u32 {
  const verdict = judgeClosing(slot, now, closing);
  if (verdict == VERDICT_DUPLICATE) {
    if (isEstimated(slot)) {
      if (!canReturn(slot)) return CODE_REGISTER_INVALID;
      giveBackAndLocate(slot);
    }
  } else if (verdict == VERDICT_ACCEPTED || verdict == VERDICT_ROLLOVER) {
    accept(slot, now, closing, verdict, now);
    clearQuarantine(slot);
  } else {
    return CODE_REGISTER_INVALID;
  }
  keepWord(slot, EXTRA_LOAD_FROM_S, 0);
  return CODE_APPLIED;
}

/** Not after the last actual reading, the closing can only be that one again. */
function judgeClosing(slot: u32, now: u32, closing: i64): u32 {
  if (now > actualReadS(slot)) return judgeReading(slot, now, closing, 0);
  return closing == actualRegister(slot) ? VERDICT_DUPLICATE : VERDICT_CONFLICT;
}

/** Whether the account can be put back at its last actual reading: the tables cover it, and the balance can be held. */
function canReturn(slot: u32): bool {
  const read = actualReadS(slot);
  return isRateable(slot, read, read) && canGiveBack(slot);
}
