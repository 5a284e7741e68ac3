/** Engines that share the shards, shown as one: sums of what each does, the worst of what each waits. */

/** Figures of which the worst counts; all other numbers are added up. */
const WORST = /_ms$|_p50$|_p99$|_max$|_share$|_ratio$/;

/**
 * The figures with those of all engines (`engine`, `engine@…`) as one under `engine`.
 * @param {Record<string, any>} data @returns {Record<string, any>}
 */
export function withOneEngine(data) {
  const [first, ...others] = Object.keys(data)
    .filter((role) => role === "engine" || role.startsWith("engine@"))
    .map((role) => data[role]);
  return others.length === 0 ? data : { ...data, engine: others.reduce(both, first) };
}

/** @param {Record<string, any>} one @param {Record<string, any>} other @returns {Record<string, any>} */
function both(one, other) {
  /** @type {Record<string, any>} */
  const sum = { ...other, ...one };
  for (const [name, value] of Object.entries(other)) {
    const own = one[name];
    if (Array.isArray(own) && Array.isArray(value)) sum[name] = byShard(own, value);
    else if (typeof own === "number" && typeof value === "number")
      sum[name] = WORST.test(name) ? Math.max(own, value) : own + value;
    else if (typeof own === "string") sum[name] = own === "" ? value : own;
  }
  return sum;
}

/** Each shard is one engine's; null stands where it is another's. @param {any[]} one @param {any[]} other */
function byShard(one, other) {
  const longer = one.length > other.length ? one : other;
  return longer.map((_, shard) => one[shard] ?? other[shard] ?? null);
}
