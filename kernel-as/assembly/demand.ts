/**
 * Maximum demand (R38): what each window of a cycle used is gathered from rated readings, and the most of it is charged where
 * the next cycle begins. Estimates make no demand; the actual reading behind them does.
 */
import { coldOf } from "./account";
import { spend } from "./alerts";
import { floorDiv, MONEY_MAX, PICOS_A_MICRO, shareOf } from "./arithmetic";
import { extraOf, keepLong, keepWord } from "./extra";
import {
  CHARGE_OF_DEMAND,
  COLD_TABLE,
  DEMAND_WINDOWS_MAX,
  EXTRA_DEMAND_MAX,
  EXTRA_DEMAND_QUANTITY,
  EXTRA_DEMAND_WINDOW_S,
  TABLE_DEMAND_HI,
  TABLE_DEMAND_LO,
  TABLE_DEMAND_WINDOW_S,
  TABLE_VERSION,
} from "./layout";
import { balanceOf, isHeld, putBalance } from "./money";
import { addChargeRow } from "./output";
import { holdsQuantity } from "./purchase";

const HALF_MAX: u32 = DEMAND_WINDOWS_MAX / 2;

/** Whether demand of the account has to be looked at with every reading. */
export function hasDemand(slot: u32): bool {
  const table = load<u32>(coldOf(slot), COLD_TABLE);
  if (table != 0 && load<u32>(table, TABLE_DEMAND_WINDOW_S) != 0) return true;
  const extra = extraOf(slot);
  return (
    load<u32>(extra, EXTRA_DEMAND_WINDOW_S) != 0 ||
    load<i64>(extra, EXTRA_DEMAND_QUANTITY) != 0 ||
    load<i64>(extra, EXTRA_DEMAND_MAX) != 0
  );
}

/**
 * Gathers the part (start, end] of an interval (from, to] of `quantity`, by the version in force there. Of an interval of
 * very many windows those between the first and the last ones are told by the most that one of them can have.
 */
export function gatherDemand(
  slot: u32,
  from: u32,
  to: u32,
  quantity: i64,
  start: u32,
  end: u32,
): void {
  const length = load<u32>(load<u32>(coldOf(slot), COLD_TABLE), TABLE_DEMAND_WINDOW_S);
  if (length == 0) {
    forgetWindow(slot);
    keepLong(slot, EXTRA_DEMAND_MAX, 0);
    return;
  }
  const first = from / length;
  const count = (to - 1) / length - first + 1;
  const isLong = count > <u32>DEMAND_WINDOWS_MAX;
  const last = (end - 1) / length;
  let upTo = start;
  for (let window = start / length; window <= last; window++) {
    const place = window - first;
    if (isLong && place >= HALF_MAX && place < count - HALF_MAX) {
      // In every cycle that some of them lie in.
      putMost(slot, mostShare(quantity, length, to - from));
      window = first + count - HALF_MAX - 1;
      upTo = (window + 1) * length;
      continue;
    }
    const over = <u32>min(<u64>end, (<u64>window + 1) * <u64>length);
    const share =
      shareOf(quantity, over - from, to - from) - shareOf(quantity, upTo - from, to - from);
    putShare(slot, window * length, share);
    upTo = over;
  }
}

/** A cycle begins: the one before it pays for its highest window, by the table in force just before. */
export function chargeDemand(slot: u32, at: u32, table: u32): void {
  if (load<u32>(table, TABLE_DEMAND_WINDOW_S) == 0) return;
  closeWindow(slot);
  keepLong(slot, EXTRA_DEMAND_QUANTITY, 0);
  const most = load<i64>(extraOf(slot), EXTRA_DEMAND_MAX);
  keepLong(slot, EXTRA_DEMAND_MAX, 0);
  const hi = load<i64>(table, TABLE_DEMAND_HI);
  if (most > MONEY_MAX / (hi < 0 ? -hi : hi + 1)) return;
  const amount = most * hi + lowOf(most, <i64>load<u32>(table, TABLE_DEMAND_LO));
  const balance = balanceOf(slot) - amount;
  if (!isHeld(balance)) return;
  putBalance(slot, balance);
  spend(slot, amount);
  addChargeRow(slot, at, amount, load<u32>(table, TABLE_VERSION), CHARGE_OF_DEMAND);
}

/** What the window in hand has gathered counts no more. */
export function forgetWindow(slot: u32): void {
  if (holdsQuantity(slot)) return;
  keepWord(slot, EXTRA_DEMAND_WINDOW_S, 0);
  keepLong(slot, EXTRA_DEMAND_QUANTITY, 0);
}

function putShare(slot: u32, window: u32, share: i64): void {
  if (load<u32>(extraOf(slot), EXTRA_DEMAND_WINDOW_S) != window) {
    closeWindow(slot);
    keepWord(slot, EXTRA_DEMAND_WINDOW_S, window);
    keepLong(slot, EXTRA_DEMAND_QUANTITY, 0);
  }
  keepLong(slot, EXTRA_DEMAND_QUANTITY, load<i64>(extraOf(slot), EXTRA_DEMAND_QUANTITY) + share);
}

/** Windows that are not looked at one by one: the one in hand is over, and none of them has more than this. */
function putMost(slot: u32, share: i64): void {
  closeWindow(slot);
  keepLong(slot, EXTRA_DEMAND_QUANTITY, 0);
  keepLong(slot, EXTRA_DEMAND_MAX, max(load<i64>(extraOf(slot), EXTRA_DEMAND_MAX), share));
}

function closeWindow(slot: u32): void {
  const extra = extraOf(slot);
  const quantity = load<i64>(extra, EXTRA_DEMAND_QUANTITY);
  keepLong(slot, EXTRA_DEMAND_MAX, max(load<i64>(extra, EXTRA_DEMAND_MAX), quantity));
}

/** ceil(quantity x length / seconds): at most 2^52 / 1. */
function mostShare(quantity: i64, length: u32, seconds: u32): i64 {
  return -floorDiv(-quantity * <i64>length, <i64>seconds);
}

/** floor(quantity x lo / 10^6) for lo < 10^6, where no product can pass 64 bits. */
function lowOf(quantity: i64, lo: i64): i64 {
  const whole = quantity / PICOS_A_MICRO;
  return whole * lo + ((quantity % PICOS_A_MICRO) * lo) / PICOS_A_MICRO;
}
