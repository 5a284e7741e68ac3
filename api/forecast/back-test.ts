/**
 * Back-testing: the end of a history is held back, and forecast from what was before it.
 */
import { type Errors, errorsOf, seasonalScale } from "./errors.ts";
import type { Model } from "./models.ts";

/**
 * How it is held back: from each of `origins` places, `step` values apart and the last `horizon` before the end, so many
 * values are forecast. `memory` is how much history a forecast gets at most.
 */
export type BackTest = {
  origins: number;
  step: number;
  horizon: number;
  season: number;
  memory: number;
};

/** A model's errors over all origins. */
export type Tested = { model: Model; errors: Errors };

/** The errors of each model; undefined where the history is too short to leave a season before the first origin. */
export function backTest(
  history: readonly number[],
  models: readonly Model[],
  { origins, step, horizon, season, memory }: BackTest,
): Tested[] | undefined {
  const first = history.length - horizon - (origins - 1) * step;
  if (first < 2 * season) return undefined;
  const scale = seasonalScale(history.slice(0, first), season);
  return models.map((model) => {
    const pairs: { forecast: number; actual: number }[] = [];
    for (let origin = first; origin + horizon <= history.length; origin += step) {
      const known = history.slice(Math.max(0, origin - memory), origin);
      for (const [at, forecast] of model.forecast(known, horizon).entries())
        pairs.push({ forecast, actual: history[origin + at] ?? 0 });
    }
    return { model, errors: errorsOf(pairs, scale) };
  });
}
