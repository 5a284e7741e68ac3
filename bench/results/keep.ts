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

/** Keeps what suites found in place of what they found before, and writes charts and page anew. */
export function keepResults(found: readonly Omit<Kept, "setting">[]): void {
  const bench = join(packageRoot(), "bench");
  const folder = join(bench, "results", "data");
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(bench, "results", "charts"), { recursive: true });
  const setting = settingOf();
  for (const each of found) {
    const text = `${JSON.stringify({ ...each, setting }, null, 1)}\n`;
    writeFileSync(join(folder, `${each.suite}.json`), text);
    for (const chart of each.outcome.charts)
      writeFileSync(join(bench, "results", "charts", `${chart.file}.svg`), svgOf(chart));
  }
  writeFileSync(join(bench, "RESULTS.md"), pageOf(readKept(folder)));
}

function readKept(folder: string): Kept[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Kept);
}
