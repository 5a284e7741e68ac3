/**
 * Holt-Winters with additive seasons and a damped trend (Holt 1957, Winters 1960, Gardner and McKenzie 1985). A forecast is
 * an estimate, so it is worked out in doubles; the same history gives the same forecast everywhere, by +, −, × and ÷ alone.
 */

/** How fast level, trend and season follow what comes in, and how fast the trend dies away; each from 0 to 1. */
export type Smoothing = { level: number; trend: number; season: number; damping: number };

/** Where a series stands: seasons begin with that of the next value. */
export type Fitted = {
  smoothing: Smoothing;
  level: number;
  trend: number;
  seasons: number[];
  /** Sum of squared errors of the forecasts of each next value, behind the first two seasons. */
  squares: number;
  isNegative: boolean;
};

/** Seasons that a history must hold. */
export const SEASONS_MIN = 2;
const SEASONS_TO_BEGIN_MAX = 4;

const LEVELS = [0.02, 0.05, 0.1, 0.2, 0.4, 0.7];
const TRENDS = [0, 0.02];
const SEASONS = [0.02, 0.05, 0.1, 0.2, 0.4];
const DAMPING = 0.95;

/** The smoothing with the smallest squared error; undefined where the history is shorter than SEASONS_MIN seasons. */
export function fitHoltWinters(history: readonly number[], season: number): Fitted | undefined {
  if (history.length < SEASONS_MIN * season) return undefined;
  let best: Fitted | undefined;
  for (const level of LEVELS)
    for (const trend of TRENDS)
      for (const seasonal of SEASONS) {
        const fitted = follow(history, season, {
          level,
          trend,
          season: seasonal,
          damping: DAMPING,
        });
        if (best === undefined || fitted.squares < best.squares) best = fitted;
      }
  return best;
}

/** Follows a history with one smoothing. */
export function follow(history: readonly number[], season: number, smoothing: Smoothing): Fitted {
  let { level, trend, seasons } = beginning(history, season);
  let squares = 0;
  for (const [at, value] of history.entries()) {
    const slot = at % season;
    const seasonal = seasons[slot] ?? 0;
    const carried = level + smoothing.damping * trend;
    const error = value - carried - seasonal;
    if (at >= SEASONS_MIN * season) squares += error * error;
    const next = smoothing.level * (value - seasonal) + (1 - smoothing.level) * carried;
    trend = smoothing.trend * (next - level) + (1 - smoothing.trend) * smoothing.damping * trend;
    level = next;
    seasons[slot] = smoothing.season * (value - next) + (1 - smoothing.season) * seasonal;
  }
  const turn = history.length % season;
  seasons = [...seasons.slice(turn), ...seasons.slice(0, turn)];
  return { smoothing, level, trend, seasons, squares, isNegative: history.some((v) => v < 0) };
}

/** The level of the first seasons, no trend, and how each slot lies above or below its season's mean. */
function beginning(history: readonly number[], season: number) {
  const whole = Math.min(SEASONS_TO_BEGIN_MAX, Math.floor(history.length / season));
  const means = Array.from({ length: whole }, (_, nth) =>
    mean(history.slice(nth * season, (nth + 1) * season)),
  );
  const seasons = Array.from({ length: season }, (_, slot) =>
    mean(means.map((of, nth) => (history[nth * season + slot] ?? of) - of)),
  );
  return { level: means[0] ?? 0, trend: 0, seasons };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What comes next; not below 0 where nothing ever was. */
export function forecastFrom(fitted: Fitted, horizon: number): number[] {
  const { level, trend, seasons, smoothing, isNegative } = fitted;
  let drift = 0;
  let damping = 1;
  return Array.from({ length: horizon }, (_, at) => {
    damping *= smoothing.damping;
    drift += damping * trend;
    const value = level + drift + (seasons[at % seasons.length] ?? 0);
    return isNegative ? value : Math.max(0, value);
  });
}
