/**
 * Figures as people read them.
 */
import type { RowUnit } from "../rows.ts";
import type { SideResult } from "./rounds.ts";
import { type Spread, spreadOf } from "./spread.ts";

/** A number in three digits, with k, M or G from a thousand on. */
export function short(value: number): string {
  const size = Math.abs(value);
  for (const [unit, each] of [
    ["G", 1e9],
    ["M", 1e6],
    ["k", 1e3],
  ] as const) {
    if (size >= each * 0.9995) return `${digits(value / each)} ${unit}`;
  }
  return digits(value);
}

function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95 || value === 0) return value.toFixed(0);
  if (size >= 9.995) return value.toFixed(1);
  return size >= 0.00995 ? value.toFixed(2) : value.toPrecision(2);
}

/** A figure of a row with its unit. */
export function figure(value: number, unit: RowUnit): string {
  const text = unit === "readings/s" ? short(value) : digits(value);
  return unit === "×" ? `${text} ×` : `${text} ${unit}`;
}

/** Median, and in brackets least and most. */
export function spread(value: Spread, write: (figure: number) => string): string {
  return `${write(value.median)} (${write(value.min)} – ${write(value.max)})`;
}

/** One side: units a second, and CPU time for a thousand units. */
export function side({ name, unit, rates, cpuMicros }: SideResult): string {
  const rate = spread(spreadOf(rates), short);
  const cpu = spreadOf(cpuMicros).median;
  return `${name}: ${rate} ${unit}/s, ${time(cpu)} of CPU for 1 000`;
}

/** A time given in microseconds, in the unit that fits. */
export function time(micros: number): string {
  if (micros < 1e3) return `${digits(micros)} µs`;
  return micros < 1e6 ? `${digits(micros / 1e3)} ms` : `${digits(micros / 1e6)} s`;
}
