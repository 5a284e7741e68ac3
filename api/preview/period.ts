/**
 * The time of a preview, by the clock of the price list.
 */
import type { PriceList } from "../../engine/contract/price-list/price-list.ts";
import { DAY_S, dateOfDay, dayNumber } from "../../engine/tariff/civil.ts";
import { epochToLocalS, localToEpochS, openZone, type Zone } from "../../engine/tariff/zone.ts";
import { cycleStarts } from "../store/cycles.ts";

/** The longest cycle is a year. */
const CYCLE_S_MAX = 367 * DAY_S;

/** A time [fromS, toS) in epoch seconds. */
export type Period = { fromS: number; toS: number };

/** The last whole month before an instant. */
export function lastMonth(list: PriceList, nowS: number): Period {
  const zone = zoneOf(list);
  const { year, month } = dateOfDay(Math.floor(epochToLocalS(zone, nowS) / DAY_S));
  const [lastYear, last] = month === 1 ? [year - 1, 12] : [year, month - 1];
  return { fromS: monthStart(zone, lastYear, last), toS: monthStart(zone, year, month) };
}

/** Where rating begins so that counters of blocks are what they are at an instant: the begin of its cycle; 0 without cycles. */
export function countingFrom(list: PriceList, atS: number): number {
  return cycleStarts(list, Math.max(0, atS - CYCLE_S_MAX), atS + 1).at(-1) ?? 0;
}

function monthStart(zone: Zone, year: number, month: number): number {
  return localToEpochS(zone, dayNumber(year, month, 1) * DAY_S, "switch");
}

function zoneOf(list: PriceList): Zone {
  const zone = openZone(list.timezone);
  if (zone === undefined) throw new Error(`a checked price list has no zone ${list.timezone}`);
  return zone;
}
