/**
 * Rules of meaning of unit, rates, charges, maximum demand and taxes.
 */
import { formatDecimal } from "../decimal.ts";
import { atomOf, atomsFromText, UNIT_NAMES, type Unit, unitNamed } from "../services.ts";
import type { Draft, DraftPeriod } from "./draft.ts";
import { shown } from "./fault.ts";
import {
  AMOUNT_MICROS_MAX,
  BLOCK_START_ATOMS_MAX,
  DECIMAL_SCALE,
  PRICE_P_MAX,
  TAX_RATE_MAX,
} from "./limits.ts";
import { fault, inside, type Place } from "./part.ts";
import type { Tax } from "./price-list.ts";
import { checkSoldPrices, isPurchase } from "./rules-purchase.ts";
import { taxedAmountMicros, taxedDemandP, taxedPriceP } from "./taxed.ts";

/** Checks unit, rates, charges, maximum demand and taxes; `place` is the list's. */
export function checkMoney(place: Place, draft: Draft): void {
  const taxes = checkTaxes(inside(place, "taxes"), draft);
  const unit = checkUnit(inside(place, "unit"), draft);
  if (unit !== undefined) {
    for (const period of draft.periods) {
      const at = inside(inside(place, "rates"), period.name);
      checkStarts(at, period, unit);
      if (isPurchase(draft)) checkSoldPrices(at, period, { unit, taxes });
      else checkPrices(at, period, { unit, taxes });
    }
    checkDemandPrice(inside(inside(place, "demand"), "price"), draft, { unit, taxes });
  }
  checkDemandCycle(inside(place, "demand"), draft);
  checkCharges(inside(place, "charges"), draft, taxes);
}

function checkUnit(place: Place, draft: Draft): Unit | undefined {
  if (draft.unit === undefined) return undefined;
  const unit = unitNamed(draft.unit);
  if (unit === undefined) {
    fault(place, `is an unknown unit, ${shown(draft.unit)}: use one of ${UNIT_NAMES.join(", ")}`);
    return undefined;
  }
  if (draft.service === undefined || atomOf(draft.service) === unit.atom) return unit;
  const fitting = UNIT_NAMES.filter((name) => {
    return draft.service !== undefined && unitNamed(name)?.atom === atomOf(draft.service);
  });
  fault(place, `${unit.name} does not measure ${draft.service}: use ${fitting.join(", ")}`);
  return unit;
}

/** The taxes that can be reckoned with; a list with unsound ones is refused anyway. */
function checkTaxes(place: Place, draft: Draft): Tax[] {
  const sound: Tax[] = [];
  for (const [index, tax] of draft.taxes.entries()) {
    if (tax === undefined) continue;
    refuseSecond(inside(place, index), tax.name, draft.taxes.slice(0, index));
    if (tax.rate < 0n || tax.rate > TAX_RATE_MAX * 10n ** BigInt(DECIMAL_SCALE)) {
      fault(
        inside(inside(place, index), "rate"),
        `must lie from 0 to ${TAX_RATE_MAX}, not ${formatDecimal(tax.rate, DECIMAL_SCALE, 0)}: write 0.21 for 21 %`,
      );
    } else sound.push(tax);
  }
  return sound;
}

/** Blocks rise strictly from 0 in whole atoms. */
function checkStarts(place: Place, period: DraftPeriod, unit: Unit): void {
  let before: bigint | undefined;
  for (const [index, block] of period.blocks.entries()) {
    const at = inside(inside(place, index), "from");
    const start = block && atomsFromText(block.from, unit);
    if (block === undefined) before = undefined;
    else if (start === undefined) {
      fault(
        at,
        `${block.from} ${unit.name} is finer than one ${unit.atom}: give whole ${unit.atom}`,
      );
    } else if (index === 0 && start !== 0n) {
      fault(at, `must be "0": the first block starts at 0, not at ${block.from}`);
    } else if (before !== undefined && start <= before) {
      fault(at, `must rise: ${block.from} is not above the start of the block before it`);
    } else if (start > BLOCK_START_ATOMS_MAX || start < 0n) {
      fault(at, `must lie from 0 to ${BLOCK_START_ATOMS_MAX} ${unit.atom}`);
    }
    if (start !== undefined && (before === undefined || start > before)) before = start;
  }
}

function checkPrices(
  place: Place,
  period: DraftPeriod,
  { unit, taxes }: { unit: Unit; taxes: readonly Tax[] },
): void {
  for (const [index, block] of period.blocks.entries()) {
    if (block === undefined) continue;
    const priceP = taxedPriceP(block.price, taxes, unit.atoms);
    if (priceP <= PRICE_P_MAX && priceP >= -PRICE_P_MAX) continue;
    const most = formatDecimal(PRICE_P_MAX * unit.atoms, 12, 0);
    fault(
      inside(inside(place, index), "price"),
      `is out of range: with taxes at most ${most} per ${unit.name} is taken, of either sign`,
    );
  }
}

function checkDemandPrice(
  place: Place,
  { demand }: Draft,
  { unit, taxes }: { unit: Unit; taxes: readonly Tax[] },
): void {
  if (demand === undefined) return;
  const priceP = taxedDemandP(demand, taxes, unit.atoms);
  if (priceP <= PRICE_P_MAX && priceP >= -PRICE_P_MAX) return;
  const most = (PRICE_P_MAX * unit.atoms * BigInt(demand.windowMinutes)) / 60n;
  fault(
    place,
    `is out of range: with taxes at most ${formatDecimal(most, 12, 0)} per ${unit.name} an hour is taken, of either sign`,
  );
}

/** R38: it is charged where a cycle begins, so there has to be one. */
function checkDemandCycle(place: Place, { demand, cycle }: Draft): void {
  if (demand === undefined || cycle?.every !== "none") return;
  fault(place, 'is charged where a cycle begins: give a cycle, such as { "every": "month" }');
}

function checkCharges(place: Place, draft: Draft, taxes: readonly Tax[]): void {
  for (const [index, charge] of draft.charges.entries()) {
    if (charge === undefined) continue;
    refuseSecond(inside(place, index), charge.name, draft.charges.slice(0, index));
    const micros = taxedAmountMicros(charge.amount, taxes);
    if (micros <= AMOUNT_MICROS_MAX && micros >= -AMOUNT_MICROS_MAX) continue;
    fault(
      inside(inside(place, index), "amount"),
      `is out of range: with taxes at most ${formatDecimal(AMOUNT_MICROS_MAX, 6, 0)} is taken, of either sign`,
    );
  }
}

function refuseSecond(
  place: Place,
  name: string,
  before: readonly ({ name: string } | undefined)[],
): void {
  if (!before.some((other) => other?.name === name)) return;
  fault(inside(place, "name"), `is a second one named ${shown(name)}: name each once`);
}
