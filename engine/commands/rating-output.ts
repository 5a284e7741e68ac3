/**
 * How `rate` and `replay` print: JSON, or a table for people.
 */
import type { CommandIo } from "../host/command-io.ts";
import type { RecordedReadings } from "../rating/readings-file.ts";
import type { RatingResult } from "../rating/result.ts";

/** The first and last instant of all readings. */
export function spanOf(recorded: RecordedReadings): { firstS: number; lastS: number } {
  let firstS = Number.POSITIVE_INFINITY;
  let lastS = 0;
  for (const { readings } of recorded.meters) {
    for (const { atS } of readings) {
      firstS = Math.min(firstS, atS);
      lastS = Math.max(lastS, atS);
    }
  }
  return { firstS, lastS };
}

/** Prints a result, with what more belongs to it. */
export function writeResult(
  result: RatingResult & Record<string, unknown>,
  json: boolean,
  io: CommandIo,
): void {
  io.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : table(result));
}

function table(result: RatingResult): string {
  const head = [
    "meter",
    "accepted",
    "not",
    result.unit,
    `consumption ${result.currency}`,
    `charges ${result.currency}`,
    `total ${result.currency}`,
  ];
  const rows = [...result.meters, { ...result.totals, meter_id: "all" }].map((meter) => [
    meter.meter_id,
    String(meter.accepted),
    String(
      meter.duplicate +
        meter.conflict +
        meter.late +
        meter.backwards +
        meter.implausible +
        meter.clock +
        meter.untariffed,
    ),
    meter.quantity,
    meter.consumption_cost,
    meter.charges_cost,
    meter.total_cost,
  ]);
  const lines = result.totals.lines.map((line) => [
    "",
    "",
    "",
    line.quantity,
    line.cost,
    "",
    `${line.period}, block ${line.block}`,
  ]);
  return columns([head, ...rows, ...lines]);
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) =>
    Math.max(...rows.map((row) => (row[i] ?? "").length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join("  "),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}
