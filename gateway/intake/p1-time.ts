/**
 * Times of telegrams: `YYMMDDhhmmss` and S for summer or W for winter time; older ones leave the letter out.
 */
import { parseReadAt } from "../../engine/tariff/date-time.ts";
import { epochToLocalS, type Zone } from "../../engine/tariff/zone.ts";

const HOUR_S = 3_600;
/** A meter whose clock was never set, or a sub-meter that was never read, tells the first of January of this or of 2000. */
const NEVER = /^(70|00)0101/;

/** The instant in epoch seconds; undefined where there is none. */
export function p1TimeS(text: string, zone: Zone): number | undefined {
  const match = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([SW]?)$/.exec(text);
  if (match === null || NEVER.test(text)) return undefined;
  const [, year, month, day, hour, minute, second, letter] = match;
  const local = `20${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const atS = parseReadAt(local, zone);
  if (atS === undefined || letter !== "W") return atS;
  // The hour that comes twice in autumn: winter time is its second time.
  const isTwice = epochToLocalS(zone, atS) === epochToLocalS(zone, atS + HOUR_S);
  return isTwice ? atS + HOUR_S : atS;
}
