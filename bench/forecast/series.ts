/**
 * Recorded consumption as series of one step: water meters by the hour and half-hourly electricity.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unitNamed } from "../../engine/contract/services.ts";
import { readReadings } from "../../engine/rating/readings-file.ts";
import { openZone } from "../../engine/tariff/zone.ts";

const FOLDER = join(import.meta.dirname, "../../../shared/data/readings");
const HOUR_S = 3_600;
/** A gap of more than this ends what is used of a meter: nobody knows what a forecast of it would have been worth. */
const GAP_S_MAX = 2 * 86_400;
/** A meter with less than this is left out. */
const HOURS_MIN = 24 * 7 * 12;

/** A series: values of `stepS` each, in order. */
export type Series = { name: string; unit: string; stepS: number; values: number[] };

/** Each water meter by the hour: what was used between two readings is shared among its hours in proportion to time. */
export function waterMeters(): Series[] {
  const zone = openZone("Europe/Madrid");
  const litre = unitNamed("L");
  if (zone === undefined || litre === undefined) throw new Error("no zone or no unit");
  const file = join(FOLDER, "alicante-water-6-meters.csv");
  return readReadings(file, zone, litre).meters.flatMap(({ meterId, readings }) => {
    const values = hoursOf(readings);
    const name = `water ${meterId.slice(0, 8)}`;
    return values.length < HOURS_MIN ? [] : [{ name, unit: "L", stepS: HOUR_S, values }];
  });
}

function hoursOf(readings: readonly { atS: number; registerAtoms: number }[]): number[] {
  let best: number[] = [];
  let values: number[] = [];
  let [last] = readings;
  let firstHour = Math.ceil((last?.atS ?? 0) / HOUR_S);
  for (const next of readings.slice(1)) {
    if (last === undefined || next.atS <= last.atS || next.registerAtoms < last.registerAtoms)
      continue;
    if (next.atS - last.atS > GAP_S_MAX) {
      if (values.length > best.length) best = values;
      values = [];
      firstHour = Math.ceil(next.atS / HOUR_S);
    } else {
      const perSecond = (next.registerAtoms - last.registerAtoms) / 1_000 / (next.atS - last.atS);
      for (let fromS = last.atS; fromS < next.atS; ) {
        const hour = Math.floor(fromS / HOUR_S);
        const toS = Math.min(next.atS, (hour + 1) * HOUR_S);
        if (hour >= firstHour)
          values[hour - firstHour] = (values[hour - firstHour] ?? 0) + perSecond * (toS - fromS);
        fromS = toS;
      }
    }
    last = next;
  }
  // The last hour may not be whole.
  values.pop();
  return values.length > best.length ? values : best;
}

/** General consumption of a household by the half hour. */
export function halfHourly(): Series {
  const lines = readFileSync(join(FOLDER, "ausgrid-customer12-30min.csv"), "utf8")
    .trim()
    .split("\n");
  const values = lines.slice(1).map((line) => Number(line.split(",")[1]));
  return { name: "household electricity", unit: "kWh", stepS: 1_800, values };
}

/** The same by days of 24 hours. */
export function daily({ name, unit, stepS, values }: Series): Series {
  const aDay = 86_400 / stepS;
  const days = Array.from({ length: Math.floor(values.length / aDay) }, (_, day) =>
    values.slice(day * aDay, (day + 1) * aDay).reduce((sum, value) => sum + value, 0),
  );
  return { name, unit, stepS: 86_400, values: days };
}
