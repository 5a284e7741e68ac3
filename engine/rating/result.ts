/**
 * What became of recorded readings, meter by meter: the JSON of `drawdown rate` and `drawdown replay`.
 */
import { formatMicros } from "../contract/decimal.ts";
import type { PriceList } from "../contract/price-list/price-list.ts";
import { VERDICTS, type Verdict } from "../contract/rated.ts";
import { atomsToText } from "../contract/services.ts";

/** One meter's sums, exact. Lines are keyed by "period/block". */
export type MeterSums = {
  meterId: string;
  verdicts: Record<Verdict, number>;
  chargesMicros: bigint;
  lines: Map<string, { period: string; block: number; quantityAtoms: bigint; costMicros: bigint }>;
};

/** Sums with nothing in them. */
export function emptySums(meterId: string): MeterSums {
  const verdicts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<
    Verdict,
    number
  >;
  return { meterId, verdicts, chargesMicros: 0n, lines: new Map() };
}

/** Adds a rated part to its line. */
export function addLine(
  sums: MeterSums,
  period: string,
  block: number,
  quantityAtoms: bigint,
  costMicros: bigint,
): void {
  const key = `${period}/${block}`;
  const line = sums.lines.get(key) ?? { period, block, quantityAtoms: 0n, costMicros: 0n };
  line.quantityAtoms += quantityAtoms;
  line.costMicros += costMicros;
  sums.lines.set(key, line);
}

/** A meter's result as it is printed. `accepted` counts openings and rollovers too. */
export type MeterResult = ReturnType<typeof totalsOf> & { meter_id: string };
/** The whole result. Quantities are decimals in `unit`, money decimals in `currency`. */
export type RatingResult = {
  price_list: string;
  unit: string;
  currency: string;
  meters: MeterResult[];
  totals: ReturnType<typeof totalsOf>;
};

/** The result of meters that were rated by one price list. */
export function toResult(list: PriceList, meters: readonly MeterSums[]): RatingResult {
  return {
    price_list: list.name,
    unit: list.unit.name,
    currency: list.currency,
    meters: meters.map((sums) => ({ meter_id: sums.meterId, ...totalsOf(list, [sums]) })),
    totals: totalsOf(list, meters),
  };
}

function totalsOf(list: PriceList, meters: readonly MeterSums[]) {
  const all = emptySums("");
  for (const sums of meters) {
    for (const verdict of VERDICTS) all.verdicts[verdict] += sums.verdicts[verdict];
    all.chargesMicros += sums.chargesMicros;
    for (const { period, block, quantityAtoms, costMicros } of sums.lines.values()) {
      addLine(all, period, block, quantityAtoms, costMicros);
    }
  }
  const lines = [...all.lines.values()].sort((a, b) => orderOf(list, a) - orderOf(list, b));
  const quantity = lines.reduce((sum, line) => sum + line.quantityAtoms, 0n);
  const cost = lines.reduce((sum, line) => sum + line.costMicros, 0n);
  const { accepted, opening, rollover, ...rest } = all.verdicts;
  return {
    accepted: accepted + opening + rollover,
    ...rest,
    rollovers: rollover,
    quantity: atomsToText(quantity, list.unit),
    consumption_cost: formatMicros(cost),
    charges_cost: formatMicros(all.chargesMicros),
    total_cost: formatMicros(cost + all.chargesMicros),
    lines: lines.map(({ period, block, quantityAtoms, costMicros }) => ({
      period,
      block,
      quantity: atomsToText(quantityAtoms, list.unit),
      cost: formatMicros(costMicros),
    })),
  };
}

const BLOCKS_ORDER = 1_000;

function orderOf(list: PriceList, line: { period: string; block: number }): number {
  return list.periods.findIndex(({ name }) => name === line.period) * BLOCKS_ORDER + line.block;
}
