/**
 * Results kept as files: one of data for each suite, the charts, and the page that is made of all of them.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../engine/contract/assets.ts";
import type { Outcome } from "../harness/suite.ts";
import { type Setting, settingOf } from "./machine.ts";
import { pageOf } from "./page.ts";
import { svgOf } from "./svg.ts";

/** What a suite found, where and of what. */
export type Kept = { suite: string; isQuick: boolean; setting: Setting; outcome: Outcome };

const BENCH = join(packageRoot(), "bench");
/** Under version control, as the page is: what one machine found is not lost when another one measures a single suite anew. */
const KEPT = join(BENCH, "results", "kept");
const CHARTS = join(BENCH, "results", "charts");
const PAGE = join(BENCH, "RESULTS.md");

/** Keeps what suites found in place of what they found before, and writes charts and page anew. */
export function keepResults(found: readonly Omit<Kept, "setting">[]): void {
  mkdirSync(KEPT, { recursive: true });
  mkdirSync(CHARTS, { recursive: true });
  const setting = settingOf();
  for (const each of found) {
    const text = `${JSON.stringify({ ...each, setting }, null, 1)}\n`;
    writeFileSync(join(KEPT, `${each.suite}.json`), text);
    for (const chart of each.outcome.charts)
      writeFileSync(join(CHARTS, `${chart.file}.svg`), svgOf(chart));
  }
  writeFileSync(PAGE, pageOf(readKept()));
}

/** What each suite found last. */
export function readKept(): Kept[] {
  return readdirSync(KEPT)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(KEPT, name), "utf8")) as Kept);
}
