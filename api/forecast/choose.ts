/**
 * Which forecast an account gets: the one that was least off when the end of its own history was held back.
 */
import { type BackTest, backTest, type Tested } from "./back-test.ts";
import type { Errors } from "./errors.ts";
import { holtWintersModel, type Model, seasonalNaiveModel } from "./models.ts";

/** A forecast with what it was off by in the back-test; null where the history is too short for one. */
export type Chosen = { model: Model; errors: Errors | null; tested: readonly Tested[] };

/** Values of a week. */
const WEEK_DAYS = 7;
const WEEK_HOURS = 168;

/** Models of days and of hours, the plain one first. */
const MODELS = {
  day: [
    seasonalNaiveModel("seasonal_naive_week", WEEK_DAYS),
    holtWintersModel("holt_winters_week", WEEK_DAYS),
  ],
  hour: [
    seasonalNaiveModel("seasonal_naive_week", WEEK_HOURS),
    holtWintersModel("holt_winters_day", 24),
    holtWintersModel("holt_winters_week", WEEK_HOURS),
  ],
} as const satisfies Record<string, readonly Model[]>;

/** How histories of days and hours are held back. */
const TESTS: Record<keyof typeof MODELS, BackTest> = {
  day: { origins: 8, step: 1, horizon: 7, season: WEEK_DAYS, memory: 400 },
  hour: { origins: 4, step: 24, horizon: 48, season: WEEK_HOURS, memory: 1_344 },
};

/** Chooses by the mean absolute error; the plain one where nothing can be tested. */
export function chooseModel(history: readonly number[], every: keyof typeof MODELS): Chosen {
  const models: readonly Model[] = MODELS[every];
  const tested = backTest(history, models, TESTS[every]);
  const [plain] = models;
  if (plain === undefined) throw new Error("there is no model");
  if (tested === undefined) return { model: plain, errors: null, tested: [] };
  const best = tested.reduce((a, b) => (b.errors.mae < a.errors.mae ? b : a));
  return { ...best, tested };
}
