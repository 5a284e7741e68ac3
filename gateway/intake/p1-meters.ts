/**
 * The registers in a telegram's lines.
 */

import type { Atom } from "../../engine/contract/services.ts";
import type { Zone } from "../../engine/tariff/zone.ts";
import { billionthsOf, PARTS } from "./exact.ts";
import type { IntakeReading } from "./found.ts";
import type { ObisLine } from "./p1-lines.ts";
import { p1TimeS } from "./p1-time.ts";

/** A reading, or what is wrong with it. */
export type P1Reading = Omit<IntakeReading, "quality"> | { line: number; fault: string };
type Options = { zone: Zone; readAtS: number | undefined };

/** Channels of sub-meters: 0-1 to 0-4. */
const CHANNELS = [1, 2, 3, 4];
/** Atoms of a unit as a fraction: a gigajoule is no whole number of watt-hours. */
const UNITS: Readonly<Record<string, { atom: Atom; atoms: bigint; per: bigint }>> = {
  wh: { atom: "Wh", atoms: 1n, per: 1n },
  kwh: { atom: "Wh", atoms: 1_000n, per: 1n },
  mwh: { atom: "Wh", atoms: 1_000_000n, per: 1n },
  gj: { atom: "Wh", atoms: 2_500_000n, per: 9n },
  m3: { atom: "mL", atoms: 1_000_000n, per: 1n },
};

/** Import (1.8) and export (2.8) of the electricity meter: the total where it is told, else the sum of its tariffs. */
export function electricityOf(
  lines: readonly ObisLine[],
  line: number,
  options: Options,
): P1Reading[] {
  const registers = lines.filter(({ code }) => /^1-0:[12]\.8\.\d$/.test(code));
  if (registers.length === 0) return [];
  const id = textOf(told(lines, "0-0:96.1.1") ?? told(lines, "0-0:96.1.0") ?? "");
  if (/^0*$/.test(id)) return [{ line, fault: "the meter tells no serial number (0-0:96.1.1)" }];
  const time = told(lines, "0-0:1.0.0");
  const atS = time === undefined ? options.readAtS : p1TimeS(time, options.zone);
  if (atS === undefined)
    return [{ line, fault: "the telegram carries no time (0-0:1.0.0): say when it was read" }];
  const readings: P1Reading[] = [];
  for (const side of ["1.8", "2.8"]) {
    const own = registers.filter(({ code }) => code.startsWith(`1-0:${side}.`));
    const total = own.filter(({ code }) => code.endsWith(".0"));
    const first = own[0];
    if (first === undefined) continue;
    const amounts = (total.length > 0 ? total : own).map(({ values }) => amountOf(values[0] ?? ""));
    if (amounts.some((amount) => amount?.atom !== "Wh"))
      readings.push({ line: first.line, fault: `the register ${side} is no number of kWh` });
    else {
      const registerAtoms = amounts.reduce((sum, amount) => sum + (amount?.atoms ?? 0n), 0n);
      readings.push({ line: first.line, meterId: `${id}/${side}`, atom: "Wh", registerAtoms, atS });
    }
  }
  return readings;
}

/** The meters behind the electricity meter, each with the time at which it was read. */
export function subMetersOf(lines: readonly ObisLine[], { zone }: Options): P1Reading[] {
  return CHANNELS.flatMap((channel): P1Reading[] => {
    const entry = lines.find(({ code }) =>
      new RegExp(`^0-${channel}:24\\.(2\\.[13]|3\\.0)$`).test(code),
    );
    if (entry === undefined) return [];
    const { line, values } = entry;
    const id = textOf(
      told(lines, `0-${channel}:96.1.0`) ?? told(lines, `0-${channel}:96.1.1`) ?? "",
    );
    if (/^0*$/.test(id)) return [{ line, fault: `sub-meter ${channel} tells no serial number` }];
    const atS = p1TimeS(values[0] ?? "", zone);
    if (atS === undefined)
      return [
        {
          line,
          fault: `sub-meter ${channel} was never read: its time is "${values[0]?.slice(0, 16)}"`,
        },
      ];
    // Older telegrams name the unit before the value: (time)(..)(..)(..)(code)(m3) and (value) below.
    const last = values.at(-1) ?? "";
    const amount = amountOf(
      entry.code.endsWith("24.3.0") ? `${last}*${values.at(-2) ?? ""}` : last,
    );
    if (amount === undefined)
      return [{ line, fault: `sub-meter ${channel}: "${last.slice(0, 24)}" is no amount` }];
    return [{ line, meterId: id, atom: amount.atom, registerAtoms: amount.atoms, atS }];
  });
}

function amountOf(text: string): { atom: Atom; atoms: bigint } | undefined {
  const [number = "", unit = ""] = text.split("*");
  const of = UNITS[unit.toLowerCase()];
  const billionths = billionthsOf(number);
  if (of === undefined || billionths === undefined) return undefined;
  return { atom: of.atom, atoms: (billionths * of.atoms) / (PARTS * of.per) };
}

function told(lines: readonly ObisLine[], code: string): string | undefined {
  return lines.find((line) => line.code === code)?.values[0];
}

/** Serial numbers are written as the hex of their characters; what is no such text stays as it is. */
function textOf(value: string): string {
  if (!/^([0-9a-fA-F]{2}){4,}$/.test(value)) return value.slice(0, 64);
  const text = Buffer.from(value, "hex").toString("latin1");
  return /^[\x21-\x7e]+$/.test(text) ? text : value.slice(0, 64);
}
