/**
 * Forecasts that repeat what was: what any better one has to beat.
 */

/** The last value, again and again. */
export function lastValue(history: readonly number[], horizon: number): number[] {
  return new Array<number>(horizon).fill(history.at(-1) ?? 0);
}

/** The last season, again and again; where there is less than one, the last value. */
export function seasonalNaive(
  history: readonly number[],
  season: number,
  horizon: number,
): number[] {
  if (history.length < season) return lastValue(history, horizon);
  const last = history.slice(-season);
  return Array.from({ length: horizon }, (_, at) => last[at % season] ?? 0);
}
