/**
 * What accounts consumed and were charged, by hours or days.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import type { ConsumptionAsked, ConsumptionQuery, ConsumptionRow } from "../consumption-port.ts";
import { bucketEdges } from "./buckets.ts";
import { ACCEPTED, justBefore } from "./schema.ts";

/** Most accounts of one question. */
export const ACCOUNTS_MAX = 10_000;
/** Most rows that one question may be answered with: accounts × buckets. */
export const CONSUMPTION_ROWS_MAX = 250_000;

const HOUR_S = 3_600;
const DAY_S = 86_400;

/** The api's question, put to this store. */
export function consumptionQuery(client: ClickHouseClient): ConsumptionQuery {
  return (asked) => consumption(client, asked);
}

/**
 * Sums of all whole buckets that have a part in [fromS, toS), by account and begin of the bucket, both rising; buckets
 * in which an account has neither an accepted reading nor a charge are left out. Days and hours of a zone at whole
 * hours from UTC come from the roll-ups, those of other zones from the rows themselves. Throws a RangeError for a
 * question over its bounds; rejects when ClickHouse does not answer.
 */
export async function consumption(
  client: ClickHouseClient,
  { accounts, fromS, toS, every, timezone }: ConsumptionAsked,
): Promise<ConsumptionRow[]> {
  if (accounts.length === 0) return [];
  if (accounts.length > ACCOUNTS_MAX)
    throw new RangeError(`ask for at most ${ACCOUNTS_MAX} accounts at a time`);
  const edges = bucketEdges(fromS, toS, every, timezone);
  if (accounts.length * (edges.length - 1) > CONSUMPTION_ROWS_MAX)
    throw new RangeError(
      `ask for at most ${CONSUMPTION_ROWS_MAX} buckets of all accounts together`,
    );
  const result = await client.query({
    query: question(edges),
    query_params: {
      accounts,
      starts: edges.slice(0, -1),
      first: edges[0],
      end: edges.at(-1),
    },
    format: "JSONCompactEachRow",
  });
  const rows = await result.json<[number, number, string, string, string]>();
  return rows.map(([account, from, quantity, cost, charges]) => ({
    account,
    from,
    quantity_atoms: BigInt(quantity),
    cost_micros: BigInt(cost),
    charges_micros: BigInt(charges),
  }));
}

/** Where sums come from: the instant that places a row, the rows in question, how many readings a row stands for. */
type Source = { table: string; at: string; within: string; accepted: string };

function question(edges: readonly number[]): string {
  const readings = readingsSource(edges);
  const charges = chargesSource(edges);
  const ours = "account IN ({accounts:Array(UInt32)})";
  const bucket = (at: string): string =>
    `roundDown(toUInt32(${at}), {starts:Array(UInt32)}) AS bucket`;
  return (
    "SELECT account, bucket, toString(sum(q)), toString(sum(c)), toString(sum(d)) FROM (" +
    `SELECT account, ${bucket(readings.at)}, quantity AS q, cost AS c, toInt64(0) AS d, ` +
    `toInt64(${readings.accepted}) AS n FROM ${readings.table} WHERE ${ours} AND ${readings.within} ` +
    `UNION ALL SELECT account, ${bucket(charges.at)}, toInt64(0), toInt64(0), amount, ` +
    `toInt64(${charges.accepted}) FROM ${charges.table} WHERE ${ours} AND ${charges.within}` +
    ") GROUP BY account, bucket HAVING sum(n) > 0 OR sum(q) != 0 OR sum(c) != 0 ORDER BY account, bucket"
  );
}

function readingsSource(edges: readonly number[]): Source {
  if (areAll(edges, DAY_S)) return daily("readings_by_day", "accepted");
  if (!areAll(edges, HOUR_S)) return rows("readings", "`to`", `last AND ${ACCEPTED}`);
  return {
    table: "readings_by_hour",
    at: "hour",
    within: `hour >= ${FIRST} AND hour < ${END}`,
    accepted: "accepted",
  };
}

function chargesSource(edges: readonly number[]): Source {
  return areAll(edges, DAY_S) ? daily("charges_by_day", "entries") : rows("charges", "at", "1");
}

const FIRST = "toDateTime({first:UInt32}, 'UTC')";
const END = "toDateTime({end:UInt32}, 'UTC')";

function daily(table: string, accepted: string): Source {
  const within = `day >= toDate(${FIRST}) AND day < toDate(${END})`;
  return { table, at: "toDateTime(day, 'UTC')", within, accepted };
}

/** A row belongs to the bucket that holds the instant just before its time. */
function rows(table: string, time: string, accepted: string): Source {
  return {
    table,
    at: justBefore(time),
    within: `${time} > ${FIRST} AND ${time} <= ${END}`,
    accepted,
  };
}

function areAll(edges: readonly number[], lengthS: number): boolean {
  return edges.every((atS) => atS % lengthS === 0);
}
