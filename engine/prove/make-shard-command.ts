/**
 * Random commands to the shard: versions of the price list, calendars, gateways.
 */
import type { EngineCommand } from "../contract/commands.ts";
import { makeCalendar } from "./make-calendar.ts";
import { STORY_CALENDARS } from "./make-policy.ts";
import type { Op } from "./model-account.ts";
import type { Telling } from "./scene.ts";
import { OTHER_LIST } from "./story.ts";

const DAY_S = 86_400;
/** Not longer, so that it is compiled quickly. */
const CALENDAR_SPAN_S = 90 * DAY_S;
/** Gateways of a story. */
export const STORY_GATEWAYS = [1, 2] as const;

/** The price list's version of this place, from 0, with a table up to `coversToS`. */
export function setVersion(
  { scene, side, random }: Telling,
  place: number,
  coversToS: number,
): Op<"set_price_list"> {
  const version = scene.versions[place];
  if (version === undefined) throw new Error(`no version ${place}`);
  const earlierS = random.chance(0.3) ? random.int(0, 864_000) : 0;
  return {
    op: "set_price_list",
    number: side.commandNumber + 1,
    index: 0,
    version: place + 1,
    effective_from_s: version.effectiveFromS,
    covers_from_s: version.effectiveFromS - earlierS,
    covers_to_s: coversToS,
    text: JSON.stringify(version.json),
  };
}

/** The other list, for the whole story. */
export function setOther({ scene, side }: Telling): Op<"set_price_list"> {
  const { other, endS, versions } = scene;
  return {
    op: "set_price_list",
    number: side.commandNumber + 1,
    index: OTHER_LIST,
    version: versions.length + 1,
    effective_from_s: other.effectiveFromS,
    covers_from_s: other.effectiveFromS,
    covers_to_s: endS + 10 * DAY_S,
    text: JSON.stringify(other.json),
  };
}

/** R34: a version of the other basis in the place of one of the story's list: refused where there is one. */
export function setWrongBasis(telling: Telling): Op<"set_price_list"> {
  const { scene, nowS } = telling;
  const effective_from_s = telling.random.pick([
    nowS + 1,
    ...scene.versions.map(({ effectiveFromS }) => effectiveFromS),
  ]);
  return { ...setOther(telling), index: 0, effective_from_s };
}

/** Takes back the last version, which mostly has not begun; sometimes one that is not the last. */
export function cancelVersion({ scene, side, random }: Telling): EngineCommand {
  const place = random.chance(0.85) ? side.known - 1 : random.int(0, scene.versions.length - 1);
  return {
    op: "cancel_price_list_version",
    number: side.commandNumber + 1,
    index: random.chance(0.97) ? 0 : 3,
    effective_from_s: scene.versions[place]?.effectiveFromS ?? 0,
  };
}

/** A calendar, new or once more; it often ends before the story does. */
export function setCalendar({ random, scene, side, nowS }: Telling, index?: number): EngineCommand {
  const toS = Math.min(scene.endS + 10 * DAY_S, nowS + CALENDAR_SPAN_S);
  const fromS = nowS - random.pick([0, 3_600, 10 * DAY_S, 40 * DAY_S]);
  const isShort = random.chance(0.3);
  return {
    op: "set_calendar",
    number: side.commandNumber + 1,
    index: index ?? random.pick(STORY_CALENDARS),
    covers_from_s: fromS,
    covers_to_s: isShort ? nowS + random.int(1, 10 * DAY_S) : toS,
    text: JSON.stringify(makeCalendar(random, scene)),
  };
}

/** Makes a gateway known. */
export function setGateway({ side }: Telling, gateway: number): EngineCommand {
  return {
    op: "set_gateway",
    number: side.commandNumber + 1,
    gateway,
    key: "0".repeat(64),
    roster_version: 1,
  };
}
