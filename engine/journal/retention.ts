/**
 * Which snapshots of a shard are kept. Pure.
 */

/** Newest snapshots that are kept in any case: the older one is for when the newest is damaged. */
export const NEWEST_KEPT = 2;

/**
 * Of a shard's snapshots, by their journal sequences from the newest on, those that are kept: the newest two; the newest
 * from which outputs behind `handedOn` can be made again; and the one after that, which will take its place.
 */
export function keptSnapshots(sequences: readonly number[], handedOn: number): number[] {
  const base = sequences.findIndex((sequence) => sequence <= handedOn);
  const next = base === -1 ? sequences.length - 1 : base - 1;
  return sequences.filter((_, i) => i < NEWEST_KEPT || i === base || i === next);
}
