import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../engine/contract/assets.ts";
import { readKept } from "./keep.ts";
import { pageOf } from "./page.ts";

const bench = join(packageRoot(), "bench");

// After a change of what the page says: npm run bench -- micro --publish.
test("the page is what all kept results come to, so that nothing is lost when one suite is measured anew", () => {
  expect(readFileSync(join(bench, "RESULTS.md"), "utf8")).toBe(pageOf(readKept()));
});

test("every chart that the page shows is there", () => {
  const files = readKept().flatMap(({ outcome }) => outcome.charts.map(({ file }) => file));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files)
    expect(existsSync(join(bench, "results", "charts", `${file}.svg`)), file).toBe(true);
});
