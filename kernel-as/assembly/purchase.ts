/**
 * Accounts that hold quantity (R34): their price list says what it costs when it is bought, in blocks that count what was
 * bought in the cycle. Their balance is in micro-atoms, millionths of an atom. Money buys, and quantity is sold again where
 * it becomes another account's (R90).
 */
import { BUY_MONEY_MAX, boughtFor, costsMore, MONEY_MAX, worthOf } from "./arithmetic";
import { tableOf, versionAt, versionCount } from "./calendar";
import { lastMark } from "./due";
import { extraOf, keepLong, keepWord } from "./extra";
import {
  EXTRA_BOUGHT,
  EXTRA_BOUGHT_CYCLE_S,
  MARK_CYCLE,
  RUN_BASE,
  RUN_SOLD_BOUGHT,
  RUN_SOLD_GIVEN,
  RUN_SOLD_MONEY,
  STEP_BYTES,
  STEP_END,
  STEP_PRICE_HI,
  STEP_PRICE_LO,
  STEP_START,
  TABLE_VEND_AT,
  TABLE_VEND_STEPS,
} from "./layout";
import { currentList, listAt } from "./list-plan";

/** What `buy` gives where as much quantity cannot be held. */
export const TOO_MUCH: i64 = -1;
const MICRO_ATOMS: i64 = 1000000;
const PICOS_HI: i64 = 1000000;

/** Whether the account holds quantity; all versions of a list, and all lists of an account, are alike in it. */
export function holdsQuantity(slot: u32): bool {
  return isPurchaseList(currentList(slot));
}

/** Whether a list, which has a version, is rated by purchase. */
export function isPurchaseList(list: u32): bool {
  return isPurchaseTable(tableOf(list, versionCount(list) - 1));
}

/** Whether a table is of such a list. */
export function isPurchaseTable(table: u32): bool {
  return <u32>load<u8>(table, TABLE_VEND_STEPS) != 0;
}

/** What was bought so far in the cycle of an instant, in micro-atoms. */
export function boughtSoFar(slot: u32, now: u32): i64 {
  const extra = extraOf(slot);
  return cycleOf(slot, now) == load<u32>(extra, EXTRA_BOUGHT_CYCLE_S)
    ? load<i64>(extra, EXTRA_BOUGHT)
    : 0;
}

/** Keeps what was bought in the cycle of an instant. */
export function keepBought(slot: u32, bought: i64, now: u32): void {
  assert(bought >= 0 && bought <= MONEY_MAX);
  keepWord(slot, EXTRA_BOUGHT_CYCLE_S, cycleOf(slot, now));
  keepLong(slot, EXTRA_BOUGHT, bought);
}

/** What money buys, block by block, in micro-atoms; TOO_MUCH where more were bought in the cycle than is held anywhere. */
export function buy(slot: u32, money: i64, now: u32): i64 {
  assert(money >= 0 && money <= BUY_MONEY_MAX);
  const before = boughtSoFar(slot, now);
  const table = tableAt(slot, now);
  const last = lastStep(table);
  let step = firstStep(table);
  while (step < last && before >= edgeOf(step, STEP_END)) step += STEP_BYTES;
  let left = money;
  let bought = before;
  while (true) {
    assert(step <= last);
    const price = priceOf(step);
    const room = edgeOf(step, STEP_END) - bought;
    const can = price == 0 ? room : boughtFor(left, price, false);
    // A block that can just be bought out gives way to the next: it may be free.
    const isEnd = price != 0 && (step == last || can < room);
    const piece = isEnd ? can : room;
    if (piece > MONEY_MAX - bought) return TOO_MUCH;
    bought += piece;
    if (isEnd) return bought - before;
    left -= price == 0 ? 0 : worthOf(piece, price, true);
    step += STEP_BYTES;
  }
}

/**
 * What a quantity is sold for, from what was bought last down: the money, what of it pays for that to the micro, and how much
 * of this was bought in the cycle are left in RUN. Gives false where it is more money than moves at once.
 */
export function sell(slot: u32, quantity: i64, now: u32): bool {
  const table = tableAt(slot, now);
  const first = firstStep(table);
  let step = lastStep(table);
  let bought = boughtSoFar(slot, now);
  let rest = quantity;
  store<i64>(RUN_BASE, 0, RUN_SOLD_MONEY);
  store<i64>(RUN_BASE, 0, RUN_SOLD_GIVEN);
  store<i64>(RUN_BASE, 0, RUN_SOLD_BOUGHT);
  while (rest > 0 && bought > 0) {
    while (edgeOf(step, STEP_START) >= bought) step -= STEP_BYTES;
    const piece = min(rest, bought - edgeOf(step, STEP_START));
    const given = sellPiece(step, piece);
    if (given < 0) return false;
    store<i64>(RUN_BASE, load<i64>(RUN_BASE, RUN_SOLD_BOUGHT) + given, RUN_SOLD_BOUGHT);
    rest -= piece;
    bought -= piece;
  }
  return rest == 0 || sellPiece(first, rest) >= 0;
}

/** Sells a piece at a block's price; gives what of it was paid for, or -1 where it is more money than moves at once. */
function sellPiece(step: u32, piece: i64): i64 {
  const price = priceOf(step);
  if (price == 0) return 0;
  if (costsMore(piece, price)) return -1;
  const worth = worthOf(piece, price, false);
  const money = load<i64>(RUN_BASE, RUN_SOLD_MONEY) + worth;
  if (money > BUY_MONEY_MAX) return -1;
  const given = boughtFor(worth, price, true);
  store<i64>(RUN_BASE, money, RUN_SOLD_MONEY);
  store<i64>(RUN_BASE, load<i64>(RUN_BASE, RUN_SOLD_GIVEN) + given, RUN_SOLD_GIVEN);
  return given;
}

/** Where the cycle of an instant begins; the one that was kept where none is known. */
function cycleOf(slot: u32, now: u32): u32 {
  const cycle = lastMark(slot, now, MARK_CYCLE);
  return cycle == 0 ? load<u32>(extraOf(slot), EXTRA_BOUGHT_CYCLE_S) : cycle;
}

/** The table of the version in force at an instant, before the first one that of the first. */
function tableAt(slot: u32, now: u32): u32 {
  const list = listAt(slot, now);
  return tableOf(list, <u32>max(versionAt(list, now), 0));
}

function firstStep(table: u32): u32 {
  return table + load<u32>(table, TABLE_VEND_AT);
}

function lastStep(table: u32): u32 {
  return firstStep(table) + (<u32>load<u8>(table, TABLE_VEND_STEPS) - 1) * STEP_BYTES;
}

function priceOf(step: u32): i64 {
  return load<i64>(step, STEP_PRICE_HI) * PICOS_HI + <i64>load<u32>(step, STEP_PRICE_LO);
}

/** A bound of a block in micro-atoms; bounds beyond all that can be counted are as far as that goes. */
function edgeOf(step: u32, place: u32): i64 {
  const atoms = load<i64>(step + place);
  return atoms > i64.MAX_VALUE / MICRO_ATOMS ? i64.MAX_VALUE : atoms * MICRO_ATOMS;
}
