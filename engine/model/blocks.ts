/**
 * R33: blocks, and the counters that decide which one applies.
 */
import assert from "node:assert/strict";
import type { Block } from "./price-list.ts";
import type { BlockScope } from "./price-list-json.ts";

/**
 * What each period has consumed since its cycle began, in atoms; a period not named has consumed nothing.
 * With scope `all` their sum counts. They carry over from version to version by the period's name.
 */
export type Counters = Readonly<Record<string, bigint>>;

/** Accumulated consumption that blocks are judged by. */
export function accumulated(counters: Counters, scope: BlockScope, period: string): bigint {
  if (scope === "per_period") return counters[period] ?? 0n;
  return Object.values(counters).reduce((sum, atoms) => sum + atoms, 0n);
}

/** The counters after a period has consumed some more. */
export function count(counters: Counters, period: string, atoms: bigint): Counters {
  if (atoms === 0n) return counters;
  return { ...counters, [period]: (counters[period] ?? 0n) + atoms };
}

/** Quantity that falls into one block. `block` is its index from 0. */
export type BlockPiece = { block: number; quantityAtoms: bigint; priceP: bigint };

/**
 * "Block k applies from accumulated ≥ its start; a part across an edge is split exactly."
 * A quantity of 0 gives no piece.
 */
export function splitByBlock(
  quantityAtoms: bigint,
  accumulatedAtoms: bigint,
  blocks: readonly Block[],
): BlockPiece[] {
  const pieces: BlockPiece[] = [];
  let left = quantityAtoms;
  let reached = accumulatedAtoms;
  while (left > 0n) {
    const block = blocks.findLastIndex(({ startAtoms }) => startAtoms <= reached);
    const current = blocks[block];
    assert(current !== undefined, "the first block starts at 0");
    const next = blocks[block + 1];
    const room = next === undefined ? left : next.startAtoms - reached;
    const taken = left < room ? left : room;
    pieces.push({ block, quantityAtoms: taken, priceP: current.priceP });
    reached += taken;
    left -= taken;
  }
  return pieces;
}
