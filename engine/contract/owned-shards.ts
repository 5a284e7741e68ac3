/**
 * Which shards an engine process owns: all of them, or those that its setting names. One engine carries them all on one
 * machine; on several, each is told its own.
 */

/** Shards and ranges of them, as "0-31,40"; nothing means all. */
export const OWNED_PATTERN = /^(\d{1,4}(-\d{1,4})?(,\d{1,4}(-\d{1,4})?)*)?$/;

/** The shards that a text names, in rising order. Throws where one does not exist, or a range runs backwards. */
export function ownedShards(named: string, shards: number): number[] {
  const all = Array.from({ length: shards }, (_, shard) => shard);
  if (named === "") return all;
  const owned = new Set<number>();
  for (const part of named.split(",")) {
    const [from = "", to = from] = part.split("-");
    const range = all.slice(Number(from), Number(to) + 1);
    if (range.length === 0 || Number(to) >= shards)
      throw new Error(
        `DRAWDOWN_ENGINE_SHARDS names ${part}, and shards are 0 to ${shards - 1}: say them as 0-31,40, the lower one first`,
      );
    for (const shard of range) owned.add(shard);
  }
  return [...owned].sort((a, b) => a - b);
}
