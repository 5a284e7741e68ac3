/**
 * What the store knows of the accounts of a preview: where their readings begin and end, the carry they came with, and
 * their rated rows.
 */

import { taxedPriceP } from "../../engine/contract/price-list/taxed.ts";
import { VERDICTS } from "../../engine/contract/rated.ts";
import type { ReportStore } from "../reports/store.ts";
import type { Tariff } from "../reports/tariffs.ts";
import { ACCEPTED } from "../store/schema.ts";
import type { Period } from "./period.ts";
import type { StoredPart } from "./story.ts";

/**
 * An account's stretch: the end of the last reading before counting begins (0: from its first one), the end of the first
 * that ends with the period or behind it (0: none does), and how many rows lie between.
 */
export type Stretch = {
  account: number;
  startS: number;
  firstS: number;
  endS: number;
  rows: number;
};

const ESTIMATED = VERDICTS.indexOf("estimated");
const LAST_S = 0xffff_ffff;
const OURS = "account IN ({accounts:Array(UInt32)})";
const AFTER_START =
  "toUInt32(`to`) > transform(account, {accounts:Array(UInt32)}, {starts:Array(UInt32)}, toUInt32(0))";
const BEFORE_END =
  "toUInt32(`to`) <= transform(account, {accounts:Array(UInt32)}, {ends:Array(UInt32)}, toUInt32(0))";
const WANTED = `${OURS} AND ${AFTER_START} AND ${BEFORE_END} AND (${ACCEPTED} OR quantity != 0)`;

const BOUNDS =
  `SELECT account, toUInt32(maxIf(\`to\`, last AND ${ACCEPTED} AND toUInt32(\`to\`) <= {counting:UInt32})), ` +
  `toUInt32(minIf(\`to\`, last AND ${ACCEPTED} AND toUInt32(\`to\`) >= {end:UInt32})) ` +
  `FROM readings WHERE ${OURS} GROUP BY account`;
const COUNTS = `SELECT account, toUInt32(count()), toUInt32(min(\`from\`)) FROM readings WHERE ${WANTED} GROUP BY account`;
const PARTS =
  "SELECT account, toUInt32(`from`), toUInt32(`to`), toString(quantity), verdict, last " +
  `FROM readings WHERE ${WANTED} ORDER BY account, \`to\`, \`from\``;
const EARLIER =
  "SELECT account, tariff, period, block, toString(sum(quantity)), toString(sum(cost)) FROM readings " +
  `WHERE ${OURS} AND NOT (${AFTER_START}) AND verdict != ${ESTIMATED} AND quantity != 0 ` +
  "GROUP BY account, tariff, period, block";

/** The stretches of the accounts that have readings; counting begins at `countingS`. */
export async function stretchesOf(
  store: ReportStore,
  accounts: readonly number[],
  { toS }: Period,
  countingS: number,
): Promise<Stretch[]> {
  const bounds = await store.rows<[account: number, start: number, end: number]>(BOUNDS, {
    accounts,
    counting: countingS,
    end: toS,
  });
  const starts = new Map(bounds.map(([account, startS, endS]) => [account, { startS, endS }]));
  const found = [...starts].map(([account, { startS, endS }]) => {
    return { account, startS, endS, firstS: 0, rows: 0 };
  });
  if (found.length === 0) return [];
  const counts = await store.rows<[account: number, rows: number, first: number]>(
    COUNTS,
    params(found),
  );
  return counts.map(([account, rows, firstS]) => {
    return { account, rows, firstS, ...(starts.get(account) ?? { startS: 0, endS: 0 }) };
  });
}

/** The rated rows of some accounts in the order of time, by account. */
export async function partsOf(
  store: ReportStore,
  stretches: readonly Stretch[],
): Promise<Map<number, StoredPart[]>> {
  if (stretches.length === 0) return new Map();
  const rows = await store.rows<
    [account: number, from: number, to: number, quantity: string, verdict: number, last: number]
  >(PARTS, params(stretches));
  const parts = new Map<number, StoredPart[]>(stretches.map(({ account }) => [account, []]));
  for (const [account, fromS, toS, quantity, verdict, last] of rows) {
    parts.get(account)?.push({
      fromS,
      toS,
      quantityAtoms: BigInt(quantity),
      estimated: verdict === ESTIMATED,
      last: last === 1,
    });
  }
  return parts;
}

/** A sum of rows of one step of a tariff before a stretch. */
export type Earlier = [
  account: number,
  tariff: number,
  period: number,
  block: number,
  quantity: string,
  cost: string,
];

/** What was rated before the stretches. */
export function earlierOf(store: ReportStore, stretches: readonly Stretch[]): Promise<Earlier[]> {
  const begun = stretches.filter(({ startS }) => startS > 0);
  return begun.length === 0 ? Promise.resolve([]) : store.rows<Earlier>(EARLIER, params(begun));
}

const MICRO = 1_000_000n;

/**
 * The carry of each account (R2): what quantities times prices make beyond what was taken. Undefined where the store does
 * not have all of it, as after a change of tenancy or the end of retention.
 */
export function carriesOf(
  earlier: readonly Earlier[],
  tariffs: ReadonlyMap<number, Tariff>,
): Map<number, number | undefined> {
  const left = new Map<number, bigint>();
  for (const [account, tariff, period, block, quantity, cost] of earlier) {
    const list = tariffs.get(tariff)?.list;
    const step = list?.periods[period]?.blocks[block];
    if (list === undefined || step === undefined)
      throw new Error(`the store names version ${tariff}, period ${period}, block ${block}`);
    const priceP = taxedPriceP(step.price, list.taxes, list.unit.atoms);
    const rest = BigInt(quantity) * priceP - BigInt(cost) * MICRO;
    left.set(account, (left.get(account) ?? 0n) + rest);
  }
  return new Map(
    [...left].map(([account, rest]) => {
      return [account, rest >= 0n && rest < MICRO ? Number(rest) : undefined];
    }),
  );
}

function params(stretches: readonly Stretch[]) {
  return {
    accounts: stretches.map(({ account }) => account),
    starts: stretches.map(({ startS }) => startS),
    ends: stretches.map(({ endS }) => (endS === 0 ? LAST_S : endS)),
  };
}
