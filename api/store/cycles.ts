/**
 * When the cycles of price lists begin (R33), for the roll-up by cycle: put into the store by whoever publishes lists, read
 * by ClickHouse with every insert. Rows that came before the cycles of their version were known are put right by the store
 * writer (settleCycles).
 */
import type { ClickHouseClient } from "@clickhouse/client";
import type { PriceList } from "../../engine/contract/price-list/price-list.ts";
import { dateOfDay } from "../../engine/tariff/civil.ts";
import { startsCycle } from "../../engine/tariff/day-plan.ts";
import { localToEpochS, openZone } from "../../engine/tariff/zone.ts";
import type { Fence } from "./fence.ts";
import { evenedOut, ROLLUPS, rolledUp } from "./rollups.ts";
import { CYCLE_STARTS } from "./schema.ts";

const DAY_S = 86_400;
/** How far cycles are told ahead. */
export const CYCLES_AHEAD_S = 400 * DAY_S;
/** When what was told is too short and more is told: long before it ends. */
const CYCLES_LEFT_S_MIN = 200 * DAY_S;
/** A cycle that lasts when a version begins may have begun a year before. */
const CYCLES_BEFORE_S = 367 * DAY_S;
/** Most days of one version that are looked at. */
const DAYS_MAX = 100 * 366;
/** Most versions that are settled at a time. */
const TARIFFS_MAX = 1_000;

/** A version of a price list: its number in the registry, its text, and when it begins. */
export type CycleVersion = { tariff: number; list: PriceList; fromS: number };

/** The begins of all cycles of a list within [fromS, toS), rising. Of a list without cycles there are none. */
export function cycleStarts(list: PriceList, fromS: number, toS: number): number[] {
  const zone = openZone(list.timezone);
  if (zone === undefined || list.cycle.every === "none") return [];
  const first = Math.floor(fromS / DAY_S) - 1;
  const last = Math.min(first + DAYS_MAX, Math.floor(toS / DAY_S) + 1);
  const starts: number[] = [];
  for (let day = first; day <= last; day++) {
    if (!startsCycle(list.cycle, day, dateOfDay(day))) continue;
    const atS = localToEpochS(zone, day * DAY_S, "switch");
    if (atS >= fromS && atS < toS) starts.push(atS);
  }
  return starts;
}

/** Tells the store the cycles of versions that it does not know far enough ahead. Gives how many versions were told of. */
export async function tellCycles(
  client: ClickHouseClient,
  versions: readonly CycleVersion[],
  nowS: number,
): Promise<number> {
  const known = await toldUntil(client);
  const values: [number, number][] = [];
  let told = 0;
  for (const { tariff, list, fromS } of versions) {
    const untilS = known.get(tariff);
    if (untilS !== undefined && untilS - nowS >= CYCLES_LEFT_S_MIN) continue;
    const beginS = untilS === undefined ? Math.max(0, fromS - CYCLES_BEFORE_S) : untilS + 1;
    const starts = cycleStarts(list, beginS, Math.max(nowS, fromS) + CYCLES_AHEAD_S);
    for (const atS of starts) values.push([tariff, atS]);
    if (starts.length > 0) told += 1;
  }
  if (values.length > 0)
    await client.insert({
      table: CYCLE_STARTS.name,
      columns: ["tariff", "start"],
      values,
      format: "JSONCompactEachRow",
      clickhouse_settings: {
        async_insert: 0,
        insert_deduplicate: 0,
        distributed_foreground_insert: 1,
      },
    });
  return told;
}

async function toldUntil(client: ClickHouseClient): Promise<Map<number, number>> {
  const result = await client.query({
    query: `SELECT tariff, toUInt32(max(start)) FROM ${CYCLE_STARTS.name} GROUP BY tariff`,
    format: "JSONCompactEachRow",
  });
  return new Map(await result.json<[number, number]>());
}

/** Versions that have sums under no cycle though their cycles are known. */
export async function unsettledTariffs(client: ClickHouseClient): Promise<number[]> {
  const unknown =
    "SELECT tariff FROM readings_by_cycle WHERE cycle = toDateTime(0, 'UTC') " +
    `AND tariff GLOBAL IN (SELECT DISTINCT tariff FROM ${CYCLE_STARTS.name}) GROUP BY tariff, account HAVING sum(readings) != 0`;
  const result = await client.query({
    query: `SELECT DISTINCT tariff FROM (${unknown}) ORDER BY tariff LIMIT ${TARIFFS_MAX}`,
    format: "JSONCompactEachRow",
  });
  return (await result.json<[number]>()).map(([tariff]) => tariff);
}

/** The statements that make the roll-up by cycle equal to the readings of some versions. No insert may run beside them. */
export function settleCycles(tariffs: readonly number[], fence: Fence): string[] {
  const where = `tariff IN (${tariffs.join(", ")})`;
  return ROLLUPS.filter(({ key }) => key === "cycle").map((rollup) =>
    evenedOut(rollup, rolledUp(rollup, rollup.of, { where }), { where, fence }),
  );
}
