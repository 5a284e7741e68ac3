/**
 * R34: "`accumulation_basis: purchase` counts what was bought in the cycle and rates at vend time; the account then holds
 * quantity, not money": millionths of an atom.
 */
import type { ModelAccount, Terms } from "./account.ts";
import { midnightsBetween } from "./acting.ts";
import { ceilDiv, floorDiv, PICOS_PER_MICRO } from "./arithmetic.ts";
import { courseOf, listAt, versionOf } from "./course.ts";
import { startsCycle } from "./cycle.ts";
import { least } from "./money.ts";
import type { Block, Version } from "./price-list.ts";
import type { Purchases } from "./purchases.ts";

/** What one atom is on a balance that holds quantity. */
export const MILLIONTHS_PER_ATOM = 1_000_000n;

/** Highest payment for quantity, in micros. */
export const PURCHASE_MICROS_MAX = 2n ** 42n;

/** Whether an account holds quantity at an instant: by the list of that instant, all of whose versions are alike. */
export function holdsQuantity(terms: Terms, account: ModelAccount, atS: bigint): boolean {
  const { list } = listAt(courseOf(terms, account), atS);
  return list.versions.some(({ vendBlocks }) => vendBlocks !== undefined);
}

/** The purchases of the cycle that an instant is in: none yet, if it is another than the kept one. */
export function inCycle(terms: Terms, account: ModelAccount, atS: bigint): Purchases {
  const { purchases } = account;
  const version = versionOf(courseOf(terms, account), atS);
  const cycleS = version === undefined ? 0n : lastCycle(version, atS);
  // An unknown cycle (0) is taken to be the kept one.
  if (cycleS === 0n || cycleS === purchases.cycleS) return purchases;
  return { ...purchases, cycleS, boughtAtoms: 0n };
}

/** Longer than any year. */
const LOOK_BACK_S = 400n * 86_400n;

/** R33: the latest local midnight at or before an instant that begins a cycle of this version; 0 where there is none. */
function lastCycle(version: Version, atS: bigint): bigint {
  if (version.cycle.every === "none") return 0n;
  const midnights = midnightsBetween(version.zone, atS - LOOK_BACK_S, atS);
  return midnights.findLast(({ date }) => startsCycle(version.cycle, date))?.atS ?? 0n;
}

/**
 * Buys whole atoms of a payment and of what was left before, block by block from what the cycle has bought already. `amount`
 * is what comes to a balance of quantity.
 */
export function buy(
  terms: Terms,
  account: ModelAccount,
  micros: bigint,
  atS: bigint,
): { readonly amount: bigint; readonly purchases: Purchases } {
  const blocks = versionOf(courseOf(terms, account), atS)?.vendBlocks ?? [];
  const before = inCycle(terms, account, atS);
  let boughtAtoms = before.boughtAtoms;
  let restMicros = before.restMicros + micros;
  for (;;) {
    const { atoms, priceP } = affordable(blocks, boughtAtoms, restMicros);
    if (atoms === 0n) break;
    boughtAtoms += atoms;
    restMicros -= ceilDiv(atoms * priceP, PICOS_PER_MICRO);
  }
  const amount = (boughtAtoms - before.boughtAtoms) * MILLIONTHS_PER_ATOM;
  return { amount, purchases: { ...before, boughtAtoms, restMicros } };
}

/** How many atoms an amount buys of the block that comes next. */
function affordable(
  blocks: readonly Block[],
  boughtAtoms: bigint,
  micros: bigint,
): { atoms: bigint; priceP: bigint } {
  const k = blocks.findLastIndex(({ startAtoms }) => startAtoms <= boughtAtoms);
  const block = blocks[k];
  if (block === undefined) return { atoms: 0n, priceP: 0n };
  const atoms = floorDiv(micros * PICOS_PER_MICRO, block.priceP);
  const end = blocks[k + 1]?.startAtoms;
  const room = end === undefined ? atoms : end - boughtAtoms;
  return { atoms: least(atoms, room), priceP: block.priceP };
}
