/**
 * The 64 units of the fixed structure (CI 73 and 77): each a base unit with a power of ten.
 */
import type { Meaning } from "./meaning.ts";

/** Code of a second counter that holds the first one's value of an earlier date. */
export const SAME_BUT_HISTORIC = 0x3e;

type Run = { from: number; codes: number; quantity: string; unit: string; exponent: number };

const RUNS: readonly Run[] = [
  { from: 0x02, codes: 9, quantity: "Energy", unit: "Wh", exponent: 0 },
  { from: 0x0b, codes: 9, quantity: "Energy", unit: "J", exponent: 3 },
  { from: 0x14, codes: 9, quantity: "Power", unit: "W", exponent: 0 },
  { from: 0x1d, codes: 9, quantity: "Power", unit: "J/h", exponent: 3 },
  { from: 0x26, codes: 9, quantity: "Volume", unit: "m^3", exponent: -6 },
  { from: 0x2f, codes: 9, quantity: "Volume flow", unit: "m^3/h", exponent: -6 },
  { from: 0x38, codes: 1, quantity: "Temperature", unit: "°C", exponent: -3 },
  { from: 0x39, codes: 1, quantity: "H.C.A.", unit: "Units for H.C.A.", exponent: 0 },
  { from: 0x3f, codes: 1, quantity: "Dimensionless", unit: "", exponent: 0 },
];

/** The meaning of a unit code; undefined for dates (00, 01), 3E and reserved ones, whose counters carry no number. */
export function fixedMeaning(code: number): Meaning | undefined {
  const run = RUNS.find(({ from, codes }) => from <= code && code < from + codes);
  if (run === undefined) return undefined;
  const { quantity, unit, exponent } = run;
  return { quantity, unit, exponent: exponent + code - run.from, factor: 1n, type: "number" };
}
