/**
 * Common areas shared out among the private units of a site: equally, by floor area or by consumption; to the atom and the
 * micro, so that the shares sum to the whole.
 */
import { formatDecimal, formatMicros } from "../../engine/contract/decimal.ts";
import type { Service } from "../../engine/contract/services.ts";
import { shownIn } from "../account-view.ts";
import { shareOut } from "./shares-out.ts";
import { type Column, column, type Row, SHARED } from "./table.ts";

/** By what common areas are shared. */
export const SHARE_RULES = ["equal", "area", "consumption"] as const;
/** By what common areas are shared. */
export type ShareRule = (typeof SHARE_RULES)[number];

/** Columns of the report. */
export const ALLOCATION_COLUMNS: readonly Column[] = [
  SHARED.unitId,
  SHARED.unitName,
  SHARED.service,
  column("rule", "text", "By what it is shared"),
  column("weight", "decimal", "1, the area in m², or the consumption in `unit`"),
  column("share", "decimal", "Of the whole, rounded down to twelve places"),
  SHARED.quantity,
  SHARED.unit,
  SHARED.quantityAtoms,
  column("cost", "money", "The unit's share of what consumption cost"),
  column("charges", "money", "The unit's share of charges"),
  column("total", "money", "Cost and charges"),
  SHARED.currency,
];

const SHARE_PLACES = 12;

/** A private unit with what can be its weight: hundredths of a square metre, atoms. */
export type SharingUnit = {
  unitId: string;
  name: string;
  areaDm2: number | null;
  usedAtoms: bigint;
};

/** What is shared: sums of the common areas. */
export type Common = {
  service: Service;
  currency: string;
  quantityAtoms: bigint;
  costMicros: bigint;
  chargesMicros: bigint;
};

/** A row for each unit. Throws a RangeError where the rule has no weights to go by, naming what is missing. */
export function allocationRows(
  rule: ShareRule,
  units: readonly SharingUnit[],
  common: Common,
): Row[] {
  const weights = units.map((unit) => weightOf(rule, unit));
  const all = weights.reduce((sum, weight) => sum + weight, 0n);
  if (all === 0n)
    throw new RangeError(
      units.length === 0
        ? "the site has no private unit to share among"
        : "no unit consumed anything in this time: share by equal or area",
    );
  const quantities = shareOut(common.quantityAtoms, weights);
  const costs = shareOut(common.costMicros, weights);
  const charges = shareOut(common.chargesMicros, weights);
  return units.map(({ unitId, name }, at) => {
    const weight = weights[at] ?? 0n;
    const cost = costs[at] ?? 0n;
    const charge = charges[at] ?? 0n;
    return {
      unit_id: unitId,
      unit_name: name,
      service: common.service,
      rule,
      weight: weightText(rule, weight, common.service),
      share: formatDecimal((weight * 10n ** BigInt(SHARE_PLACES)) / all, SHARE_PLACES, 2),
      ...shownIn(quantities[at] ?? 0n, common.service),
      quantity_atoms: String(quantities[at] ?? 0n),
      cost: formatMicros(cost),
      charges: formatMicros(charge),
      total: formatMicros(cost + charge),
      currency: common.currency,
    };
  });
}

function weightOf(rule: ShareRule, { name, areaDm2, usedAtoms }: SharingUnit): bigint {
  if (rule === "equal") return 1n;
  if (rule === "consumption") return usedAtoms;
  if (areaDm2 === null)
    throw new RangeError(`the unit "${name}" has no area_m2: give it one, or share by equal`);
  return BigInt(areaDm2);
}

function weightText(rule: ShareRule, weight: bigint, service: Service): string {
  if (rule === "equal") return String(weight);
  return rule === "area" ? formatDecimal(weight, 2, 0) : shownIn(weight, service).quantity;
}
