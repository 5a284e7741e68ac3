/**
 * Figures of several rounds in three numbers, and quantiles of many.
 */

/** Least, median and most of some figures. */
export type Spread = { min: number; median: number; max: number };

/** The spread of some figures; of none it is all zeros. The median of an even number is the mean of the middle two. */
export function spreadOf(figures: readonly number[]): Spread {
  const rising = [...figures].sort((a, b) => a - b);
  const upper = rising[rising.length >> 1] ?? 0;
  const lower = rising[(rising.length - 1) >> 1] ?? 0;
  return { min: rising[0] ?? 0, median: (lower + upper) / 2, max: rising.at(-1) ?? 0 };
}

/** The figure under which a share of all lie, by the nearest rank; 0 of none. `share` is within 0 and 1. */
export function quantileOf(figures: readonly number[], share: number): number {
  const rising = [...figures].sort((a, b) => a - b);
  return rising[Math.max(0, Math.ceil(share * rising.length) - 1)] ?? 0;
}

/** Each figure of one side by the figure of the other in the same round. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Spread {
  return spreadOf(ours.map((figure, round) => figure / (theirs[round] ?? Number.NaN)));
}
