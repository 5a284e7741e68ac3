/**
 * A seeded stream of chance for fuzz runs: the same seed gives the same inputs in the same order.
 */

/** Draws from the stream. */
export type Random = {
  /** A whole number from 0 to under `bound`, which is at most 2^32. */
  below(bound: number): number;
  /** One of the items; a caller gives at least one. */
  pick<T>(items: readonly [T, ...T[]]): T;
  /** So many bytes of any value. */
  bytes(count: number): Uint8Array;
};

/** A stream that follows from the seed alone (splitmix32). */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x9e37_79b9) | 0;
    let word = Math.imul(state ^ (state >>> 16), 0x21f0_aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a_2d97);
    return (word ^ (word >>> 15)) >>> 0;
  };
  const below = (bound: number): number => Math.floor((next() / 2 ** 32) * bound);
  return {
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
    bytes: (count) => Uint8Array.from({ length: count }, () => below(256)),
  };
}
