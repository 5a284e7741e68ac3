/**
 * What the suites found out as text for a terminal, and as plain data.
 */
import type { Setting } from "../results/machine.ts";
import { ROWS, type Verdict, verdictOf } from "../rows.ts";
import { figure, side, spread } from "./format.ts";
import { spreadOf } from "./spread.ts";
import type { Outcome } from "./suite.ts";

/** The outcome in lines. */
export function reportOf(outcome: Outcome): string[] {
  const lines: string[] = [];
  for (const row of ROWS) {
    const measured = outcome.measured.find((each) => each.row === row.id);
    const skipped = outcome.skipped.find((each) => each.row === row.id);
    if (measured === undefined && skipped === undefined) continue;
    lines.push("", `${row.id}  ${row.asks}`);
    if (skipped !== undefined) lines.push(`    skipped: ${skipped.reason}`);
    if (measured === undefined) continue;
    const write = (value: number): string => figure(value, row.unit);
    lines.push(
      `    ${spread(measured.value, write)} — floor ${write(row.floor)}, target ${write(row.target)}: ` +
        verdictOf(row, measured.value.median),
    );
    if (measured.byCpu !== undefined)
      lines.push(`    by CPU time in place of the clock: ${spread(measured.byCpu, write)}`);
    for (const each of measured.sides) lines.push(`    ${side(each)}`);
    for (const note of measured.notes) lines.push(`    ${note}`);
  }
  for (const { title, head, lines: body } of outcome.tables)
    lines.push("", title, ...columns([head, ...body]).map((line) => `    ${line}`));
  return lines;
}

/**
 * The outcome as data. `row` is the number of the row and `part` which one of its figures; `ours` and `peer` are the medians of
 * the two sides that were compared, `peer` null where a row has no opponent; the rest is what was measured, as it was.
 */
export function dataOf(outcome: Outcome, setting: Setting): unknown {
  const order = ROWS.map(({ id }) => id);
  const sorted = outcome.measured.toSorted((a, b) => order.indexOf(a.row) - order.indexOf(b.row));
  const rows = sorted.map(({ row: part, value, ...rest }) => {
    const row = ROWS.find(({ id }) => id === part);
    if (row === undefined) throw new Error(`no row ${part}`);
    const { suite, asks: name, unit, floor, target, better } = row;
    const [ours, peer] = rest.sides.map(({ rates }) => spreadOf(rates).median);
    const { median: ratio, min, max } = value;
    const verdict: Verdict = verdictOf(row, ratio);
    const figures = {
      ours: ours ?? ratio,
      peer: peer ?? null,
      unit,
      ratio,
      min,
      max,
      floor,
      target,
    };
    return {
      row: Number.parseInt(part, 10),
      part,
      suite,
      name,
      ...figures,
      better,
      verdict,
      ...rest,
    };
  });
  const { commit, ...machine } = setting;
  return {
    machine,
    commit,
    rows,
    skipped: outcome.skipped,
    charts: outcome.charts,
    tables: outcome.tables,
  };
}

/** The rows that miss their floor by more than the margin, by CPU time where that is told, a line each. */
export function missedFloors(outcome: Outcome, margin: number): string[] {
  return outcome.measured.flatMap(({ row: id, value, byCpu }) => {
    const row = ROWS.find((each) => each.id === id);
    const { median } = byCpu ?? value;
    if (row === undefined || verdictOf(row, median, margin) !== "missed") return [];
    const write = (each: number): string => figure(each, row.unit);
    const told = `${write(median)}, its floor is ${write(row.floor)}`;
    return [`row ${id} is under its floor: ${row.asks}: ${told}`];
  });
}

function columns(lines: readonly string[][]): string[] {
  const widths = (lines[0] ?? []).map((_, i) =>
    Math.max(...lines.map((line) => (line[i] ?? "").length)),
  );
  return lines.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
