/**
 * Sharing a whole among many, exactly: by the largest remainders.
 */

/**
 * Parts of `whole` in proportion to weights, which are not negative and not all 0. Each is its proportional part rounded
 * down, and what is left goes, one each, to the largest remainders (of equal ones the first): they always sum to the whole.
 * Throws a RangeError where nobody has a weight.
 */
export function shareOut(whole: bigint, weights: readonly bigint[]): bigint[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0n);
  if (weights.some((weight) => weight < 0n) || all <= 0n)
    throw new RangeError("nobody has a share: weights must be 0 or more, and one of them more");
  const size = whole < 0n ? -whole : whole;
  const parts = weights.map((weight) => (size * weight) / all);
  const left = Number(size - parts.reduce((sum, part) => sum + part, 0n));
  const order = weights
    .map((weight, at) => ({ at, rest: (size * weight) % all }))
    .sort((a, b) => (a.rest === b.rest ? a.at - b.at : a.rest > b.rest ? -1 : 1));
  for (const { at } of order.slice(0, left)) parts[at] = (parts[at] ?? 0n) + 1n;
  return whole < 0n ? parts.map((part) => -part) : parts;
}
