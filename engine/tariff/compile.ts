/**
 * From a price list to the table of instants that the kernel reads (R31): all local time is worked out here, once.
 */
import { MARK_HOUR } from "../../kernel-as/assembly/layout.ts";
import { CHARGE_STATES, COLLECTIONS, type PriceList } from "../contract/price-list/price-list.ts";
import { taxedAmountMicros, taxedDemandP, taxedPriceP } from "../contract/price-list/taxed.ts";
import { DAY_S, dateOfDay } from "./civil.ts";
import { EPOCH_S_MAX } from "./date-time.ts";
import { chargeFlags, DUE_FLAG, midnightFlags, planSwitches } from "./day-plan.ts";
import { type Mark, type Table, type TableCharge, writeTable } from "./table.ts";
import { epochToLocalS, localToEpochS, openZone, transitions, type Zone } from "./zone.ts";

/** Longest span of a table in seconds: 50 years. */
export const TABLE_SPAN_MAX = 50 * 366 * DAY_S;
/** Most marks of a table: an hourly charge for 50 years fits, and a table stays under 4 MiB. */
export const MARKS_MAX = 500_000;

/**
 * Marks begin so long before the span, so that the last midnight, Monday and first of a month before any instant of it can
 * be looked up.
 */
const LOOKBACK_S = 40 * DAY_S;
/** Of a list by purchase the last start of a cycle, too, which may be a year's. */
const LOOKBACK_PURCHASE_S = 400 * DAY_S;
const HOUR_S = 3_600;
/** The price at which an atom takes 10^6 from the balance. */
const MICRO_ATOM_P = 10n ** 12n;

/** A version's number and start, and the instants [fromS, toS) that its table is to cover; epoch seconds of u32. */
export type TableSpan = { version: number; effectiveFromS: number; fromS: number; toS: number };

/**
 * Compiles a list. Throws a RangeError that says what to do where the span is empty, longer than TABLE_SPAN_MAX or outside
 * 1970-2106, or where more than MARKS_MAX marks would be needed.
 */
export function compileTable(list: PriceList, span: TableSpan): Uint8Array {
  checkSpan(span);
  const zone = openZone(list.timezone);
  if (zone === undefined) throw new Error(`a checked price list has no zone ${list.timezone}`);
  const lookbackS = list.accumulationBasis === "purchase" ? LOOKBACK_PURCHASE_S : LOOKBACK_S;
  return writeTable({
    ...span,
    scope: list.blockScope,
    marks: marksOf({
      list,
      zone,
      span: { ...span, fromS: Math.max(span.fromS - lookbackS, 0) },
    }),
    ...ratesOf(list),
    charges: chargesOf(list),
    demand: list.demand && {
      windowS: list.demand.windowMinutes * 60,
      priceP: taxedDemandP(list.demand, list.taxes, list.unit.atoms),
    },
  });
}

/**
 * What consumption costs by the list's own rates. Of a list by purchase these are what quantity is sold by, and consumption
 * takes as much of a balance in micro-atoms as passes the meter (R34).
 */
function ratesOf(list: PriceList): Pick<Table, "periods" | "vend"> {
  const periods = list.periods.map(({ blocks }) =>
    blocks.map(({ startAtoms, price }) => {
      return { startAtoms, priceP: taxedPriceP(price, list.taxes, list.unit.atoms) };
    }),
  );
  if (list.accumulationBasis === "consumption") return { periods, vend: undefined };
  return { periods: [[{ startAtoms: 0n, priceP: MICRO_ATOM_P }]], vend: periods[0] };
}

/** In the order of their collection: by priority, those of one priority as they are listed (R35). */
function chargesOf(list: PriceList): TableCharge[] {
  const charges = list.charges.map((charge, index) => ({
    due: DUE_FLAG[charge.every],
    index,
    priority: charge.priority,
    while: CHARGE_STATES.reduce(
      (bits, state, i) => bits | (COLLECTIONS.indexOf(charge.while[state]) << (2 * i)),
      0,
    ),
    amountMicros: taxedAmountMicros(charge.amount, list.taxes),
  }));
  return charges.sort((one, other) => one.priority - other.priority);
}

function checkSpan({ version, effectiveFromS, fromS, toS }: TableSpan): void {
  for (const value of [version, effectiveFromS, fromS, toS]) {
    if (Number.isSafeInteger(value) && value >= 0 && value <= EPOCH_S_MAX) continue;
    throw new RangeError(
      `${value} does not fit a table: give whole numbers from 0 to ${EPOCH_S_MAX}`,
    );
  }
  if (fromS < toS && toS - fromS <= TABLE_SPAN_MAX) return;
  throw new RangeError(
    `a table covers up to 50 years: give fromS before toS, not ${fromS} to ${toS}`,
  );
}

/** A switch (the flags are 0) or what falls due or starts (the period is undefined) at an instant of the span. */
type Happening = { atS: number; period: number | undefined; flags: number };
/** What the marks are made from; its span begins where the marks do. */
type Source = { list: PriceList; zone: Zone; span: TableSpan };

function marksOf(source: Source): Mark[] {
  const { fromS } = source.span;
  const { first, happenings } = happeningsOfDays(source);
  if ((chargeFlags(source.list) & MARK_HOUR) !== 0) addHours(happenings, source);
  happenings.sort((one, other) => one.atS - other.atS);

  let mark: Mark = { atS: fromS, period: first, flags: 0 };
  const marks = [mark];
  for (const { atS, period = mark.period, flags } of happenings) {
    if (atS === mark.atS) {
      mark.period = period;
      mark.flags |= flags;
    } else if (period !== mark.period || flags !== 0) {
      mark = { atS, period, flags };
      marks.push(mark);
    }
  }
  return withoutIdle(marks);
}

/** Takes out marks at which a gap's later switch has gone back to the period of before, and nothing else happens. */
function withoutIdle(marks: readonly Mark[]): Mark[] {
  return marks.filter((mark, index) => {
    return index === 0 || mark.flags !== 0 || mark.period !== marks[index - 1]?.period;
  });
}

/**
 * Goes through the local dates, from one that surely begins before the span, and gives the period in force at the start
 * of the span and what happens after. A date that a gap swallows whole has neither midnight nor switches; of two switches
 * in one gap the later one comes last.
 */
function happeningsOfDays(source: Source): { first: number; happenings: Happening[] } {
  const { list, zone } = source;
  const { fromS, toS } = source.span;
  const switchesOf = planSwitches(list);
  const happenings: Happening[] = [];
  let first = 0;
  const last = Math.floor(epochToLocalS(zone, toS) / DAY_S) + 1;
  for (let day = Math.floor(epochToLocalS(zone, fromS) / DAY_S) - 2; day <= last; day++) {
    const midnightS = localToEpochS(zone, day * DAY_S, "switch");
    if (Math.floor(epochToLocalS(zone, midnightS) / DAY_S) !== day) continue;
    const date = dateOfDay(day);
    const flags = midnightFlags(list, day, date);
    if (flags !== 0 && midnightS >= fromS && midnightS < toS) {
      happenings.push({ atS: midnightS, period: undefined, flags });
    }
    for (const { minute, period } of switchesOf(day, date)) {
      const localS = day * DAY_S + minute * 60;
      const atS = minute === 0 ? midnightS : localToEpochS(zone, localS, "switch");
      if (atS <= fromS) first = period;
      else if (atS < toS) happenings.push({ atS, period, flags: 0 });
    }
    if (happenings.length > MARKS_MAX) refuseMarks();
  }
  return { first, happenings };
}

/** Full hours of the local clock as real time passes: 25 on a long day, 23 on a short one, none inside a gap. */
function addHours(happenings: Happening[], { zone, span }: Source): void {
  let startS = span.fromS;
  for (const change of [...transitions(zone, span.fromS, span.toS), { atS: span.toS }]) {
    const toFullHourS = (HOUR_S - (epochToLocalS(zone, startS) % HOUR_S)) % HOUR_S;
    for (let atS = startS + toFullHourS; atS < change.atS; atS += HOUR_S) {
      happenings.push({ atS, period: undefined, flags: MARK_HOUR });
    }
    startS = change.atS;
  }
}

function refuseMarks(): never {
  throw new RangeError(`needs more than ${MARKS_MAX} marks: compile a shorter span of it`);
}
