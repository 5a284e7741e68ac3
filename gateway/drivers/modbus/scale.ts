/**
 * From a raw number to whole atoms by the device file's scale and step, as fractions of bigints.
 */
import {
  type BillingRegister,
  billingUnit,
  type DisplayRegister,
} from "../../devices/modbus-register.ts";
import type { Exact } from "./bits.ts";

/** What a count is worth; device files of every protocol say it in these words. */
export type Scaled = Pick<BillingRegister, "scale" | "unit" | "step">;

/** A positive decimal text as a fraction. */
export type Fraction = { over: bigint; under: bigint };

/** A decimal text, which the schema has checked, as a fraction. */
function fractionOf(text: string): Fraction {
  const [whole = "", fraction = ""] = text.split(".");
  return { over: BigInt(whole + fraction), under: 10n ** BigInt(fraction.length) };
}

/** Atoms that one raw count is worth. */
export function atomsPerCount(register: Scaled): Fraction {
  const scale = fractionOf(register.scale);
  return { over: scale.over * billingUnit(register).atoms, under: scale.under };
}

/** The step that readings are rounded down to, in atoms; 1 where the file names none. */
export function stepAtoms(register: Scaled): bigint {
  if (register.step === undefined) return 1n;
  const step = fractionOf(register.step);
  return (step.over * billingUnit(register).atoms) / step.under;
}

/** A raw number in atoms, rounded down to the register's step: exact for whole numbers that need no step. */
export function scaledAtoms(value: Exact, register: Scaled): bigint {
  const count = atomsPerCount(register);
  const step = stepAtoms(register);
  const up = value.exponent > 0 ? 1n << BigInt(value.exponent) : 1n;
  const down = value.exponent < 0 ? 1n << BigInt(-value.exponent) : 1n;
  return floorDiv(value.significand * count.over * up, count.under * down * step) * step;
}

/** What one unit of a display register is in W or L/h. */
const DISPLAY_UNITS: Record<DisplayRegister["unit"], number> = {
  W: 1,
  kW: 1_000,
  "L/h": 1,
  "m3/h": 1_000,
};

/** A display value in W or L/h: a plain number, since nothing is billed by it. */
export function displayValue(value: Exact, register: DisplayRegister): number {
  const raw = Number(value.significand) * 2 ** value.exponent;
  return raw * Number(register.scale) * DISPLAY_UNITS[register.unit];
}

/** The raw count that a display value stands for: the inverse of {@link displayValue}. */
export function displayCount(value: number, register: DisplayRegister): number {
  return value / (Number(register.scale) * DISPLAY_UNITS[register.unit]);
}

/** Division that rounds down for both signs. */
function floorDiv(over: bigint, under: bigint): bigint {
  const quotient = over / under;
  return over % under !== 0n && over < 0n ? quotient - 1n : quotient;
}
