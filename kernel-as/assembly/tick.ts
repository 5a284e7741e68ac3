/**
 * A tick: time as an input. Every account has its turn; only those are looked at that have something due.
 */
import { hotOf, slotCount } from "./account";
import { chargeUpTo } from "./charge";
import { assertCommon } from "./floor";
import {
  DUE_BASE,
  FLAG_OPEN,
  HOT_BALANCE,
  HOT_FLAGS,
  RUN_BASE,
  RUN_COMPLETE,
  RUN_DONE,
  RUN_SUSPENDED,
  STATE_BASE,
  STATE_TICKED_S,
} from "./layout";
import { outputHasRoom } from "./output";
import { payFromPots } from "./pots";
import { judge } from "./supply";
import { watch } from "./watch";

/** Sweeps the shard up to `now`; RUN_SUSPENDED when outputs are full, to be called again. */
export function tick(now: u32): u32 {
  const slots = slotCount();
  for (let slot = load<u32>(RUN_BASE, RUN_DONE); slot < slots; slot++) {
    if (load<u32>(DUE_BASE + slot * 4) > now) continue;
    if ((load<u32>(hotOf(slot), HOT_FLAGS) & FLAG_OPEN) == 0) continue;
    if (!outputHasRoom()) {
      store<u32>(RUN_BASE, slot, RUN_DONE);
      return RUN_SUSPENDED;
    }
    takeTurn(slot, now);
  }
  store<u32>(STATE_BASE, max(now, load<u32>(STATE_BASE, STATE_TICKED_S)), STATE_TICKED_S);
  return RUN_COMPLETE;
}

/** Collects what fell due, watches over meter and supply, and judges. */
function takeTurn(slot: u32, now: u32): void {
  assertCommon(slot, now);
  const before = load<i64>(hotOf(slot), HOT_BALANCE);
  chargeUpTo(slot, now, now);
  payFromPots(slot, before, now);
  watch(slot, now);
  judge(slot, now);
}
