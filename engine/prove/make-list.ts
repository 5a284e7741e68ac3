/**
 * Random price lists: sound ones, of every kind that the format knows.
 */
import { parsePriceListText } from "../contract/price-list/parse.ts";
import { dateNumber, dateText } from "../model/dates.ts";
import type {
  ChargeEvery,
  ChargeJson,
  PriceListJson,
  ScheduleLineJson,
} from "../model/price-list-json.ts";
import type { Random } from "./random.ts";

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const UNITS = [
  ["electricity", "kWh"],
  ["electricity", "Wh"],
  ["water", "m3"],
  ["gas", "L"],
  ["parking", "h"],
  ["fee", "count"],
] as const;
/** A leap year, so that 29 February is a date. */
const YEAR = 2024;
const YEAR_DAYS = 366;
const TRIES_MAX = 50;

/** What all versions of a list share, so that counters go on from one to the next by place and by name. */
export type ListFrame = {
  timezone: string;
  service: string;
  unit: string;
  periods: number;
  /** The years that its stories play in. */
  years: readonly number[];
  /** Without charges by the hour, for stories of years. */
  isLong: boolean;
  /** Prices at their bounds, and no charges. */
  isExtreme: boolean;
  /** R34: quantity is bought by it, so that there is one period. */
  isPurchase: boolean;
};

/** What a story's list has in common over its versions. */
export function makeFrame(
  random: Random,
  timezone: string,
  years: readonly number[],
  kind: Pick<ListFrame, "isLong" | "isExtreme" | "isPurchase">,
): ListFrame {
  const [service, unit] = random.pick(UNITS);
  const several = random.chance(0.3) ? 1 : random.int(2, random.chance(0.2) ? 8 : 4);
  const periods = kind.isPurchase ? 1 : several;
  return { timezone, service, unit, periods, years, ...kind };
}

/** The same for a list of the other basis (R34). */
export function otherBasis(random: Random, frame: ListFrame): ListFrame {
  const isPurchase = !frame.isPurchase;
  return { ...frame, isPurchase, periods: isPurchase ? 1 : random.int(1, 4) };
}

/** One version. */
export function makeList(random: Random, frame: ListFrame): PriceListJson {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const list = tryList(random, frame);
    // Some prices are beyond the bound with their taxes, some blocks no whole atoms.
    if (parsePriceListText(JSON.stringify(list)).ok) return list;
  }
  throw new Error(`no sound price list in ${TRIES_MAX} tries for ${JSON.stringify(frame)}`);
}

function tryList(random: Random, frame: ListFrame): PriceListJson {
  const names = Array.from({ length: frame.periods }, (_, i) => `p${i}`);
  const seasons = random.chance(0.4) ? makeSeasons(random) : [];
  const isScheduled = names.length > 1 || random.chance(0.2);
  const every = random.pick(["none", "day", "week", "month", "quarter", "year"] as const);
  const hasStartDay = ["month", "quarter", "year"].includes(every);
  return {
    name: "Made",
    service: frame.service,
    unit: frame.unit,
    currency: "EUR",
    timezone: frame.timezone,
    cycle: { every, ...(hasStartDay && { start_day: random.pick([1, 1, 15, 29, 30, 31]) }) },
    ...(frame.isPurchase
      ? { accumulation_basis: "purchase" as const }
      : { block_scope: random.pick(["all", "per_period"] as const) }),
    ...(isScheduled && {
      seasons,
      special_days: makeSpecialDays(random, frame.years),
      schedule: makeSchedule(
        random,
        names,
        seasons.map(({ name }) => name),
      ),
    }),
    rates: Object.fromEntries(
      names.map((name) => [
        name,
        frame.isPurchase ? makeSale(random, frame) : makeBlocks(random, frame),
      ]),
    ),
    charges: makeCharges(random, frame),
    ...(every !== "none" &&
      !frame.isExtreme &&
      !frame.isPurchase &&
      random.chance(0.3) && { demand: makeDemand(random) }),
    taxes: !frame.isExtreme && random.chance(0.5) ? makeTaxes(random) : [],
  };
}

/** Seasons that follow one another; some are taken out, so that dates in none are left. */
function makeSeasons(random: Random): NonNullable<PriceListJson["seasons"]> {
  const first = dateNumber(YEAR, 1, 1);
  const days = Array.from({ length: random.int(2, 4) }, () => random.int(0, YEAR_DAYS - 1));
  const starts = [...new Set(days)].sort((a, b) => a - b);
  if (starts.length < 2) return [];
  const seasons = starts.map((start, i) => {
    const next = starts[i + 1] ?? (starts[0] ?? 0) + YEAR_DAYS;
    const end = (next - 1) % YEAR_DAYS;
    return {
      name: `s${i}`,
      from: dateText(first + start).slice(5),
      to: dateText(first + end).slice(5),
    };
  });
  return random.chance(0.3) ? seasons.slice(1) : seasons;
}

function makeSpecialDays(
  random: Random,
  years: readonly number[],
): NonNullable<PriceListJson["special_days"]> {
  const dates = new Set<string>();
  for (let i = random.pick([0, 0, 2, 6, 20]); i > 0; i--) {
    const day = dateText(dateNumber(YEAR, 1, 1) + random.int(0, YEAR_DAYS - 1)).slice(5);
    dates.add(random.chance(0.3) ? `*-${day}` : `${random.pick(years)}-${day}`);
  }
  return [...dates].map((date) => ({ date, as: random.pick(WEEKDAYS) }));
}

/** For some seasons a line for some days and one for the rest, then one for everything, with the periods left over. */
function makeSchedule(
  random: Random,
  names: readonly string[],
  seasons: readonly string[],
): ScheduleLineJson[] {
  const lines: ScheduleLineJson[] = [];
  for (const season of random.some(seasons, 0.8)) {
    const days = random.some(WEEKDAYS, 0.6);
    if (days.length > 0 && random.chance(0.7))
      lines.push({ season, days, at: makeSwitches(random, names) });
    lines.push({ season, at: makeSwitches(random, names) });
  }
  const days = random.some(WEEKDAYS, 0.5);
  if (days.length > 0 && random.chance(0.5)) lines.push({ days, at: makeSwitches(random, names) });
  const used = new Set(lines.flatMap(({ at }) => Object.values(at)));
  const left = names.filter((name) => !used.has(name));
  lines.push({ at: makeSwitches(random, left.length > 0 ? left : names, left) });
  return lines;
}

/** Switches from 00:00 on, many of them in the hours at which clocks are changed. `wanted` are all among them. */
function makeSwitches(
  random: Random,
  names: readonly string[],
  wanted: readonly string[] = [],
): Record<string, string> {
  const count = Math.max(wanted.length, random.pick([1, 2, 2, 3, 4, 6]));
  const times = new Set(["00:00"]);
  while (times.size < count) {
    const hour = random.chance(0.4) ? random.int(0, 3) : random.int(0, 23);
    const minute = random.pick([0, 0, 0, 15, 30, 59, random.int(0, 59)]);
    times.add(`${`${hour}`.padStart(2, "0")}:${`${minute}`.padStart(2, "0")}`);
  }
  const rising = [...times].sort();
  return Object.fromEntries(rising.map((time, i) => [time, wanted[i] ?? random.pick(names)]));
}

function makeBlocks(random: Random, frame: ListFrame): PriceListJson["rates"][string] {
  const starts = new Set<number>([0]);
  const most = frame.unit === "m3" ? 5_000 : 20_000;
  for (let i = random.pick([0, 0, 1, 2, 3, 15]); i > 0; i--) starts.add(random.spread(most));
  return [...starts]
    .sort((a, b) => a - b)
    .map((start) => ({ from: startText(start, frame.unit), price: makePrice(random, frame) }));
}

/** R34: blocks that are bought; some for nothing, but for the last. */
function makeSale(random: Random, frame: ListFrame): PriceListJson["rates"][string] {
  const blocks = makeBlocks(random, frame);
  return blocks.map(({ from }, k) => {
    const isFree = k < blocks.length - 1 && random.chance(0.3);
    return { from, price: isFree ? "0" : makeSalePrice(random, frame) };
  });
}

/** From 10⁶ to 10¹² picos an atom, often a bound; taxes may bring it beyond. */
function makeSalePrice(random: Random, { isExtreme, unit }: ListFrame): string {
  const odd = Math.floor(10 ** (7 + 5 * random.next()));
  // Of even ones whole micros come to the end of a block.
  const usual = random.chance(0.4) ? random.pick([1e8, 2e8, 5e8, 1e9, 1e10]) : odd;
  const bounds = [1e6, 1e6 + 1, 1e12 - 1, 1e12];
  const picos = random.chance(isExtreme ? 0.6 : 0.1) ? random.pick(bounds) : usual;
  const scaled = `${BigInt(picos) * (ATOMS[unit] ?? 1n)}`.padStart(13, "0");
  return `${scaled.slice(0, -12)}.${scaled.slice(-12)}`;
}

const ATOMS: Readonly<Record<string, bigint>> = {
  kWh: 1_000n,
  m3: 1_000_000n,
  L: 1_000n,
  h: 3_600n,
};

/** A start of about so many small quantities, in the unit. */
function startText(start: number, unit: string): string {
  if (start === 0 || unit === "Wh" || unit === "count") return `${start}`;
  if (unit === "h") return `${start}.5`;
  return (start / 1_000).toFixed(3);
}

/** About the highest price in each unit: 10 an atom (R4). */
const DEAREST: Readonly<Record<string, number>> = {
  kWh: 9_999,
  Wh: 9,
  m3: 9_999_999,
  L: 9_999,
  h: 35_999,
  count: 9,
};

function makePrice(random: Random, { isExtreme, unit }: ListFrame): string {
  const kind = random.weigh({
    usual: 60,
    fine: 15,
    zero: 5,
    negative: 5,
    dear: isExtreme ? 200 : 5,
  });
  if (kind === "zero") return "0";
  if (kind === "dear") return `${DEAREST[unit] ?? 9}.${random.int(0, 999)}`;
  const digits = kind === "fine" ? 12 : 4;
  const price = (random.next() ** 2).toFixed(digits);
  return kind === "negative" && Number(price) > 0 ? `-${price}` : price;
}

function makeCharges(random: Random, frame: ListFrame): ChargeJson[] {
  if (frame.isExtreme) return [];
  const intervals: ChargeEvery[] = frame.isLong
    ? ["week", "month"]
    : ["hour", "day", "day", "week", "month"];
  return Array.from({ length: random.pick([0, 0, 1, 1, 2, 4]) }, (_, i) => ({
    name: `c${i}`,
    every: random.pick(intervals),
    amount: `${random.chance(0.1) ? "-" : ""}${random.int(0, 3)}.${random.int(1, 999_999)}`,
    ...(random.chance(0.4) && { priority: random.pick([0, 1, 1, 2, 9]) }),
    ...(random.chance(0.5) && { while: makeWhile(random) }),
  }));
}

function makeDemand(random: Random): NonNullable<PriceListJson["demand"]> {
  return {
    window_minutes: random.pick([15, 30, 60] as const),
    price: `${random.chance(0.05) ? "-" : ""}${random.int(0, 20)}.${random.int(0, 999)}`,
  };
}

function makeWhile(random: Random): NonNullable<ChargeJson["while"]> {
  const becomes = () => random.pick(["collect", "drop", "debt"] as const);
  return {
    ...(random.chance(0.5) && { disconnected: becomes() }),
    ...(random.chance(0.5) && { limited: becomes() }),
    ...(random.chance(0.5) && { friendly: becomes() }),
  };
}

function makeTaxes(random: Random): NonNullable<PriceListJson["taxes"]> {
  const rates = ["0.21", "0.10", "0.0511269632", "0.005", "-0.05"];
  return random.some(rates, 0.4).map((rate, i) => ({ name: `t${i}`, rate }));
}
