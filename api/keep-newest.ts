/**
 * Memory with a bound: what was kept first is forgotten first.
 */

/** Keeps a value as the newest of at most `most`; for one more the oldest is forgotten. */
export function keepNewest<Key, Value>(
  kept: Map<Key, Value>,
  key: Key,
  value: Value,
  most: number,
): void {
  kept.delete(key);
  const [oldest] = kept.size >= most ? kept.keys() : [];
  if (oldest !== undefined) kept.delete(oldest);
  kept.set(key, value);
}
