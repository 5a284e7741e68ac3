/**
 * Rates an accepted interval: splits it at boundaries (R32), its parts at block edges (R33), costs each piece with the
 * account's carry (R2), and collects the charges that fall due on the way, after the consumption up to them (R35).
 */
import { coldOf, hotOf } from "./account";
import { closeDay, spend } from "./alerts";
import { carryOf, costOf, shareOf } from "./arithmetic";
import { cross } from "./calendar";
import { chargeAt } from "./charge";
import { chargeDemand, gatherDemand } from "./demand";
import {
  COLD_TABLE,
  HOT_BALANCE,
  HOT_BOUNDARY_S,
  HOT_CARRY,
  HOT_COUNTER,
  HOT_STEP,
  MARK_CYCLE,
  MARK_DAY,
  RUN_BASE,
  RUN_CYCLE_S,
  RUN_ROW_COST,
  RUN_ROW_FROM,
  RUN_ROW_QUANTITY,
  RUN_ROW_STEP,
  RUN_ROW_TO,
  RUN_ROW_WRITTEN,
  STEP_BYTES,
  STEP_END,
  VERDICT_ESTIMATED,
} from "./layout";
import { addRow, endReading } from "./output";
import { holdsQuantity } from "./purchase";

/** Rates `quantity` over (from, to] and leaves the cursor at `to`. The caller has judged that it fits. */
export function rateInterval(
  slot: u32,
  from: u32,
  to: u32,
  quantity: i64,
  register: i64,
  verdict: u32,
  now: u32,
): void {
  const hot = hotOf(slot);
  const cold = coldOf(slot);
  store<u32>(RUN_BASE, 0, RUN_ROW_STEP);
  store<u32>(RUN_BASE, 0, RUN_ROW_WRITTEN);
  store<u32>(RUN_BASE, 0, RUN_CYCLE_S);
  const makesDemand = verdict != VERDICT_ESTIMATED;
  let start = from;
  let rated: i64 = 0;
  while (to >= load<u32>(hot, HOT_BOUNDARY_S)) {
    const boundary = load<u32>(hot, HOT_BOUNDARY_S);
    const upTo = shareOf(quantity, boundary - from, to - from);
    ratePart(slot, start, boundary, upTo - rated, register, verdict);
    if (makesDemand && boundary > start) gatherDemand(slot, from, to, quantity, start, boundary);
    rated = upTo;
    start = boundary;
    const table = load<u32>(cold, COLD_TABLE);
    const flags = cross(slot, boundary);
    // The start of the interval is no instant of it.
    if (boundary == from) continue;
    if (flags & MARK_CYCLE) store<u32>(RUN_BASE, boundary, RUN_CYCLE_S);
    if (flags & MARK_DAY) closeDay(slot);
    if (makesDemand && flags & MARK_CYCLE) chargeDemand(slot, boundary, table);
    chargeAt(slot, boundary, flags, load<u32>(cold, COLD_TABLE), now);
  }
  if (to > start) {
    ratePart(slot, start, to, quantity - rated, register, verdict);
    if (makesDemand) gatherDemand(slot, from, to, quantity, start, to);
  }
  endRow(slot, register, verdict);
}

/** A part lies in one period; block edges cut it into pieces. */
function ratePart(slot: u32, from: u32, to: u32, quantity: i64, register: i64, verdict: u32): void {
  const hot = hotOf(slot);
  let rest = quantity;
  do {
    const step = load<u32>(hot, HOT_STEP);
    const counter = load<i64>(hot, HOT_COUNTER);
    const piece = min(rest, load<i64>(step, STEP_END) - counter);
    const carry = load<u32>(hot, HOT_CARRY);
    const cost = costOf(piece, step, carry);
    store<u32>(hot, carryOf(piece, step, carry), HOT_CARRY);
    store<i64>(hot, load<i64>(hot, HOT_BALANCE) - cost, HOT_BALANCE);
    store<i64>(hot, counter + piece, HOT_COUNTER);
    spend(slot, cost);
    gather(slot, from, to, step, piece, cost, register, verdict);
    if (counter + piece == load<i64>(step, STEP_END)) store<u32>(hot, step + STEP_BYTES, HOT_STEP);
    rest -= piece;
  } while (rest > 0);
}

/** Adds a piece to the row in hand, or writes that one and begins another where the step is another; an estimate has one. */
function gather(
  slot: u32,
  from: u32,
  to: u32,
  step: u32,
  quantity: i64,
  cost: i64,
  register: i64,
  verdict: u32,
): void {
  const inHand = load<u32>(RUN_BASE, RUN_ROW_STEP);
  if (inHand == step || (inHand != 0 && verdict == VERDICT_ESTIMATED)) {
    store<i64>(RUN_BASE, load<i64>(RUN_BASE, RUN_ROW_QUANTITY) + quantity, RUN_ROW_QUANTITY);
    store<i64>(RUN_BASE, load<i64>(RUN_BASE, RUN_ROW_COST) + cost, RUN_ROW_COST);
    store<u32>(RUN_BASE, to, RUN_ROW_TO);
    return;
  }
  if (hasQuantity()) {
    writeRow(slot, register, verdict, 0);
    store<u32>(RUN_BASE, load<u32>(RUN_BASE, RUN_ROW_WRITTEN) + 1, RUN_ROW_WRITTEN);
  }
  store<u32>(RUN_BASE, step, RUN_ROW_STEP);
  store<u32>(RUN_BASE, from, RUN_ROW_FROM);
  store<u32>(RUN_BASE, to, RUN_ROW_TO);
  store<i64>(RUN_BASE, quantity, RUN_ROW_QUANTITY);
  store<i64>(RUN_BASE, cost, RUN_ROW_COST);
}

/** A reading has at least one row, and rows without quantity only where it used nothing at all. */
function endRow(slot: u32, register: i64, verdict: u32): void {
  if (hasQuantity() || load<u32>(RUN_BASE, RUN_ROW_WRITTEN) == 0)
    writeRow(slot, register, verdict, 1);
  else endReading();
}

function hasQuantity(): bool {
  return load<u32>(RUN_BASE, RUN_ROW_STEP) != 0 && load<i64>(RUN_BASE, RUN_ROW_QUANTITY) != 0;
}

/** Consumption takes no money from who has bought the quantity (R34). */
function writeRow(slot: u32, register: i64, verdict: u32, last: u32): void {
  addRow(
    slot,
    load<u32>(RUN_BASE, RUN_ROW_FROM),
    load<u32>(RUN_BASE, RUN_ROW_TO),
    register,
    load<i64>(RUN_BASE, RUN_ROW_QUANTITY),
    holdsQuantity(slot) ? 0 : load<i64>(RUN_BASE, RUN_ROW_COST),
    verdict == VERDICT_ESTIMATED ? 0 : load<u32>(RUN_BASE, RUN_ROW_STEP),
    verdict,
    last,
  );
}
