import { expect, test } from "vitest";
import { noOutcome, type Outcome } from "../harness/suite.ts";
import type { Kept } from "./keep.ts";
import { pageOf } from "./page.ts";
import { svgOf } from "./svg.ts";

const setting = {
  cpu: "A processor",
  cores: 2,
  memoryGib: 8,
  system: "A system",
  node: "v20",
  commit: "0123456789ab",
  isClean: true,
  date: "2026-01-01",
};
const at = (median: number) => ({ min: median / 2, median, max: median * 2 });
const kept = (outcome: Partial<Outcome>, isQuick = false): Kept => ({
  suite: "kernel",
  isQuick,
  setting,
  outcome: { ...noOutcome(), ...outcome },
});

test("a page without results says so in every row", () => {
  const rows = pageOf([])
    .split("\n")
    .filter((line) => /^\| \d/.test(line));
  expect(rows).toHaveLength(16);
  for (const row of rows) expect(row).toContain("not measured yet");
});

test("a row tells its median, its range, its bounds and the verdict", () => {
  const measured = [{ row: "1", value: at(0.8), sides: [], notes: ["a note"] }];
  const page = pageOf([kept({ measured })]);
  expect(page).toContain("| 0.80 × (0.40 × – 1.60 ×) | 0.75 × | 0.90 × | floor met |");
  expect(page).toContain("- a note");
  expect(page).toContain("commit 0123456789ab, A processor");
});

test("what a quick run found does not count, and what was skipped says why", () => {
  const measured = [{ row: "1", value: at(0.8), sides: [], notes: [] }];
  expect(pageOf([kept({ measured }, true)])).toContain("floor met (quick run, not counted)");
  const skipped = [{ row: "7", reason: "no redis-server" }];
  expect(pageOf([kept({ skipped })])).toContain("skipped: no redis-server");
});

test("a chart draws each line with its range, and escapes what is written", () => {
  const points = [
    { x: 1, y: at(10) },
    { x: 100, y: at(1_000) },
  ];
  const svg = svgOf({
    file: "chart",
    title: "a < b",
    x: { label: "x", isLog: true },
    y: { label: "y", isLog: true },
    lines: [{ name: "one", points }],
  });
  expect(svg).toContain("a &lt; b");
  expect(svg.match(/<polyline/g)).toHaveLength(1);
  expect(svg.match(/<circle/g)).toHaveLength(2);
  expect(svg).not.toContain("NaN");
});
