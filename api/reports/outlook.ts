/**
 * What accounts will consume and pay, and how long their credit lasts: forecasts of their own series, with the errors that
 * the same forecast had on the end of the series.
 */
import { formatDecimal, formatMicros } from "../../engine/contract/decimal.ts";
import type { AccountState } from "../../engine/contract/queries.ts";
import { type Chosen, chooseModel } from "../forecast/choose.ts";
import { daysLeftBy } from "../forecast/days-left.ts";
import { type DaySeries, daySeries, edgesBefore } from "./day-series.ts";
import { groupBy } from "./group-by.ts";
import type { ReportStore } from "./store.ts";
import type { Subject } from "./subjects.ts";
import type { Cell } from "./table.ts";

/** Days, or hours, of history that a forecast is made from. */
export const HISTORY = { day: 120, hour: 1_344 } as const;
/** Forecasts that are made before others get their turn. */
const AT_ONCE = 50;
/** Whole values of doubles. */
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** A forecast of a quantity and of what it costs, charges with it; values from `fromS` on. */
export type Outlook = {
  subject: Subject;
  fromS: number;
  atoms: bigint[];
  micros: bigint[];
  quantity: Chosen;
  cost: Chosen;
};

/** The outlooks of subjects over so many intervals; those without a reading in the history have none. */
export async function outlooksOf(
  store: ReportStore,
  subjects: readonly Subject[],
  asked: { nowS: number; every: "hour" | "day"; horizon: number },
): Promise<Outlook[]> {
  const { nowS, every, horizon } = asked;
  const found: Outlook[] = [];
  for (const [timezone, some] of groupBy(subjects, (subject) => subject.timezone)) {
    const edges = edgesBefore(nowS, HISTORY[every], every, timezone);
    const byNumber = new Map(some.map((subject) => [subject.number, subject]));
    for (const series of await daySeries(store, [...byNumber.keys()], edges)) {
      const subject = byNumber.get(series.account);
      if (subject === undefined) continue;
      found.push(outlookOf(subject, series, { every, horizon, fromS: edges.at(-1) ?? nowS }));
      if (found.length % AT_ONCE === 0) await new Promise(setImmediate);
    }
  }
  return found;
}

function outlookOf(
  subject: Subject,
  { atoms, micros }: DaySeries,
  { every, horizon, fromS }: { every: "hour" | "day"; horizon: number; fromS: number },
): Outlook {
  const used = atoms.map(asDouble);
  const paid = micros.map(asDouble);
  const quantity = chooseModel(used, every);
  const cost = chooseModel(paid, every);
  return {
    subject,
    fromS,
    quantity,
    cost,
    atoms: quantity.model.forecast(used, horizon).map(asWhole),
    micros: cost.model.forecast(paid, horizon).map(asWhole),
  };
}

function asDouble(value: bigint): number {
  return Number(value > SAFE ? SAFE : value < -SAFE ? -SAFE : value);
}

function asWhole(value: number): bigint {
  return BigInt(Math.round(value));
}

/** Days left of an account in this state; null where it lasts for longer than is looked ahead, or the state is not known. */
export function daysLeftOf(
  { subject, atoms, micros }: Outlook,
  state: AccountState | null | undefined,
): number | null {
  if (!state) return null;
  const costs = subject.holds === "quantity" ? atoms.map((each) => each * 1_000_000n) : micros;
  return daysLeftBy(asDouble(BigInt(state.available_credit_micros)), costs.map(asDouble));
}

/** Errors as cells: of quantity in the unit, of money in the currency. */
export function errorCells(
  { model, errors }: Chosen,
  prefix: string,
  shown: (whole: bigint) => string,
): Record<string, Cell> {
  return {
    [`${prefix}model`]: model.name,
    [`${prefix}mae`]: errors === null ? null : shown(asWhole(errors.mae)),
    [`${prefix}mase`]: errors?.mase == null ? null : places(errors.mase, 3),
    [`${prefix}smape_percent`]: errors === null ? null : places(errors.smape, 1),
  };
}

function places(value: number, count: number): string {
  return formatDecimal(asWhole(value * 10 ** count), count, count);
}

/** Money as text. */
export function moneyText(micros: bigint): string {
  return formatMicros(micros);
}
