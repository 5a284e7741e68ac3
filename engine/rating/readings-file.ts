/**
 * CSV files of recorded readings: `meter_id,read_at,register` (interfaces, "CLI").
 */
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { REGISTER_MAX } from "../contract/frame.ts";
import type { Unit } from "../contract/services.ts";
import { parseReadAt } from "../tariff/date-time.ts";
import type { Zone } from "../tariff/zone.ts";

/** Longest file that is read: some ten million readings. */
export const READINGS_FILE_BYTES_MAX = 512 * 1024 * 1024;
/** Longest meter id. */
export const METER_ID_CHARS_MAX = 64;
/** Most meters of a file. */
export const FILE_METERS_MAX = 65_536;
/** Header that a file must have. */
export const READINGS_HEADER = "meter_id,read_at,register";
const HEADER_SHOWN_MAX = 80;

/** One meter's readings in the file's order; `stepAtoms` is the least step that its register texts show (R13). */
export type RecordedMeter = {
  meterId: string;
  readings: { atS: number; registerAtoms: number }[];
  stepAtoms: bigint;
};
/** A line that is no reading. */
export type LineFault = { line: number; message: string };
/** All that the file held. `order` names the meter (index) of each reading, in the file's order. */
export type RecordedReadings = { meters: RecordedMeter[]; order: Uint32Array; faults: LineFault[] };

/** Reads a file. Throws an Error when it can't be read or has another header; faults of lines are collected. */
export function readReadings(path: string, zone: Zone, unit: Unit): RecordedReadings {
  const bytes = readFileSync(path);
  if (bytes.length > READINGS_FILE_BYTES_MAX) {
    throw new Error(`${path} is longer than ${READINGS_FILE_BYTES_MAX} bytes: split it`);
  }
  const [header = "", ...lines] = bytes
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/);
  if (fieldsOf(header)?.join(",") !== READINGS_HEADER) {
    const begin = JSON.stringify(header.slice(0, HEADER_SHOWN_MAX));
    throw new Error(`${path} begins with ${begin}: its header must be ${READINGS_HEADER}`);
  }
  const gathering = new Gathering(unit);
  for (const [i, line] of lines.entries()) {
    if (line.trim() !== "") gathering.add(readLine(line, zone, unit), i + 2);
  }
  return gathering.done();
}

/** Gathers lines by meter. */
class Gathering {
  readonly #unit: Unit;
  readonly #indexes = new Map<string, number>();
  readonly #meters: (RecordedMeter & { decimals: number })[] = [];
  readonly #faults: LineFault[] = [];
  readonly #order: number[] = [];

  constructor(unit: Unit) {
    this.#unit = unit;
  }

  add(reading: Line | string, line: number): void {
    if (typeof reading === "string") {
      this.#faults.push({ line, message: reading });
      return;
    }
    const index = this.#indexOf(reading.meterId, line);
    const meter = this.#meters[index];
    if (meter === undefined) throw new Error("a meter has no place");
    meter.decimals = Math.max(meter.decimals, reading.decimals);
    meter.readings.push({ atS: reading.atS, registerAtoms: reading.registerAtoms });
    this.#order.push(index);
  }

  done(): RecordedReadings {
    for (const meter of this.#meters) meter.stepAtoms = stepOf(this.#unit, meter.decimals);
    return { meters: this.#meters, order: Uint32Array.from(this.#order), faults: this.#faults };
  }

  #indexOf(meterId: string, line: number): number {
    const known = this.#indexes.get(meterId);
    if (known !== undefined) return known;
    const index = this.#meters.length;
    if (index === FILE_METERS_MAX) {
      throw new Error(`line ${line}: more than ${FILE_METERS_MAX} meters: split the file`);
    }
    this.#indexes.set(meterId, index);
    this.#meters.push({ meterId, readings: [], stepAtoms: this.#unit.atoms, decimals: 0 });
    return index;
  }
}

/** A line's fields; undefined where its quotes do not match. Line by line, so that a stray quote spoils one line only. */
function fieldsOf(line: string): string[] | undefined {
  if (!line.includes('"')) return line.split(",").map((field) => field.trim());
  try {
    return (parse(line, { trim: true, relaxColumnCount: true }) as string[][])[0];
  } catch {
    return undefined;
  }
}

type Line = { meterId: string; atS: number; registerAtoms: number; decimals: number };

/** A line's reading, or what is wrong with it. */
function readLine(text: string, zone: Zone, unit: Unit): Line | string {
  const record = fieldsOf(text);
  if (record === undefined) return "has a quote that is not closed, or stands inside a field";
  const [meterId = "", readAt = "", register = ""] = record;
  if (record.length !== 3) return `has ${record.length} fields instead of 3 (${READINGS_HEADER})`;
  if (meterId === "" || meterId.length > METER_ID_CHARS_MAX)
    return `meter_id must have 1 to ${METER_ID_CHARS_MAX} characters`;
  const atS = parseReadAt(readAt, zone);
  if (atS === undefined)
    return `read_at "${readAt.slice(0, 40)}" is no time: write 2026-01-31T13:45:00, with or without an offset, to the whole second`;
  const match = /^(\d{1,16})(?:\.(\d{1,9}))?$/.exec(register);
  if (match === null) return `register "${register.slice(0, 40)}" is no decimal of 0 or more`;
  const fraction = match[2] ?? "";
  const scaled = BigInt(match[1] + fraction) * unit.atoms;
  const scale = 10n ** BigInt(fraction.length);
  if (scaled % scale !== 0n)
    return `register ${register} ${unit.name} is finer than one ${unit.atom}`;
  const atoms = scaled / scale;
  if (atoms > BigInt(REGISTER_MAX))
    return `register ${register} ${unit.name} is over REGISTER_MAX (${REGISTER_MAX} ${unit.atom})`;
  return { meterId, atS, registerAtoms: Number(atoms), decimals: fraction.length };
}

/** One unit of the last decimal place that the meter's registers are written with; at least one atom. */
function stepOf(unit: Unit, decimals: number): bigint {
  const step = unit.atoms / 10n ** BigInt(decimals);
  return step > 0n ? step : 1n;
}
