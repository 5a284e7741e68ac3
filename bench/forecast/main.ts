/**
 * How good are the forecasts? Back-tests them on recorded meters against repeating what was, and writes the table into
 * docs/forecast.md, between its markers.
 *
 *     node --import tsx bench/forecast/main.ts [--print]
 *
 * `--print` writes no file.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BackTest, backTest, type Tested } from "../../api/forecast/back-test.ts";
import {
  holtWintersModel,
  LAST_VALUE,
  type Model,
  seasonalNaiveModel,
} from "../../api/forecast/models.ts";
import { daily, halfHourly, type Series, waterMeters } from "./series.ts";

const PAGE = join(import.meta.dirname, "../../docs/forecast.md");
const BEGIN = "<!-- back-test: written by bench/forecast/main.ts -->";
const END = "<!-- end of back-test -->";
const DAY_S = 86_400;
const NAIVE_WEEK = "same hour last week";

const head = [
  "| series | step | model | MAE | MASE | sMAPE % | against the last week |",
  "| --- | --- | --- | --- | --- | --- | --- |",
];
const wins = new Map<string, { better: number; all: number }>();
const lines: string[] = [];
const fine = [...waterMeters(), halfHourly()];
for (const series of [...fine, ...fine.map(daily)]) lines.push(...rowsOf(series));
const verdict = [...wins]
  .map(([name, { better, all }]) => {
    return `${name}: a smaller MAE than ${NAIVE_WEEK} in ${better} of ${all} series.`;
  })
  .join("\n\n");
const table = [...head, ...lines, "", verdict].join("\n");
console.log(table);
if (!process.argv.includes("--print")) {
  const page = readFileSync(PAGE, "utf8");
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error(`${PAGE} lacks its markers`);
  writeFileSync(PAGE, `${page.slice(0, from + BEGIN.length)}\n\n${table}\n\n${page.slice(to)}`);
}

/** A week is forecast from each of the last 56 midnights but the last week's, with at most 12 weeks of history. */
function rowsOf(series: Series): string[] {
  const { name, unit, stepS, values } = series;
  const aDay = DAY_S / stepS;
  const test: BackTest = {
    origins: 50,
    step: aDay,
    horizon: 7 * aDay,
    season: 7 * aDay,
    memory: 84 * aDay,
  };
  const tested = backTest(values, modelsOf(aDay), test);
  if (tested === undefined) return [];
  const naive = tested.find(({ model }) => model.name === NAIVE_WEEK);
  const smooth = tested.filter(({ model }) => model.name.startsWith("Holt"));
  for (const { model, errors } of smooth) {
    const isBetter = errors.mae < (naive?.errors.mae ?? 0);
    const won = wins.get(model.name) ?? { better: 0, all: 0 };
    wins.set(model.name, { better: won.better + (isBetter ? 1 : 0), all: won.all + 1 });
  }
  const step = stepS === DAY_S ? "day" : stepS === 3_600 ? "hour" : "half hour";
  return tested.map((each) => rowOf(each, naive, [name, step, unit]));
}

function modelsOf(aDay: number): Model[] {
  const weekly = seasonalNaiveModel(NAIVE_WEEK, 7 * aDay);
  const smoothWeek = holtWintersModel("Holt-Winters, season a week", 7 * aDay);
  if (aDay === 1) return [LAST_VALUE, weekly, smoothWeek];
  return [
    LAST_VALUE,
    seasonalNaiveModel("same hour yesterday", aDay),
    weekly,
    holtWintersModel("Holt-Winters, season a day", aDay),
    smoothWeek,
  ];
}

function rowOf(
  { model, errors }: Tested,
  naive: Tested | undefined,
  [name, step, unit]: readonly [string, string, string],
): string {
  const change = naive === undefined ? 0 : (errors.mae / naive.errors.mae - 1) * 100;
  const against = model === naive?.model ? "" : `${change > 0 ? "+" : ""}${change.toFixed(1)} %`;
  const title = model === LAST_VALUE ? "last value" : model.name;
  const mase = errors.mase === null ? "–" : errors.mase.toFixed(3);
  const mae = `${errors.mae.toPrecision(4)} ${unit}`;
  return `| ${name} | ${step} | ${title} | ${mae} | ${mase} | ${errors.smape.toFixed(1)} | ${against} |`;
}
