/**
 * Price lists and tables for tests, in few words.
 */
import { parsePriceList } from "../../contract/price-list/parse.ts";
import type { PriceList } from "../../contract/price-list/price-list.ts";
import { compileTable } from "../compile.ts";
import { type Mark, readTable, type Table } from "../table.ts";

const CYCLE = 1;
const FLAGS: [number, string][] = [
  [1, "cycle"],
  [2, "hour"],
  [4, "day"],
  [8, "week"],
  [16, "month"],
];

/** A list with one rate and no more than the members given. */
export function listWith(members: Record<string, unknown>): PriceList {
  const result = parsePriceList({
    name: "Test",
    service: "electricity",
    unit: "kWh",
    currency: "EUR",
    timezone: "Europe/Madrid",
    rates: { any: [{ from: "0", price: "1" }] },
    ...members,
  });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.priceList;
}

/** Charges of one unit of currency, one for each of these intervals. */
export function chargesEvery(...intervals: string[]): unknown[] {
  return intervals.map((every) => ({ name: every, every, amount: "1" }));
}

/** Rates for each name, all alike. */
export function ratesOf(...names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, [{ from: "0", price: "1" }]]));
}

/** The table of a list between two instants, written as ISO 8601. */
export function tableOf(list: PriceList, from: string, to: string): Table {
  const fromS = Date.parse(from) / 1_000;
  const toS = Date.parse(to) / 1_000;
  return readTable(compileTable(list, { version: 7, effectiveFromS: fromS, fromS, toS }));
}

/**
 * What a table tells of its span, as "2026-03-29T01:00Z peak day week": the period in force at its start, then each mark at
 * which the period changes or a cycle or charge of the list waits for one of its flags.
 */
export function marksText(list: PriceList, from: string, to: string): string[] {
  const table = tableOf(list, from, to);
  const awaited = table.charges.reduce((flags, { due }) => flags | due, CYCLE);
  const before = table.marks.findLast((mark) => mark.atS < table.fromS);
  const marks = table.marks.filter((mark) => mark.atS >= table.fromS);
  if (before !== undefined && marks[0]?.atS !== table.fromS)
    marks.unshift({ ...before, atS: table.fromS, flags: 0 });
  return marks
    .filter(({ period, flags }, i) => {
      return i === 0 || (flags & awaited) !== 0 || period !== marks[i - 1]?.period;
    })
    .map((mark) => markText(list, { ...mark, flags: mark.flags & awaited }));
}

/** One mark as "2026-03-29T01:00Z peak day week". */
export function markText(list: PriceList, { atS, period, flags }: Mark): string {
  const at = new Date(atS * 1_000).toISOString().replace(/(:00)?\.000Z$/, "Z");
  const names = FLAGS.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name);
  return [at, list.periods[period]?.name, ...names].join(" ");
}

/** Local dates and hours at which a flag of this name stands: "2026-03-29 00". */
export function localTimesOf(flag: string, list: PriceList, span: [string, string]): string[] {
  const bit = FLAGS.find(([, name]) => name === flag)?.[0] ?? 0;
  const { marks, fromS } = tableOf(list, ...span);
  return marks
    .filter((mark) => mark.atS >= fromS && (mark.flags & bit) !== 0)
    .map((mark) => localText(list.timezone, mark.atS));
}

/** What the clock of a zone shows, by the runtime: "2026-03-29 03:00:00". */
export function localText(timezone: string, epochS: number): string {
  return formatOf(timezone).format(epochS * 1_000);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const kept = formats.get(timeZone);
  if (kept !== undefined) return kept;
  const format = new Intl.DateTimeFormat("sv", {
    timeZone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  formats.set(timeZone, format);
  return format;
}
