/**
 * Quiet hours and local days, in the site's zone: pure arithmetic over its offsets.
 */
import { epochToLocalS, localToEpochS, openZone, type Zone } from "../../engine/tariff/zone.ts";

const DAY_S = 86_400;
const MINUTE_S = 60;

/** Minutes of the local day, [from, to); from after to goes over midnight, both the same: no quiet. */
export type Quiet = { fromMin: number; toMin: number } | undefined;

/** When something that is not urgent may go out: now, or at the end of the quiet hours that it falls into. */
export function dueS(nowS: number, quiet: Quiet, timezone: string): number {
  if (quiet === undefined || quiet.fromMin === quiet.toMin) return nowS;
  const zone = zoneOf(timezone);
  const localS = epochToLocalS(zone, nowS);
  const midnightS = Math.floor(localS / DAY_S) * DAY_S;
  const minute = (localS - midnightS) / MINUTE_S;
  const { fromMin, toMin } = quiet;
  const overMidnight = fromMin > toMin;
  const isQuiet = overMidnight
    ? minute >= fromMin || minute < toMin
    : minute >= fromMin && minute < toMin;
  if (!isQuiet) return nowS;
  const endsTomorrow = overMidnight && minute >= fromMin;
  const endS = midnightS + (endsTomorrow ? DAY_S : 0) + toMin * MINUTE_S;
  // A clock that goes back can make the end of the quiet hours lie behind.
  return Math.max(nowS, localToEpochS(zone, endS, "switch"));
}

/** The local day of an instant: its date, and [from, to) as instants. */
export function localDay(
  atS: number,
  timezone: string,
): { date: string; fromS: number; toS: number } {
  const zone = zoneOf(timezone);
  const midnightS = Math.floor(epochToLocalS(zone, atS) / DAY_S) * DAY_S;
  return {
    date: new Date(midnightS * 1_000).toISOString().slice(0, 10),
    fromS: localToEpochS(zone, midnightS, "switch"),
    toS: localToEpochS(zone, midnightS + DAY_S, "switch"),
  };
}

function zoneOf(timezone: string): Zone {
  const zone = openZone(timezone) ?? openZone("Etc/UTC");
  if (zone === undefined) throw new Error("the runtime knows no time zones");
  return zone;
}
