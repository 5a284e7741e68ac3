/**
 * What an account holds (R34): money in its currency, or quantity that was bought, in the unit that people know its service
 * by. Balances and amounts of the engine are micros of the one or millionths of an atom of the other.
 */
import { formatMicros, MONEY_SCALE, parseDecimal } from "../engine/contract/decimal.ts";
import { DEBTS, MONEY_MAX } from "../engine/contract/fields.ts";
import type { Service, Unit } from "../engine/contract/services.ts";
import { Problem } from "./problems.ts";
import { unitShown } from "./shown-unit.ts";

/** Whose amounts they are. */
export type Holding = { holds: "money" | "quantity"; service: Service; currency: string };

/** Millionths of an atom, as the engine counts quantity that is held. */
const MICRO = 1_000_000n;
/** Decimals of units that do not divide by ten (hours). */
const TIME_DECIMALS = 9;

/** An amount as a decimal text: money with six decimals, quantity exactly (hours floored at nine decimals). */
export function heldText(amount: bigint, holding: Holding): string {
  if (holding.holds === "money") return formatMicros(amount);
  const { scale, exact, per } = scaleOf(unitShown(holding.service));
  const scaled = exact ? amount : floorDiv(amount * 10n ** BigInt(scale), per);
  const size = (scaled < 0n ? -scaled : scaled).toString().padStart(scale + 1, "0");
  const fraction = size.slice(-scale).replace(/0+$/, "").padEnd(2, "0");
  return `${scaled < 0n ? "-" : ""}${size.slice(0, -scale)}.${fraction}`;
}

/** What amounts are in: the currency, or the unit. */
export function heldIn(holding: Holding): string {
  return holding.holds === "money" ? holding.currency : unitShown(holding.service).name;
}

/** Parts of what an amount came to: those that are debts are money in any case. */
export function partTexts(
  parts: Readonly<Partial<Record<string, string>>>,
  holding: Holding,
): Record<string, string> {
  const entries = Object.entries(parts).map(([name, text = "0"]) => {
    const isDebt = DEBTS.some((debt) => debt === name);
    return [name, isDebt ? formatMicros(BigInt(text)) : heldText(BigInt(text), holding)];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

/** A decimal text in what the account holds; throws a Problem that names the place. */
export function heldAmount(text: string, holding: Holding, pointer: string): bigint {
  const amount = amountOf(text, holding);
  if (amount !== undefined && amount <= MONEY_MAX && amount >= -MONEY_MAX) return amount;
  const message = `must be a decimal in ${heldIn(holding)} such as "10.00", not finer than the engine counts and within what it can hold`;
  throw new Problem("invalid_request", {
    detail: `${pointer.slice(1)} ${message}`,
    errors: [{ pointer, message }],
  });
}

function amountOf(text: string, holding: Holding): bigint | undefined {
  if (holding.holds === "money") return parseDecimal(text, MONEY_SCALE);
  const { scale, exact, per } = scaleOf(unitShown(holding.service));
  const value = parseDecimal(text, scale);
  if (value === undefined || exact) return value;
  const amount = value * per;
  const places = 10n ** BigInt(scale);
  return amount % places === 0n ? amount / places : undefined;
}

/** A unit of a power of ten atoms is a shift of the point; others are multiplied out. */
function scaleOf({ atoms }: Unit): { scale: number; exact: boolean; per: bigint } {
  const per = atoms * MICRO;
  const text = per.toString();
  if (/^10*$/.test(text)) return { scale: text.length - 1, exact: true, per };
  return { scale: TIME_DECIMALS, exact: false, per };
}

function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n ? quotient - 1n : quotient;
}
