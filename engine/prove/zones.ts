/**
 * Where stories play: zones whose clocks do what clocks seldom do, and when they do it.
 */
import { openZone, transitions } from "../tariff/zone.ts";
import type { Random } from "./random.ts";

/**
 * Half an hour of summer time (Lord Howe), changes at midnight (São Paulo, Cairo), a date left out (Apia, 30 December
 * 2011), offsets of half and quarter hours (Kolkata, Kathmandu).
 */
export const STORY_ZONES = [
  "Europe/Madrid",
  "America/New_York",
  "Australia/Lord_Howe",
  "America/Sao_Paulo",
  "Africa/Cairo",
  "Pacific/Apia",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "UTC",
] as const;

const FIRST_S = Date.UTC(2008, 0, 1) / 1_000;
const LAST_S = Date.UTC(2032, 0, 1) / 1_000;

/** An instant at which something happens to the clock or the calendar. */
export function makeMoment(random: Random, zone: string): number {
  const opened = openZone(zone);
  if (opened === undefined) throw new Error(`no zone ${zone}`);
  const changes = transitions(opened, FIRST_S, LAST_S);
  if (changes.length > 0 && random.chance(0.75)) return random.pick(changes).atS;
  const year = random.int(2008, 2031);
  return Date.UTC(year, random.pick([0, 1, 2, 5, 11]), random.pick([1, 1, 28, 31])) / 1_000;
}
