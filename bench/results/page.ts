/**
 * The page of results: written by `npm run bench -- --publish`, never by hand.
 */
import { figure, side, spread } from "../harness/format.ts";
import type { Spread } from "../harness/spread.ts";
import { ROWS, type Row, verdictOf } from "../rows.ts";
import type { Kept } from "./keep.ts";
import { PUBLISHED } from "./published.ts";
import { REASONS } from "./reasons.ts";

/** The page as Markdown. */
export function pageOf(all: readonly Kept[]): string {
  const lines = [
    "# Benchmark results",
    "",
    "Written by `npm run bench -- --publish`; not edited by hand. [docs/benchmarks.md](../docs/benchmarks.md) says how to run and read it.",
    "",
    "A figure is the median of all rounds, with the least and the most in brackets. In each round every side did the same work in",
    "turn, and the sides' balances, rows or counts were found equal, else nothing would be written. A ratio is worked out round by",
    "round. CPU time is that of all processes that worked, for 1 000 units.",
    "",
    ...rowsTable(all),
    "",
    ...all.flatMap(suiteLines),
    ...publishedLines(),
  ];
  return `${lines
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trimEnd()}\n`;
}

function rowsTable(all: readonly Kept[]): string[] {
  return [
    "| # | question | measured | floor | target | verdict |",
    "| --- | --- | --- | --- | --- | --- |",
    ...ROWS.map((row) => {
      const write = (value: number): string => figure(value, row.unit);
      const [measured, verdict] = found(row, all);
      const bounds = [row.floor, row.target].map(write);
      return `| ${[row.id, row.asks, measured, ...bounds, verdict].join(" | ")} |`;
    }),
  ];
}

/** What was measured for a row, and the verdict. */
function found(row: Row, all: readonly Kept[]): [string, string] {
  for (const { outcome, isQuick } of all) {
    const skipped = outcome.skipped.find((each) => each.row === row.id);
    if (skipped !== undefined) return ["–", `skipped: ${skipped.reason}`];
    const measured = outcome.measured.find((each) => each.row === row.id);
    if (measured === undefined) continue;
    const told = spread(measured.value, (value) => figure(value, row.unit));
    const verdict = verdictOf(row, measured.value.median);
    return [told, isQuick ? `${verdict} (quick run, not counted)` : verdict];
  }
  return ["–", "not measured yet"];
}

function suiteLines({ suite, isQuick, setting, outcome }: Kept): string[] {
  const { cpu, cores, memoryGib, system, node, commit, isClean, date } = setting;
  const lines = [
    `## ${suite}`,
    "",
    `${date}, commit ${commit}${isClean ? "" : " with changes that were not committed"}, ${cpu}, ${cores} cores, ${memoryGib} GiB, ${system}, Node ${node}${isQuick ? ", quick run" : ""}.`,
    "",
  ];
  for (const of of ROWS) {
    const measured = outcome.measured.find(({ row }) => row === of.id);
    if (measured === undefined) continue;
    const { value, byCpu, sides, notes } = measured;
    const write = (figures: Spread): string => spread(figures, (each) => figure(each, of.unit));
    const cpu = byCpu === undefined ? [] : [`by CPU time in place of the clock: ${write(byCpu)}`];
    lines.push(`**${of.id}. ${of.asks}**: ${write(value)}`, "");
    lines.push(...[...cpu, ...sides.map(side), ...notes].map((line) => `- ${line}`));
    lines.push(...reasonLines(of, value), "");
  }
  for (const { title, head, lines: body } of outcome.tables) {
    lines.push(`**${title}**`, "", `| ${head.join(" | ")} |`, `|${" --- |".repeat(head.length)}`);
    lines.push(...body.map((cells) => `| ${cells.join(" | ")} |`), "");
  }
  for (const { file, title } of outcome.charts)
    lines.push(`![${title}](results/charts/${file}.svg)`, "");
  return lines;
}

/** Why the target was not met. */
function reasonLines(row: Row, value: Spread): string[] {
  const reason = REASONS[row.id];
  if (reason === undefined || verdictOf(row, value.median) === "target met") return [];
  return [`- under the target because: ${reason.because}`, `- next idea: ${reason.next}`];
}

function publishedLines(): string[] {
  return [
    "## What others have published",
    "",
    "Figures of other systems as their makers or users published them; none was measured here, and none is of the same thing.",
    "",
    "| system | says | date | unlike ours | source |",
    "| --- | --- | --- | --- | --- |",
    ...PUBLISHED.map(
      ({ system, says, date, unlike, source }) =>
        `| ${[system, says, date, unlike, `<${source}>`].join(" | ")} |`,
    ),
  ];
}
