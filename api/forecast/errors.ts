/**
 * How far forecasts were off. MAE is in the unit of the series. MASE is the MAE over that of repeating the last season
 * within the history (Hyndman and Koehler 2006): under 1 is better than that. sMAPE is 200 · |f − a| / (|f| + |a|), in
 * percent, 0 where both are 0.
 */

/** Errors; `mase` is null where the history never changed from season to season. */
export type Errors = { mae: number; mase: number | null; smape: number };

/** The errors of forecasts against what came; `scale` is seasonalScale's. */
export function errorsOf(
  pairs: readonly { forecast: number; actual: number }[],
  scale: number | undefined,
): Errors {
  let off = 0;
  let percent = 0;
  for (const { forecast, actual } of pairs) {
    const difference = Math.abs(forecast - actual);
    const size = Math.abs(forecast) + Math.abs(actual);
    off += difference;
    percent += size === 0 ? 0 : (200 * difference) / size;
  }
  const count = Math.max(1, pairs.length);
  const mae = off / count;
  return {
    mae,
    mase: scale === undefined || scale === 0 ? null : mae / scale,
    smape: percent / count,
  };
}

/** The mean change from season to season within a history; undefined where it holds no two. */
export function seasonalScale(history: readonly number[], season: number): number | undefined {
  if (history.length <= season) return undefined;
  let off = 0;
  for (let at = season; at < history.length; at++)
    off += Math.abs((history[at] ?? 0) - (history[at - season] ?? 0));
  return off / (history.length - season);
}
