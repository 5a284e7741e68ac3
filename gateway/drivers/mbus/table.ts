/**
 * Tables for people: telegrams and lists of meters.
 */
import type { TelegramJson } from "./decode/json.ts";

/** Longest cell; what is longer is cut with a mark (the JSON has it whole). */
const CELL_CHARACTERS_MAX = 48;

type Cell = string | number | null;

/** A telegram: the meter in one line, then one line a record. */
export function telegramTable(telegram: TelegramJson): string {
  const { id, manufacturer, version, medium, status, access_number, records } = telegram;
  const maker = manufacturer === null ? "" : ` ${manufacturer} version ${version}`;
  const head = `meter ${id}${maker}, ${medium}, status ${status}, access number ${access_number}\n`;
  const rows = records.map((record) => ({
    quantity: record.quantity,
    value: record.value ?? "refused",
    unit: record.unit,
    function: record.function,
    storage: record.storage,
    tariff: record.tariff,
    subunit: record.subunit,
  }));
  return `${head}${plainTable(rows)}`;
}

/** Rows under the names of their columns; numbers and values stand to the right. Empty for no rows. */
export function plainTable(rows: readonly Readonly<Record<string, Cell>>[]): string {
  const [first] = rows;
  if (first === undefined) return "";
  const names = Object.keys(first);
  const lines = [names, ...rows.map((row) => names.map((name) => cellText(row[name] ?? "")))];
  const widths = names.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const right = names.map((name) => name === "value" || typeof first[name] === "number");
  const text = lines.map((line) =>
    line
      .map((cell, column) => align(cell, widths[column] ?? 0, right[column] === true))
      .join("  ")
      .trimEnd(),
  );
  return `${text.join("\n")}\n`;
}

function align(cell: string, width: number, right: boolean): string {
  return right ? cell.padStart(width) : cell.padEnd(width);
}

/** Meters may send any character; those that steer a terminal are not passed on. */
function cellText(cell: Cell): string {
  const text = String(cell ?? "").replace(/\p{Cc}/gu, "\u00b7");
  return text.length > CELL_CHARACTERS_MAX ? `${text.slice(0, CELL_CHARACTERS_MAX - 1)}…` : text;
}
