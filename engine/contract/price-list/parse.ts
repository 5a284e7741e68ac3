/**
 * From JSON to a price list, or to all of its faults at once.
 */
import { openZone } from "../../tariff/zone.ts";
import { atomsFromText, unitNamed } from "../services.ts";
import { type Draft, readDraft, writtenSeasons } from "./draft.ts";
import { type PriceListFault, shown } from "./fault.ts";
import { readJson } from "./json-text.ts";
import { fault, inside, type Place } from "./part.ts";
import type { PriceList, ScheduleLine } from "./price-list.ts";
import { checkDates } from "./rules-dates.ts";
import { checkMoney } from "./rules-money.ts";
import { checkPurchase } from "./rules-purchase.ts";
import { checkSchedule } from "./rules-schedule.ts";

/** A parsed list, or every fault of it (up to FAULTS_MAX). */
export type PriceListResult =
  | { ok: true; priceList: PriceList }
  | { ok: false; faults: PriceListFault[] };

/** Parses and checks a price list that is already JSON. */
export function parsePriceList(value: unknown): PriceListResult {
  const faults: PriceListFault[] = [];
  const priceList = readPriceList({ faults, pointer: "" }, value);
  return priceList === undefined ? { ok: false, faults } : { ok: true, priceList };
}

/** Parses and checks a price list's text. A text that is no JSON has one fault, with pointer "" and its line and column. */
export function parsePriceListText(text: string): PriceListResult {
  const faults: PriceListFault[] = [];
  const json = readJson(text, faults);
  if (json === undefined) return { ok: false, faults };
  const priceList = readPriceList({ faults, pointer: "" }, json.value);
  return priceList === undefined ? { ok: false, faults } : { ok: true, priceList };
}

/** Reads the list at a place; undefined when there are faults, these or earlier ones. */
export function readPriceList(place: Place, value: unknown): PriceList | undefined {
  const draft = readDraft(place, value);
  if (draft === undefined) return undefined;
  if (draft.timezone !== undefined && openZone(draft.timezone) === undefined) {
    fault(
      inside(place, "timezone"),
      `is an unknown zone, ${shown(draft.timezone)}: use an IANA name such as "Europe/Madrid"`,
    );
  }
  checkDates(place, draft);
  checkSchedule(place, draft, writtenSeasons(value));
  checkMoney(place, draft);
  checkPurchase(place, draft);
  return place.faults.length === 0 ? build(draft) : undefined;
}

/** The list of a draft without faults. */
function build(draft: Draft): PriceList {
  const unit = sound(unitNamed(sound(draft.unit)));
  const periodNames = draft.periods.map((period) => period.name);
  const seasons = draft.seasons.map(sound);
  return {
    name: sound(draft.name),
    service: sound(draft.service),
    unit,
    currency: sound(draft.currency),
    timezone: sound(draft.timezone),
    cycle: sound(draft.cycle),
    blockScope: sound(draft.blockScope),
    accumulationBasis: sound(draft.accumulationBasis),
    seasons,
    specialDays: draft.specialDays.map(sound),
    schedule: buildSchedule(draft, {
      season: (name) => seasons.findIndex((season) => season.name === name),
      period: (name) => periodNames.indexOf(name),
    }),
    periods: draft.periods.map(({ name, blocks }) => ({
      name,
      blocks: blocks.map(sound).map(({ from, price }) => {
        return { startAtoms: sound(atomsFromText(from, unit)), price };
      }),
    })),
    charges: draft.charges.map(sound),
    demand: draft.demand,
    taxes: draft.taxes.map(sound),
  };
}

type Indexes = { season: (name: string) => number; period: (name: string) => number };

function buildSchedule(draft: Draft, index: Indexes): ScheduleLine[] {
  if (draft.schedule === undefined) {
    return [{ season: undefined, days: undefined, switches: [{ minute: 0, period: 0 }] }];
  }
  return draft.schedule.map(sound).map(({ season, days, switches }) => ({
    season: season === undefined ? undefined : index.season(season),
    days,
    switches: switches.map(({ minute, period }) => ({ minute, period: index.period(period) })),
  }));
}

/** A part of a draft without faults is there: if not, a rule has let something pass without a word. */
function sound<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("a price list without faults lacks a part");
  return part;
}
