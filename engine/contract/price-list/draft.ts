/**
 * A price list as far as its shape is sound: what the rules of meaning work on. Undefined stands for a part whose fault
 * has been reported already.
 */
import type { Service } from "../services.ts";
import { readCharge } from "./draft-charge.ts";
import { type DraftLine, readLine } from "./draft-line.ts";
import {
  BLOCKS_MAX,
  CHARGES_MAX,
  PERIODS_MAX,
  SCHEDULE_LINES_MAX,
  SEASONS_MAX,
  SPECIAL_DAYS_MAX,
  TAXES_MAX,
} from "./limits.ts";
import {
  fault,
  inside,
  isObject,
  type JsonObject,
  listAt,
  objectAt,
  type Place,
  partAt,
  refuseUnknownKeys,
  valueAt,
} from "./part.ts";
import {
  type AccumulationBasis,
  type BlockScope,
  type Charge,
  type CycleEvery,
  type Demand,
  type Season,
  type SpecialDay,
  type Tax,
  WEEKDAYS,
} from "./price-list.ts";
import {
  blockShape,
  cycleShape,
  decimalOf,
  demandShape,
  headShape,
  monthDayOf,
  periodName,
  seasonShape,
  specialDateOf,
  specialDayShape,
  taxShape,
} from "./shape.ts";

/** A block with its start still as text: what an atom is depends on the unit. */
type DraftBlock = { from: string; price: bigint };
/** A period's name and as many of its blocks as are sound. */
export type DraftPeriod = { name: string; blocks: readonly (DraftBlock | undefined)[] };
/** The sound parts of a list. `schedule` is undefined where it was left out. */
export type Draft = {
  name: string | undefined;
  service: Service | undefined;
  unit: string | undefined;
  currency: string | undefined;
  timezone: string | undefined;
  cycle: { every: CycleEvery; startDay: number } | undefined;
  blockScope: BlockScope | undefined;
  accumulationBasis: AccumulationBasis | undefined;
  seasons: readonly (Season | undefined)[];
  specialDays: readonly (SpecialDay | undefined)[];
  schedule: readonly (DraftLine | undefined)[] | undefined;
  periods: readonly DraftPeriod[];
  charges: readonly (Charge | undefined)[];
  demand: Demand | undefined;
  taxes: readonly (Tax | undefined)[];
};

/** Every key that a price list may have. */
const KEYS = [
  ...Object.keys(headShape.shape),
  "cycle",
  "seasons",
  "special_days",
  "schedule",
  "rates",
  "charges",
  "demand",
  "taxes",
];

/** Reads what is sound, reports what is not; undefined when the value is no object at all. */
export function readDraft(place: Place, value: unknown): Draft | undefined {
  const list = objectAt(place, value, "a price list, a JSON object");
  if (list === undefined) return undefined;
  refuseUnknownKeys(place, list, KEYS);
  const head = headShape.shape;
  const at = (key: string): Place => inside(place, key);
  const schedule = list["schedule"];
  const basis = valueAt(
    at("accumulation_basis"),
    list["accumulation_basis"],
    head.accumulation_basis,
  );
  return {
    name: valueAt(at("name"), list["name"], head.name),
    service: valueAt(at("service"), list["service"], head.service),
    unit: valueAt(at("unit"), list["unit"], head.unit),
    currency: valueAt(at("currency"), list["currency"], head.currency),
    timezone: valueAt(at("timezone"), list["timezone"], head.timezone),
    blockScope: valueAt(at("block_scope"), list["block_scope"], head.block_scope) ?? "all",
    accumulationBasis: list["accumulation_basis"] === undefined ? "consumption" : basis,
    cycle: readCycle(at("cycle"), list["cycle"]),
    seasons: listAt(at("seasons"), list["seasons"], SEASONS_MAX, readSeason),
    specialDays: listAt(at("special_days"), list["special_days"], SPECIAL_DAYS_MAX, readSpecialDay),
    schedule:
      schedule === undefined
        ? undefined
        : listAt(at("schedule"), schedule, SCHEDULE_LINES_MAX, readLine),
    periods: readRates(at("rates"), list["rates"]),
    charges: listAt(at("charges"), list["charges"], CHARGES_MAX, readCharge),
    demand: readDemand(at("demand"), list["demand"]),
    taxes: listAt(at("taxes"), list["taxes"], TAXES_MAX, readTax),
  };
}

function readCycle(place: Place, value: unknown): Draft["cycle"] {
  if (value === undefined) return { every: "none", startDay: 1 };
  const cycle = partAt(place, value, cycleShape);
  return cycle && { every: cycle.every, startDay: cycle.start_day ?? 1 };
}

function readSeason(place: Place, value: unknown): Season | undefined {
  const season = partAt(place, value, seasonShape);
  const from = monthDayOf(season?.from ?? "");
  const to = monthDayOf(season?.to ?? "");
  if (season === undefined || from === undefined || to === undefined) return undefined;
  return { name: season.name, from, to };
}

function readSpecialDay(place: Place, value: unknown): SpecialDay | undefined {
  const special = partAt(place, value, specialDayShape);
  const date = specialDateOf(special?.date ?? "");
  if (special === undefined || date === undefined) return undefined;
  return { ...date, as: WEEKDAYS.indexOf(special.as) };
}

function readRates(place: Place, value: unknown): DraftPeriod[] {
  const rates = objectAt(place, value, "an object with a list of blocks for each period");
  if (rates === undefined) return [];
  const names = Object.keys(rates);
  if (names.length === 0) fault(place, "is empty: give at least one period with its blocks");
  if (names.length > PERIODS_MAX) {
    fault(place, `has ${names.length} periods: at most ${PERIODS_MAX} are taken`);
  }
  return names.map((name) => readPeriod(inside(place, name), name, rates));
}

function readPeriod(place: Place, name: string, rates: JsonObject): DraftPeriod {
  valueAt(place, name, periodName);
  const value = rates[name];
  if (Array.isArray(value) && value.length === 0) {
    fault(place, 'is empty: give at least one block, such as { "from": "0", "price": "0.1780" }');
  }
  return { name, blocks: listAt(place, value, BLOCKS_MAX, readBlock) };
}

function readBlock(place: Place, value: unknown): DraftBlock | undefined {
  const block = partAt(place, value, blockShape);
  return block && { from: block.from, price: decimalOf(block.price) };
}

function readDemand(place: Place, value: unknown): Demand | undefined {
  if (value === undefined) return undefined;
  const demand = partAt(place, value, demandShape);
  return demand && { windowMinutes: demand.window_minutes, price: decimalOf(demand.price) };
}

function readTax(place: Place, value: unknown): Tax | undefined {
  const tax = partAt(place, value, taxShape);
  return tax && { ...tax, rate: decimalOf(tax.rate) };
}

/** Names of all seasons that are written, sound or not: a line that names one of them names no unknown season. */
export function writtenSeasons(value: unknown): Set<string> {
  const seasons = isObject(value) ? value["seasons"] : undefined;
  const names = new Set<string>();
  if (!Array.isArray(seasons)) return names;
  for (const season of seasons) {
    if (isObject(season) && typeof season["name"] === "string") names.add(season["name"]);
  }
  return names;
}
