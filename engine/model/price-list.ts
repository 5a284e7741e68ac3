/**
 * A price list with all its versions, ready to rate with: prices in picos, starts in atoms, amounts in micros.
 */
import assert from "node:assert/strict";
import { actingInstant } from "./acting.ts";
import { floorDiv, PICOS_PER_MICRO } from "./arithmetic.ts";
import type { Fraction } from "./fraction.ts";
import type {
  AccumulationBasis,
  BlockScope,
  ChargeEvery,
  CollectionJson,
  CycleEvery,
  DemandJson,
  PriceListJson,
  ScheduleLineJson,
  SeasonJson,
  SpecialDayJson,
} from "./price-list-json.ts";
import { blockStartAtoms, chargeMicros, demandPicos, pricePicos, taxFactor } from "./prices.ts";
import { hasOffset, localSeconds, timeToEpoch } from "./reading-time.ts";
import { atomsPerUnit } from "./units.ts";

/** One tier of a period: applies from accumulated ≥ startAtoms (R33). */
export type Block = { startAtoms: bigint; priceP: bigint };

/** A charge by time, with tax (R35). `index` is its place in the list, `priority` 0 … 9. */
export type Charge = {
  index: number;
  name: string;
  priority: number;
  every: ChargeEvery;
  amountMicros: bigint;
  whileState: CollectionJson;
};

/** R38: the length of windows, and what an atom in the highest of a cycle costs, with tax. */
export type DemandPrice = { windowS: bigint; priceP: bigint };

/**
 * One version. `fromS` is undefined when it has been in force for all time. R34: `vendBlocks` are what quantity costs when it
 * is bought; where there are any, accounts hold quantity, and `blocksOf` is what consumption takes of it.
 */
export type Version = {
  index: number;
  fromS: bigint | undefined;
  zone: string;
  cycle: { every: CycleEvery; startDay: number };
  blockScope: BlockScope;
  seasons: readonly SeasonJson[];
  specialDays: readonly SpecialDayJson[];
  schedule: readonly ScheduleLineJson[];
  blocksOf: ReadonlyMap<string, readonly Block[]>;
  charges: readonly Charge[];
  demand: DemandPrice | undefined;
  vendBlocks: readonly Block[] | undefined;
};

/** Versions in order of time. */
export type PriceList = { zone: string; versions: readonly Version[] };

/** R34: what an atom takes of a balance that holds millionths of an atom, in picos. */
const ATOM_P = 1_000_000_000_000n;

/** Reads one list (in force for all time), or an array of versions that each have `effective_from` (R30). */
export function readPriceList(json: unknown): PriceList {
  const several = Array.isArray(json);
  const lists = (several ? json : [json]) as PriceListJson[];
  const first = lists[0];
  assert(first !== undefined, "a price list has at least one version");
  for (const list of lists) {
    assert.equal(list.currency, first.currency, "versions share their currency");
    assert.equal(list.unit, first.unit, "versions share their unit");
    assert.equal(list.timezone, first.timezone, "versions share their time zone");
    assert.equal(list.service, first.service, "versions share their service");
    assert.equal(basisOf(list), basisOf(first), "versions share their basis");
  }
  const versions = lists
    .map((list) => ({ list, fromS: several ? effectiveFrom(list) : undefined }))
    .sort((a, b) => Number((a.fromS ?? 0n) - (b.fromS ?? 0n)))
    .map(({ list, fromS }, index) => readVersion(list, fromS, index));
  assert.equal(
    new Set(versions.map(({ fromS }) => fromS)).size,
    versions.length,
    "no two versions start at one instant",
  );
  return { zone: first.timezone, versions };
}

/** R34: whether accounts of a list hold quantity, not money. All its versions have one basis. */
export function isPurchaseList({ versions }: PriceList): boolean {
  return versions.at(-1)?.vendBlocks !== undefined;
}

function basisOf(list: PriceListJson): AccumulationBasis {
  return list.accumulation_basis ?? "consumption";
}

/** R30: the version in force at an instant: one that starts just then is. Undefined before the first. */
export function versionAt(list: PriceList, atS: bigint): Version | undefined {
  return list.versions.findLast(({ fromS }) => fromS === undefined || fromS <= atS);
}

/**
 * R30: "a future one can be cancelled before it starts": the list without its last version, which must be the one that
 * begins at `fromS`, later than now, and not the only one.
 */
export function cancelVersion(
  list: PriceList,
  fromS: bigint,
  nowS: bigint,
): PriceList | "price_list_order" {
  const last = list.versions.at(-1);
  const isLast = last?.fromS === fromS;
  if (!isLast || fromS <= nowS || list.versions.length === 1) return "price_list_order";
  return { ...list, versions: list.versions.slice(0, -1) };
}

/** A bound of what an atom can cost by any version, either sign: whole micros of the dearest step, and one more. */
export function dearestMicros(list: PriceList): bigint {
  let most = 0n;
  for (const { blocksOf } of list.versions) {
    for (const { priceP } of [...blocksOf.values()].flat()) {
      const micros = floorDiv(priceP, PICOS_PER_MICRO);
      const size = micros < 0n ? -micros : micros;
      if (size > most) most = size;
    }
  }
  return most + 1n;
}

/**
 * R30, R31: a version's start, with its own offset or local to the list's zone. A local start is a boundary like a
 * switch and acts like one: after a gap at its end, in a repeated hour at its first occurrence.
 */
function effectiveFrom(list: PriceListJson): bigint {
  const text = list.effective_from;
  assert(text !== undefined, "each of several versions says effective_from");
  if (hasOffset(text)) return timeToEpoch(text, list.timezone);
  return actingInstant(list.timezone, localSeconds(text));
}

function readVersion(list: PriceListJson, fromS: bigint | undefined, index: number): Version {
  const factor = taxFactor(list.taxes ?? []);
  const unitAtoms = atomsPerUnit(list.unit);
  const periods = Object.entries(list.rates);
  const schedule = list.schedule ?? [];
  assert(schedule.length > 0 || periods.length === 1, "only a list with one rate has no schedule");
  const blocksOf = new Map(
    periods.map(([name, rate]) => [name, readBlocks(rate, factor, unitAtoms)]),
  );
  const isPurchase = basisOf(list) === "purchase";
  assert(!isPurchase || periods.length === 1, "what is bought has one rate");
  const [vendBlocks] = isPurchase ? blocksOf.values() : [];
  const takenOf = new Map(
    periods.map(([name]): [string, Block[]] => [name, [{ startAtoms: 0n, priceP: ATOM_P }]]),
  );
  return {
    index,
    fromS,
    zone: list.timezone,
    cycle: { every: list.cycle?.every ?? "none", startDay: list.cycle?.start_day ?? 1 },
    blockScope: list.block_scope ?? "all",
    seasons: list.seasons ?? [],
    specialDays: list.special_days ?? [],
    schedule,
    blocksOf: isPurchase ? takenOf : blocksOf,
    vendBlocks,
    charges: (list.charges ?? []).map((charge, place) => ({
      index: place,
      name: charge.name,
      priority: charge.priority ?? 0,
      every: charge.every,
      amountMicros: chargeMicros(charge.amount, factor),
      whileState: charge.while ?? {},
    })),
    demand: list.demand && readDemand(list.demand, factor, unitAtoms),
  };
}

function readDemand(demand: DemandJson, factor: Fraction, unitAtoms: bigint): DemandPrice {
  const minutes = BigInt(demand.window_minutes);
  return {
    windowS: minutes * 60n,
    priceP: demandPicos(demand.price, factor, unitAtoms, 60n / minutes),
  };
}

function readBlocks(
  rate: PriceListJson["rates"][string],
  factor: Fraction,
  unitAtoms: bigint,
): Block[] {
  const blocks = rate.map(({ from, price }) => ({
    startAtoms: blockStartAtoms(from, unitAtoms),
    priceP: pricePicos(price, factor, unitAtoms),
  }));
  assert.equal(blocks[0]?.startAtoms, 0n, "blocks rise from 0");
  for (const [k, block] of blocks.entries()) {
    const next = blocks[k + 1];
    assert(next === undefined || next.startAtoms > block.startAtoms, "blocks rise");
  }
  return blocks;
}
