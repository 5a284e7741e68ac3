/**
 * For tests: many rows of some accounts, cut into blocks.
 */

import type { RatedBlock } from "../rated-block.ts";
import { chargeRow, type Row, ratedBlock, readingRow } from "./rows.ts";

/** A repeatable stream of whole numbers in [0, below). */
export function chance(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Rows of readings and charges, the blocks that hold them, and the starts of cycles by tariff, where there are any. */
export type World = {
  readings: Row[];
  charges: Row[];
  blocks: RatedBlock[];
  cycles?: Record<string, readonly bigint[]>;
};

/** Quarter-hourly readings of accounts over two months' border, some refused, some in two parts; a charge a day. */
export function makeWorld(seed: number, accounts: number, readings: number): World {
  const random = chance(seed);
  const world: World = { readings: [], charges: [], blocks: [] };
  const startS = 1_772_323_200 - 3 * 86_400;
  for (let account = 1; account <= accounts; account++) {
    let register = 1_000n * BigInt(account);
    for (let i = 0; i < readings; i++) {
      const from = startS + i * 900;
      const to = from + 900;
      const verdict = random(10) === 0 ? 3 + random(8) : random(50) === 0 ? 2 : 0;
      const quantity = verdict === 0 || verdict === 2 ? BigInt(random(2_000)) : 0n;
      register += quantity;
      const base = { account, register, verdict, tariff: 1 + random(2) };
      if (quantity > 1n && random(5) === 0) {
        const middle = from + 1 + random(898);
        const part = quantity / 2n;
        world.readings.push(
          readingRow({ ...base, from, to: middle, quantity: part, cost: part * 150n, last: 0 }),
          readingRow({
            ...base,
            from: middle,
            to,
            quantity: quantity - part,
            cost: (quantity - part) * 151n,
            period: 1,
            block: 2,
          }),
        );
      } else
        world.readings.push(readingRow({ ...base, from, to, quantity, cost: quantity * 150n }));
      if (to % 86_400 === 0)
        world.charges.push(chargeRow({ account, at: to, amount: 317_000 + random(9), tariff: 1 }));
    }
  }
  shuffle(world.readings, random);
  world.blocks.push(
    ...cut("readings", world.readings, random),
    ...cut("charges", world.charges, random),
  );
  return world;
}

/** Puts an array in another order. */
export function shuffle<T>(items: T[], random: (below: number) => number): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}

function cut(
  table: "readings" | "charges",
  rows: readonly Row[],
  random: (below: number) => number,
): RatedBlock[] {
  const blocks: RatedBlock[] = [];
  for (let at = 0; at < rows.length; ) {
    const size = 1 + random(120);
    blocks.push(ratedBlock(table, `0-${blocks.length + 1}-${table}-0`, rows.slice(at, at + size)));
    at += size;
  }
  return blocks;
}
