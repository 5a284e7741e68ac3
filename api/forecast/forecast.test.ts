import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backTest } from "./back-test.ts";
import { chooseModel } from "./choose.ts";
import { DAYS_LEFT_MAX, daysLeftBy } from "./days-left.ts";
import { errorsOf, seasonalScale } from "./errors.ts";
import { fitHoltWinters, forecastFrom } from "./holt-winters.ts";
import { holtWintersModel, LAST_VALUE, seasonalNaiveModel } from "./models.ts";
import { lastValue, seasonalNaive } from "./naive.ts";

/** Noise that is the same each time. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  };
}

const WEEK = [10, 11, 10, 12, 14, 20, 18];

describe("Holt-Winters", () => {
  it("goes on with a season that repeats exactly", () => {
    const history = Array.from({ length: 70 }, (_, day) => WEEK[day % 7] ?? 0);
    const fitted = fitHoltWinters(history, 7);
    expect(fitted).toBeDefined();
    if (fitted === undefined) return;
    for (const [at, value] of forecastFrom(fitted, 14).entries())
      expect(value).toBeCloseTo(WEEK[at % 7] ?? 0, 6);
  });

  it("follows a step to another level", () => {
    const random = noise(7);
    const history = Array.from({ length: 140 }, (_, day) => {
      return (WEEK[day % 7] ?? 0) + (day >= 80 ? 30 : 0) + random();
    });
    const fitted = fitHoltWinters(history, 7);
    const next = fitted === undefined ? [] : forecastFrom(fitted, 7);
    for (const [at, value] of next.entries())
      expect(Math.abs(value - (WEEK[at] ?? 0) - 30)).toBeLessThan(3);
  });

  it("is never below 0 where nothing was, and finite, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e9), { minLength: 14, maxLength: 80 }), (history) => {
        const fitted = fitHoltWinters(history, 7);
        const next = fitted === undefined ? [] : forecastFrom(fitted, 30);
        expect(next).toHaveLength(30);
        expect(next.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("wants two seasons", () => {
    expect(fitHoltWinters([1, 2, 3], 7)).toBeUndefined();
  });
});

describe("naive forecasts", () => {
  it.each<[string, number[], number[]]>([
    ["the last value", lastValue([1, 2, 3], 2), [3, 3]],
    ["nothing from nothing", lastValue([], 2), [0, 0]],
    ["the last season", seasonalNaive([9, 1, 2, 3], 3, 5), [1, 2, 3, 1, 2]],
    ["the last value where there is no season", seasonalNaive([5], 3, 2), [5, 5]],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

describe("back-tests", () => {
  it("tell errors by hand", () => {
    const pairs = [
      { forecast: 8, actual: 10 },
      { forecast: 0, actual: 0 },
    ];
    const found = errorsOf(pairs, 4);
    expect(found).toMatchObject({ mae: 1, mase: 0.25 });
    expect(found.smape).toBeCloseTo(200 / 9 / 2, 12);
    expect(seasonalScale([1, 2, 4, 4], 2)).toBe(2.5);
    expect(errorsOf(pairs, 0).mase).toBeNull();
  });

  it("forecast only from what was before the origin", () => {
    const history = Array.from({ length: 40 }, (_, at) => at);
    const seen: number[] = [];
    const spy = {
      name: "spy",
      forecast: (known: readonly number[], horizon: number) => {
        seen.push(known.at(-1) ?? -1);
        return new Array<number>(horizon).fill(0);
      },
    };
    backTest(history, [spy], { origins: 3, step: 2, horizon: 5, season: 7, memory: 100 });
    expect(seen).toEqual([30, 32, 34]);
  });

  it("Holt-Winters beats the last week where days are noisy about a season", () => {
    const random = noise(11);
    const history = Array.from({ length: 120 }, (_, day) => (WEEK[day % 7] ?? 0) + 6 * random());
    const models = [
      LAST_VALUE,
      seasonalNaiveModel("seasonal_naive_week", 7),
      holtWintersModel("holt_winters_week", 7),
    ];
    const test = { origins: 20, step: 1, horizon: 7, season: 7, memory: 400 };
    const [last, naive, smooth] = backTest(history, models, test) ?? [];
    expect(smooth?.errors.mae).toBeLessThan(naive?.errors.mae ?? 0);
    expect(naive?.errors.mae).toBeLessThan(last?.errors.mae ?? 0);
    expect(chooseModel(history, "day").model.name).toBe("holt_winters_week");
  });

  it("cannot be made of too short a history: then the last week goes on, without errors", () => {
    const chosen = chooseModel([1, 2, 3], "day");
    expect([chosen.model.name, chosen.errors]).toEqual(["seasonal_naive_week", null]);
  });
});

describe("days left", () => {
  it.each<[string, number, number[], number | null]>([
    ["of nothing", 0, [5], 0],
    ["within a day", 2, [4, 4], 0.5],
    ["over days that differ", 10, [4, 4, 8], 2.2],
    ["behind the end of the forecast", 30, [4, 4], 7.5],
    ["for ever", 10, [0, 0], null],
    ["for longer than anybody looks", 1e6, [1], null],
  ])("%s", (_, credit, costs, days) => {
    expect(daysLeftBy(credit, costs)).toBe(days);
  });

  it("rise with credit", () => {
    const costs = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(costs, fc.nat(10_000), fc.nat(10_000), (list, credit, more) => {
        const less = daysLeftBy(credit, list) ?? DAYS_LEFT_MAX;
        expect(daysLeftBy(credit + more, list) ?? DAYS_LEFT_MAX).toBeGreaterThanOrEqual(less);
      }),
    );
  });
});
