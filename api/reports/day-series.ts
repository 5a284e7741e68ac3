/**
 * What accounts consumed and were charged day by day, as series: what forecasts are made from.
 */
import { inChunks } from "../each.ts";
import { intervalEdges } from "./intervals.ts";
import { type Source, sourcesOf } from "./sources.ts";
import type { ReportStore } from "./store.ts";
import { intervalOf } from "./sums.ts";

/** Accounts whose series one question gives. */
const ACCOUNTS_AT_ONCE = 5_000;

/** A series of whole intervals, from the first with an accepted reading on; `readings` counts those accepted. */
export type DaySeries = {
  account: number;
  fromS: number;
  atoms: bigint[];
  micros: bigint[];
  readings: number[];
};

/** The edges of whole intervals of a zone that end not after `nowS`, so many of them. */
export function edgesBefore(
  nowS: number,
  count: number,
  every: "hour" | "day",
  timezone: string,
): number[] {
  const lengthS = every === "day" ? 86_400 : 3_600;
  const edges = intervalEdges(Math.max(0, nowS - (count + 2) * lengthS), nowS, every, timezone);
  return edges.filter((atS) => atS <= nowS).slice(-(count + 1));
}

/** The series of accounts between edges; those without a reading are left out. */
export async function daySeries(
  store: ReportStore,
  accounts: readonly number[],
  edges: readonly number[],
): Promise<DaySeries[]> {
  const starts = edges.slice(0, -1);
  const place = new Map(starts.map((atS, at) => [atS, at]));
  const found: DaySeries[] = [];
  type Found = [account: number, sums: [fromS: number, q: string, c: string, n: string][]];
  for (const some of inChunks(accounts, ACCOUNTS_AT_ONCE)) {
    const params = { accounts: some, starts, ...sourcesOf(edges).params };
    for (const [account, sums] of await store.rows<Found>(question(edges), params)) {
      const first = sums.find(([, , , n]) => n !== "0");
      const begin = place.get(first?.[0] ?? -1);
      if (begin === undefined) continue;
      const length = starts.length - begin;
      const series: DaySeries = {
        account,
        fromS: starts[begin] ?? 0,
        atoms: new Array<bigint>(length).fill(0n),
        micros: new Array<bigint>(length).fill(0n),
        readings: new Array<number>(length).fill(0),
      };
      for (const [fromS, quantity, cost, count] of sums) {
        const at = (place.get(fromS) ?? -1) - begin;
        if (at < 0) continue;
        series.atoms[at] = BigInt(quantity);
        series.micros[at] = BigInt(cost);
        series.readings[at] = Number(count);
      }
      found.push(series);
    }
  }
  return found;
}

function question(edges: readonly number[]): string {
  const { readings, charges } = sourcesOf(edges);
  const part = ({ table, at, within }: Source, sums: string): string =>
    `SELECT account, ${intervalOf(at)} AS begin, ${sums} FROM ${table} ` +
    `WHERE account IN ({accounts:Array(UInt32)}) AND ${within}`;
  const all = [
    ...readings.map((source) =>
      part(source, `quantity AS q, cost AS c, toInt64(${source.entries}) AS n`),
    ),
    ...charges.map((source) => part(source, "toInt64(0) AS q, amount AS c, toInt64(0) AS n")),
  ];
  return (
    "SELECT account, arraySort(groupArray((begin, toString(qs), toString(cs), toString(ns)))) FROM (" +
    "SELECT account, begin, sum(q) AS qs, sum(c) AS cs, sum(n) AS ns " +
    `FROM (${all.join(" UNION ALL ")}) GROUP BY account, begin) GROUP BY account ORDER BY account`
  );
}
