/**
 * The forecasts there are, by name.
 */
import { fitHoltWinters, forecastFrom } from "./holt-winters.ts";
import { lastValue, seasonalNaive } from "./naive.ts";

/** A forecast of so many values that follow a history. */
export type Forecast = (history: readonly number[], horizon: number) => number[];

/** A forecast with its name. */
export type Model = { name: string; forecast: Forecast };

/** The last value. */
export const LAST_VALUE: Model = { name: "last_value", forecast: lastValue };

/** The last season, of so many values. */
export function seasonalNaiveModel(name: string, season: number): Model {
  return { name, forecast: (history, horizon) => seasonalNaive(history, season, horizon) };
}

/** Holt-Winters by a season of so many values; where the history is too short for it, the last season. */
export function holtWintersModel(name: string, season: number): Model {
  return {
    name,
    forecast: (history, horizon) => {
      const fitted = fitHoltWinters(history, season);
      return fitted === undefined
        ? seasonalNaive(history, season, horizon)
        : forecastFrom(fitted, horizon);
    },
  };
}
