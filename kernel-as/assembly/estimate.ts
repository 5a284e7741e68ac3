/**
 * Estimated readings (R18): charged where the policy allows, on top of a checkpoint of the last actual reading; given back
 * whole when the next actual one is accepted, which then pays for all of its time.
 */
import { coldOf, hotOf } from "./account";
import { spend } from "./alerts";
import { undoList } from "./assignment";
import { loadCounters, locate, saveCounters } from "./calendar";
import { tellCrossings, versionRead } from "./crossings";
import { extraOf, keepLong, ownExtra } from "./extra";
import {
  COLD_CHARGED_S,
  EXTRA_BASE_CARRY,
  EXTRA_BASE_COUNTERS,
  EXTRA_BASE_READ_S,
  EXTRA_BASE_REGISTER,
  EXTRA_ESTIMATED_COST,
  EXTRA_ESTIMATED_QUANTITY,
  FLAG_ESTIMATED,
  HOT_CARRY,
  HOT_FLAGS,
  HOT_READ_S,
  HOT_REGISTER,
  PERIODS_MAX,
  RUN_BASE,
  RUN_ROW_COST,
  VERDICT_ESTIMATED,
} from "./layout";
import { hasNextList } from "./list-plan";
import { balanceOf, isHeld, putBalance } from "./money";
import { addRow } from "./output";
import { holdsQuantity } from "./purchase";
import { rateInterval } from "./rate";

/** Whether what was charged last is an estimate. */
export function isEstimated(slot: u32): bool {
  return (load<u32>(hotOf(slot), HOT_FLAGS) & FLAG_ESTIMATED) != 0;
}

/** Time of the last actual reading. */
export function actualReadS(slot: u32): u32 {
  return isEstimated(slot)
    ? load<u32>(extraOf(slot), EXTRA_BASE_READ_S)
    : load<u32>(hotOf(slot), HOT_READ_S);
}

/** Register of the last actual reading. */
export function actualRegister(slot: u32): i64 {
  return isEstimated(slot)
    ? load<i64>(extraOf(slot), EXTRA_BASE_REGISTER)
    : load<i64>(hotOf(slot), HOT_REGISTER);
}

/** What estimates have cost since the last actual reading. */
export function estimatedCost(slot: u32): i64 {
  return isEstimated(slot) ? load<i64>(extraOf(slot), EXTRA_ESTIMATED_COST) : 0;
}

/** Charges an estimate that was judged, in one row; charges by time on the way are collected as ever. */
export function chargeEstimate(slot: u32, at: u32, register: i64, now: u32): void {
  const hot = hotOf(slot);
  if (!isEstimated(slot)) checkpoint(slot);
  const wasPending = hasNextList(slot);
  const read = load<u32>(hot, HOT_READ_S);
  const version = versionRead(slot);
  const quantity = register - load<i64>(hot, HOT_REGISTER);
  rateInterval(slot, read, at, quantity, register, VERDICT_ESTIMATED, now);
  const extra = extraOf(slot);
  const cost = load<i64>(RUN_BASE, RUN_ROW_COST);
  keepLong(slot, EXTRA_ESTIMATED_COST, load<i64>(extra, EXTRA_ESTIMATED_COST) + cost);
  keepLong(slot, EXTRA_ESTIMATED_QUANTITY, load<i64>(extra, EXTRA_ESTIMATED_QUANTITY) + quantity);
  store<i64>(hot, register, HOT_REGISTER);
  store<u32>(hot, at, HOT_READ_S);
  tellCrossings(slot, read, version, wasPending, now);
}

/** Whether estimates can be given back: the balance can be held that was without them. */
export function canGiveBack(slot: u32): bool {
  return isHeld(balanceOf(slot) + estimatedCost(slot));
}

/** Takes the account back to its last actual reading; whoever calls has to locate it again. */
export function giveBack(slot: u32): void {
  const hot = hotOf(slot);
  const extra = extraOf(slot);
  assert(isEstimated(slot) && canGiveBack(slot));
  undoList(slot);
  const read = load<u32>(extra, EXTRA_BASE_READ_S);
  const register = load<i64>(extra, EXTRA_BASE_REGISTER);
  const cost = load<i64>(extra, EXTRA_ESTIMATED_COST);
  const quantity = load<i64>(extra, EXTRA_ESTIMATED_QUANTITY);
  // What was due up to the estimate has been collected, and stays so, whatever version comes for that time.
  const cold = coldOf(slot);
  store<u32>(
    cold,
    max(load<u32>(cold, COLD_CHARGED_S), load<u32>(hot, HOT_READ_S)),
    COLD_CHARGED_S,
  );
  putBalance(slot, balanceOf(slot) + cost);
  spend(slot, -cost);
  store<u32>(hot, read, HOT_READ_S);
  store<i64>(hot, register, HOT_REGISTER);
  store<u32>(hot, load<u32>(extra, EXTRA_BASE_CARRY), HOT_CARRY);
  store<u32>(hot, load<u32>(hot, HOT_FLAGS) & ~FLAG_ESTIMATED, HOT_FLAGS);
  loadCounters(slot, extra + EXTRA_BASE_COUNTERS);
  // It ends no reading.
  const money = holdsQuantity(slot) ? 0 : -cost;
  addRow(slot, read, read, register, -quantity, money, 0, VERDICT_ESTIMATED, 0);
  forget(extra);
}

/** Takes the account back and puts its cursor at its last actual reading; the caller has judged that tables cover it. */
export function giveBackAndLocate(slot: u32): void {
  giveBack(slot);
  locate(slot, load<u32>(hotOf(slot), HOT_READ_S));
}

function checkpoint(slot: u32): void {
  const hot = hotOf(slot);
  const extra = ownExtra(slot);
  assert(load<u32>(extra, EXTRA_BASE_READ_S) == 0);
  store<u32>(extra, load<u32>(hot, HOT_READ_S), EXTRA_BASE_READ_S);
  store<i64>(extra, load<i64>(hot, HOT_REGISTER), EXTRA_BASE_REGISTER);
  store<u32>(extra, load<u32>(hot, HOT_CARRY), EXTRA_BASE_CARRY);
  saveCounters(slot, extra + EXTRA_BASE_COUNTERS);
  store<u32>(hot, load<u32>(hot, HOT_FLAGS) | FLAG_ESTIMATED, HOT_FLAGS);
}

function forget(extra: u32): void {
  store<u32>(extra, 0, EXTRA_BASE_READ_S);
  store<i64>(extra, 0, EXTRA_BASE_REGISTER);
  store<u32>(extra, 0, EXTRA_BASE_CARRY);
  store<i64>(extra, 0, EXTRA_ESTIMATED_COST);
  store<i64>(extra, 0, EXTRA_ESTIMATED_QUANTITY);
  memory.fill(extra + EXTRA_BASE_COUNTERS, 0, PERIODS_MAX * 8);
}
