/**
 * R34: accounts that hold quantity: what money buys, and R6: what quantity is worth that goes to another account.
 *
 * Quantities are micro-atoms, millionths of an atom; prices are picos an atom, so that q micro-atoms cost q × p / 10¹² micros.
 */
import type { Bought, ModelAccount, Terms } from "./account.ts";
import { ceilDiv, floorDiv } from "./arithmetic.ts";
import { courseOf, listAt } from "./course.ts";
import { lastCycle } from "./last-mark.ts";
import { least } from "./money.ts";
import { isPurchaseList, versionAt } from "./price-list.ts";

/** Most money that quantity is bought with, or that a conversion comes to, at once. */
export const BUY_MICROS_MAX = 2n ** 42n;

/** Micro-atoms in an atom. */
export const MICRO_ATOMS = 1_000_000n;

/** What a micro-atom's price in picos an atom is divided by to be micros. */
const PICO_ATOMS = 1_000_000_000_000n;

/** Whether an account holds quantity, by its price list. */
export function holdsQuantity({ lists }: Terms, { listIndex }: ModelAccount): boolean {
  const list = lists.get(listIndex);
  if (list === undefined) throw new Error(`no price list ${listIndex}`);
  return isPurchaseList(list);
}

/** A block in micro-atoms; the last has no end. */
type VendBlock = {
  readonly start: bigint;
  readonly end: bigint | undefined;
  readonly priceP: bigint;
};

/** The blocks by which is bought at an instant: of the version in force or, before the first, of the first. */
function vendBlocksAt(terms: Terms, account: ModelAccount, nowS: bigint): readonly VendBlock[] {
  const { list } = listAt(courseOf(terms, account), nowS);
  const blocks = (versionAt(list, nowS) ?? list.versions[0])?.vendBlocks;
  if (blocks === undefined) throw new Error("nothing is bought by a list of consumption");
  return blocks.map(({ startAtoms, priceP }, k) => {
    const next = blocks[k + 1];
    const end = next === undefined ? undefined : next.startAtoms * MICRO_ATOMS;
    return { start: startAtoms * MICRO_ATOMS, end, priceP };
  });
}

/** What counts as bought at an instant: nothing, if another cycle than the kept one is in. An unknown one is the kept one. */
export function boughtBy(terms: Terms, account: ModelAccount, nowS: bigint): Bought {
  const { list } = listAt(courseOf(terms, account), nowS);
  const cycleS = lastCycle(versionAt(list, nowS), nowS);
  if (cycleS === 0n || cycleS === account.bought.cycleS) return account.bought;
  return { cycleS, microAtoms: 0n };
}

/** What money came to, and what counts as bought after it. */
export type Purchase = { readonly microAtoms: bigint; readonly bought: Bought };

/** Buys block after block, from where the cycle's purchases have come to. Blocks without a price are taken for nothing. */
export function buy(
  terms: Terms,
  account: ModelAccount,
  paidMicros: bigint,
  nowS: bigint,
): Purchase {
  const before = boughtBy(terms, account, nowS);
  let left = paidMicros;
  let reached = before.microAtoms;
  for (const { end, priceP } of vendBlocksAt(terms, account, nowS)) {
    if (end !== undefined && end <= reached) continue;
    if (priceP === 0n) {
      if (end === undefined) throw new Error("the last block has a price");
      reached = end;
      continue;
    }
    const affordable = floorDiv(left * PICO_ATOMS, priceP);
    if (end === undefined || affordable < end - reached) {
      reached += affordable;
      break;
    }
    left -= ceilDiv((end - reached) * priceP, PICO_ATOMS);
    reached = end;
  }
  const bought = { ...before, microAtoms: reached };
  return { microAtoms: reached - before.microAtoms, bought };
}

/** What quantity is worth: `money`; `given` is what goes for it, at most what was asked; what counts as bought after it. */
export type Sale = {
  readonly moneyMicros: bigint;
  readonly given: bigint;
  readonly bought: Bought;
};

/** Sells what was bought last first; what was not bought in this cycle, at the first block's price. */
export function sell(terms: Terms, account: ModelAccount, microAtoms: bigint, nowS: bigint): Sale {
  const before = boughtBy(terms, account, nowS);
  const blocks = vendBlocksAt(terms, account, nowS);
  let moneyMicros = 0n;
  let given = 0n;
  let rest = microAtoms;
  const sellPiece = (piece: bigint, priceP: bigint): bigint => {
    const value = floorDiv(piece * priceP, PICO_ATOMS);
    // No more goes than what a whole number of micros costs; nothing, where it cost nothing.
    const gone = priceP === 0n ? 0n : ceilDiv(value * PICO_ATOMS, priceP);
    moneyMicros += value;
    given += gone;
    rest -= piece;
    return gone;
  };
  let soldBought = 0n;
  for (const { start, priceP } of blocks.toReversed()) {
    // Down from what was bought: of each block the part below it.
    const above = before.microAtoms - (microAtoms - rest) - start;
    if (above > 0n && rest > 0n) soldBought += sellPiece(least(rest, above), priceP);
  }
  const first = blocks[0];
  if (rest > 0n && first !== undefined) sellPiece(rest, first.priceP);
  const bought = { ...before, microAtoms: before.microAtoms - soldBought };
  return { moneyMicros, given, bought };
}
