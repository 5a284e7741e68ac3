/**
 * Recorded readings of meters, rated one after the other: what the offline rating must give.
 */
import { type ModelAccount, openAccount, type Terms } from "./account.ts";
import { type Meter, VERDICTS, type Verdict } from "./judge.ts";
import { PLAIN_POLICY } from "./policy.ts";
import { type PriceList, readPriceList } from "./price-list.ts";
import type { Rated } from "./rate.ts";
import { applyReading } from "./steps.ts";

/** A meter with its readings in the order in which they came; times in epoch seconds, registers in atoms. */
export type ModelMeterInput = {
  meterId: string;
  readings: readonly { at: bigint; register: bigint }[];
  maxRatePerHour?: bigint;
  modulus?: bigint;
  step?: bigint;
};

/** Quantity in atoms and cost in micros of one period and block (index from 0) over all versions. */
export type ModelLine = { period: string; block: number; quantity: bigint; cost: bigint };

/** What became of a meter's readings: counts, atoms, micros. Lines are only those in which something was consumed. */
export type ModelMeter = {
  meterId: string;
  verdicts: Record<Verdict, number>;
  rollovers: number;
  quantity: bigint;
  consumptionCost: bigint;
  chargesCost: bigint;
  lines: ModelLine[];
};

/**
 * Rates each meter as an account of its own that begins with nothing. Time is driven by the meter's own accepted
 * readings alone: nothing is charged after its last one (R35). Throws on a price list that is not valid.
 */
export function rateReadings(input: {
  priceList: unknown;
  meters: readonly ModelMeterInput[];
}): ModelMeter[] {
  const list = readPriceList(input.priceList);
  return input.meters.map((meter) => rateMeter(list, meter));
}

function rateMeter(list: PriceList, input: ModelMeterInput): ModelMeter {
  const terms = termsOf(list, input);
  const meter: ModelMeter = {
    meterId: input.meterId,
    verdicts: countsOfNothing(),
    rollovers: 0,
    quantity: 0n,
    consumptionCost: 0n,
    chargesCost: 0n,
    lines: [],
  };
  const rated: Rated[] = [];
  let account: ModelAccount = openAccount();
  for (const { at, register } of input.readings) {
    const step = applyReading(terms, account, { atS: at, registerAtoms: register });
    account = step.account;
    const { verdict, rollover, charged } = step.outputs;
    if (verdict !== undefined) meter.verdicts[verdict] += 1;
    if (rollover) meter.rollovers += 1;
    for (const piece of step.outputs.rated) {
      meter.quantity += piece.quantityAtoms;
      meter.consumptionCost += piece.costMicros;
      rated.push(piece);
    }
    for (const { amountMicros } of charged) meter.chargesCost += amountMicros;
  }
  meter.lines = linesOf(list, rated);
  return meter;
}

/** Nothing but the meter and the list matters here: no threshold, no supply. */
function termsOf(list: PriceList, { maxRatePerHour, modulus, step }: ModelMeterInput): Terms {
  const meter: Meter = {
    ...(maxRatePerHour !== undefined && { maxRatePerHour }),
    ...(modulus !== undefined && { modulus }),
    ...(step !== undefined && { step }),
  };
  return { lists: new Map([[0, list]]), meter, policy: PLAIN_POLICY, slot: 0n };
}

function countsOfNothing(): Record<Verdict, number> {
  return Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
}

/** One line for each period and block, periods in the order of the list's rates, blocks rising. */
function linesOf(list: PriceList, rated: readonly Rated[]): ModelLine[] {
  const lines = new Map<string, ModelLine>();
  for (const { period, block, quantityAtoms, costMicros } of rated) {
    const key = JSON.stringify([period, block]);
    const line = lines.get(key) ?? { period, block, quantity: 0n, cost: 0n };
    lines.set(key, line);
    line.quantity += quantityAtoms;
    line.cost += costMicros;
  }
  const periods = [...new Set(list.versions.flatMap(({ blocksOf }) => [...blocksOf.keys()]))];
  return [...lines.values()].sort(
    (a, b) => periods.indexOf(a.period) - periods.indexOf(b.period) || a.block - b.block,
  );
}
