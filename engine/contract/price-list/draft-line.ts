/**
 * A schedule line as far as its shape is sound.
 */
import { shown } from "./fault.ts";
import { SWITCHES_MAX } from "./limits.ts";
import {
  fault,
  inside,
  type JsonObject,
  objectAt,
  type Place,
  refuseUnknownKeys,
  valueAt,
} from "./part.ts";
import { WEEKDAYS } from "./price-list.ts";
import { lineShape } from "./shape.ts";

/** A switch with the key it was written under and the name of its period. */
type DraftSwitch = { key: string; minute: number; period: string };
/**
 * Season and days as written; undefined for any. `whole` tells that nothing of season and days was left out for a fault,
 * `switchesWhole` that none of the switches was.
 */
export type DraftLine = {
  season: string | undefined;
  days: readonly number[] | undefined;
  switches: readonly DraftSwitch[];
  whole: boolean;
  switchesWhole: boolean;
};

const LINE_KEYS = [...Object.keys(lineShape.shape), "at"];
const CLOCK = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const AT_WORDS = 'an object of switch times such as { "00:00": "offpeak", "08:00": "peak" }';

/** Reads a line; undefined when it is no object. */
export function readLine(place: Place, value: unknown): DraftLine | undefined {
  const line = objectAt(place, value, `an object with ${LINE_KEYS.join(", ")}`);
  if (line === undefined) return undefined;
  refuseUnknownKeys(place, line, LINE_KEYS);
  const sound = valueAt(place, { season: line["season"], days: line["days"] }, lineShape);
  const days = sound?.days?.map((day) => WEEKDAYS.indexOf(day));
  const at = objectAt(inside(place, "at"), line["at"], AT_WORDS);
  return {
    season: sound?.season,
    days,
    whole: sound !== undefined,
    ...readSwitches(inside(place, "at"), at),
  };
}

/** The sound switches of a line in the order of the day. */
function readSwitches(
  place: Place,
  at: JsonObject | undefined,
): Pick<DraftLine, "switches" | "switchesWhole"> {
  if (at === undefined) return { switches: [], switchesWhole: false };
  const entries = Object.entries(at);
  if (entries.length > SWITCHES_MAX) {
    fault(place, `has ${entries.length} switches: at most ${SWITCHES_MAX} are taken`);
    return { switches: [], switchesWhole: false };
  }
  const switches: DraftSwitch[] = [];
  for (const [key, period] of entries) {
    if (!CLOCK.test(key)) {
      fault(inside(place, key), "is no time of day: write HH:MM from 00:00 to 23:59");
    } else if (typeof period !== "string") {
      fault(inside(place, key), `must be the name of a period, not ${shown(period)}`);
    } else {
      const minute = Number(key.slice(0, 2)) * 60 + Number(key.slice(3));
      switches.push({ key, minute, period });
    }
  }
  switches.sort((a, b) => a.minute - b.minute);
  return { switches, switchesWhole: switches.length === entries.length };
}
