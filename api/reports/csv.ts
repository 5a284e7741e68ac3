/**
 * A report as CSV (RFC 4180): a line of names, then a line a row; null is empty.
 */
import type { Cell, Column, Row } from "./table.ts";

/** The text. */
export function csvOf(columns: readonly Column[], rows: readonly Row[]): string {
  const lines = [columns.map(({ name }) => quoted(name)).join(",")];
  for (const row of rows)
    lines.push(columns.map(({ name }) => quoted(textOf(row[name] ?? null))).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

function textOf(cell: Cell): string {
  if (cell === null) return "";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
