/**
 * P1 telegrams (DSMR 2.2 to 5 and its relatives): the electricity meter's import and export, and the meters that it reads
 * over M-Bus, each with its own time. From version 4 on a telegram ends in a checksum of all its bytes; one that does not
 * match is refused whole.
 */
import { openZone, type Zone } from "../../engine/tariff/zone.ts";
import { crc16 } from "./crc16.ts";
import { addFault, type IntakeFound, nothingFound } from "./found.ts";
import { type ObisLine, obisLinesOf } from "./p1-lines.ts";
import { electricityOf, type P1Reading, subMetersOf } from "./p1-meters.ts";

/** The zone of telegrams unless another is named. */
export const P1_ZONE = "Europe/Amsterdam";
/** Longest telegram. */
const TELEGRAM_BYTES_MAX = 16_384;
/** Most telegrams of one file. */
const TELEGRAMS_MAX = 1_000_000;

/** How to read telegrams: their zone, and a time for those that carry none (version 2 and 3), in epoch seconds. */
export type P1Options = { zone?: Zone | undefined; readAtS?: number | undefined };

type Telegram = { bytes: Buffer; line: number; crc: string };

/** Reads all telegrams of a file. Never throws. */
export function readP1(bytes: Buffer, options: P1Options = {}): IntakeFound {
  const found = nothingFound();
  const zone = options.zone ?? openZone(P1_ZONE);
  if (zone === undefined) throw new Error(`this machine does not know the zone ${P1_ZONE}`);
  const telegrams = telegramsOf(bytes, found);
  const advance = new Map<string, { first: bigint; last: bigint }>();
  for (const telegram of telegrams) {
    const fault = crcFault(telegram);
    if (fault !== undefined) {
      addFault(found, telegram.line, fault);
      continue;
    }
    const lines = obisLinesOf(telegram.bytes.toString("latin1"), telegram.line);
    for (const reading of readingsOf(lines, telegram.line, { zone, readAtS: options.readAtS })) {
      if ("fault" in reading) addFault(found, reading.line, reading.fault);
      else note(found, reading, advance);
    }
  }
  for (const meter of found.meters) {
    const { first = 0n, last = 0n } = advance.get(meter.meterId) ?? {};
    meter.advanceAtoms = last - first;
  }
  return found;
}

function readingsOf(
  lines: readonly ObisLine[],
  line: number,
  options: { zone: Zone; readAtS: number | undefined },
): P1Reading[] {
  return [...electricityOf(lines, line, options), ...subMetersOf(lines, options)];
}

function note(
  found: IntakeFound,
  reading: Exclude<P1Reading, { fault: string }>,
  advance: Map<string, { first: bigint; last: bigint }>,
): void {
  const { meterId, atom, registerAtoms } = reading;
  found.readings.push({ ...reading, quality: "actual" });
  const known = advance.get(meterId);
  advance.set(meterId, { first: known?.first ?? registerAtoms, last: registerAtoms });
  const meter = found.meters.find((each) => each.meterId === meterId);
  if (meter !== undefined) meter.readings++;
  else
    found.meters.push({ meterId, atom, advanceAtoms: 0n, readings: 1, estimated: 0, missing: 0 });
}

/** Telegrams go from a slash at the start of a line to the line of the exclamation mark. */
function telegramsOf(bytes: Buffer, found: IntakeFound): Telegram[] {
  const telegrams: Telegram[] = [];
  let line = 1;
  let begin: { at: number; line: number } | undefined;
  for (let at = 0; at < bytes.length && telegrams.length < TELEGRAMS_MAX; line++) {
    const newline = bytes.indexOf(0x0a, at);
    const end = newline < 0 ? bytes.length : newline;
    const first = bytes[at];
    if (first === 0x2f) {
      if (begin !== undefined) addFault(found, begin.line, "a telegram that does not end");
      begin = { at, line };
    } else if (begin === undefined && bytes.subarray(at, end).toString("latin1").trim() !== "")
      addFault(found, line, "stands outside of a telegram, which begins with /");
    else if (first === 0x21 && begin !== undefined) {
      const crc = bytes
        .subarray(at + 1, end)
        .toString("latin1")
        .trim();
      telegrams.push({ bytes: bytes.subarray(begin.at, at + 1), line: begin.line, crc });
      begin = undefined;
    }
    at = end + 1;
  }
  if (begin !== undefined) addFault(found, begin.line, "a telegram that does not end");
  if (telegrams.length === 0 && found.faults.length === 0)
    addFault(found, 1, "the file holds no telegram");
  return telegrams;
}

function crcFault({ bytes, crc }: Telegram): string | undefined {
  if (bytes.length > TELEGRAM_BYTES_MAX)
    return `the telegram is longer than ${TELEGRAM_BYTES_MAX} bytes`;
  if (crc === "") return undefined;
  if (!/^[0-9a-fA-F]{1,4}$/.test(crc)) return `the checksum "${crc.slice(0, 8)}" is no hex number`;
  const own = crc16(bytes);
  if (Number.parseInt(crc, 16) === own) return undefined;
  return `the checksum is ${crc}, of the bytes it is ${own.toString(16).toUpperCase().padStart(4, "0")}: the telegram is damaged, or its line ends (CR LF) were changed`;
}
