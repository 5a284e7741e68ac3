/**
 * Sums of groups by intervals: the question behind most reports.
 */
import { inChunks } from "../each.ts";
import { atMost, REPORT_ROWS_MAX } from "./limits.ts";
import type { Share } from "./shares.ts";
import { CHARGE_ROWS, READING_ROWS, type Source, sourcesOf } from "./sources.ts";
import type { ReportStore } from "./store.ts";

/** Sums of one group in one interval, by its begin; exact. */
export type GroupSum = {
  group: number;
  fromS: number;
  quantityAtoms: bigint;
  costMicros: bigint;
  chargesMicros: bigint;
};

/** Accounts whose numbers go into one question. */
const ACCOUNTS_AT_ONCE = 20_000;

/**
 * The sums of each group between the edges, by group and begin of the interval; what has neither an accepted reading nor a
 * charge is left out. Throws ReportTooLarge over the bounds.
 */
export async function sumGroups(
  store: ReportStore,
  shares: readonly Share[],
  edges: readonly number[],
): Promise<GroupSum[]> {
  const whole = shares.filter(({ stretch }) => stretch === undefined);
  const parts = shares.filter(({ stretch }) => stretch !== undefined);
  const found = new Map<string, GroupSum>();
  const { params } = sourcesOf(edges);
  const time = { ...params, starts: edges.slice(0, -1) };
  for (const some of inChunks(whole, ACCOUNTS_AT_ONCE))
    await ask(store, wholeQuestion(edges), { ...time, ...ofWhole(some) }, found);
  for (const some of inChunks(parts, ACCOUNTS_AT_ONCE))
    await ask(store, partQuestion(), { ...time, ...ofParts(some) }, found);
  return [...found.values()].sort((a, b) => a.group - b.group || a.fromS - b.fromS);
}

type FoundRow = [group: number, fromS: number, quantity: string, cost: string, charges: string];

async function ask(
  store: ReportStore,
  query: string,
  params: Record<string, unknown>,
  found: Map<string, GroupSum>,
): Promise<void> {
  for (const [group, fromS, quantity, cost, charges] of await store.rows<FoundRow>(query, params)) {
    const key = `${group}/${fromS}`;
    const sum = found.get(key);
    const known = sum ?? { group, fromS, quantityAtoms: 0n, costMicros: 0n, chargesMicros: 0n };
    known.quantityAtoms += BigInt(quantity);
    known.costMicros += BigInt(cost);
    known.chargesMicros += BigInt(charges);
    if (sum === undefined) found.set(key, known);
  }
  atMost(found.size, REPORT_ROWS_MAX, "rows");
}

/** `groups[i]` is the group of `accounts[i]`. */
function ofWhole(shares: readonly Share[]) {
  return {
    accounts: shares.map(({ number }) => number),
    groups: shares.map(({ group }) => group),
  };
}

function ofParts(shares: readonly Share[]) {
  return {
    ...ofWhole(shares),
    froms: shares.map(({ stretch }) => stretch?.fromS ?? 0),
    tos: shares.map(({ stretch }) => stretch?.toS ?? 0),
  };
}

/** The interval that an instant lies in, by its begin. */
export function intervalOf(at: string): string {
  return `roundDown(toUInt32(${at}), {starts:Array(UInt32)})`;
}

const SUMS = "toString(sum(q)), toString(sum(c)), toString(sum(d))";
const ANY = "HAVING sum(n) > 0 OR sum(q) != 0 OR sum(c) != 0 OR sum(d) != 0 ORDER BY grp, begin";
const OURS = "account IN ({accounts:Array(UInt32)})";
const GROUP =
  "transform(account, {accounts:Array(UInt32)}, {groups:Array(UInt32)}, toUInt32(4294967295))";

function wholeQuestion(edges: readonly number[]): string {
  const part = (source: Source, sums: string): string =>
    `SELECT ${GROUP} AS grp, ${intervalOf(source.at)} AS begin, ${sums}, ` +
    `sum(toInt128(${source.entries})) AS n FROM ${source.table} WHERE ${OURS} AND ${source.within} GROUP BY grp, begin`;
  const { readings, charges } = sourcesOf(edges);
  const all = [
    ...readings.map((source) => part(source, READ_SUMS)),
    ...charges.map((source) => part(source, CHARGE_SUMS)),
  ];
  return `SELECT grp, begin, ${SUMS} FROM (${all.join(" UNION ALL ")}) GROUP BY grp, begin ${ANY}`;
}

const READ_SUMS = "sum(toInt128(quantity)) AS q, sum(toInt128(cost)) AS c, toInt128(0) AS d";
const CHARGE_SUMS = "toInt128(0) AS q, toInt128(0) AS c, sum(toInt128(amount)) AS d";

/** Accounts of which only a stretch counts: their rows, each by the instant that places it. */
function partQuestion(): string {
  const stretches =
    "SELECT arrayJoin(arrayZip({accounts:Array(UInt32)}, {groups:Array(UInt32)}, " +
    "{froms:Array(UInt32)}, {tos:Array(UInt32)})) AS s, s.1 AS account, s.2 AS grp, s.3 AS from_s, s.4 AS to_s";
  const part = ({ table, at, within, entries }: Source, sums: string): string =>
    `SELECT grp, ${intervalOf(at)} AS begin, ${sums}, sum(toInt128(${entries})) AS n ` +
    `FROM (SELECT * FROM ${table} WHERE ${OURS} AND ${within}) AS r INNER JOIN (${stretches}) AS t USING (account) ` +
    `WHERE toUInt32(${at}) >= from_s AND toUInt32(${at}) < to_s GROUP BY grp, begin`;
  return (
    `SELECT grp, begin, ${SUMS} FROM (` +
    `${part(READING_ROWS, READ_SUMS)} UNION ALL ${part(CHARGE_ROWS, CHARGE_SUMS)}` +
    `) GROUP BY grp, begin ${ANY}`
  );
}
