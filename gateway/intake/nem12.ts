/**
 * NEM12: intervals of the Australian market, in its own time (UTC+10, no summer time). The quantities of a stream's
 * intervals are added up exactly; the register at each interval's end is what they have come to in whole atoms.
 *
 * Quality: A is actual; E, S and F are estimates (R18); N was not measured and gives no reading, so that the next one
 * carries what is known.
 */
import type { Quality } from "../../engine/contract/frame.ts";
import { PARTS } from "./exact.ts";
import { addFault, INTAKE_READINGS_MAX, type IntakeFound, nothingFound } from "./found.ts";
import { type Day, readDay, readQualities } from "./nem12-day.ts";
import { type Stream, streamOf } from "./nem12-stream.ts";

const LINES_MAX = 2_000_000;
const MINUTE_S = 60;

type Days = { stream: Stream; days: Map<number, Day> };
type Reading = { found: IntakeFound; streams: Map<string, Days>; open: Days | undefined };

/** Reads a file's text. Never throws; a file that is no NEM12 gives one fault with the line and the reason. */
export function readNem12(text: string): IntakeFound {
  const found = nothingFound();
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const refusal = refusalOf(text, lines);
  if (refusal !== undefined) {
    addFault(found, refusal.line, refusal.message);
    return found;
  }
  const reading: Reading = { found, streams: new Map(), open: undefined };
  let end: number | undefined;
  let day: { day: Day; line: number } | undefined;
  let isBadDay = false;
  for (const [i, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const fields = line.split(",").map((field) => field.trim());
    if (fields[0] !== "400" && day !== undefined) {
      closeDay(reading, day);
      day = undefined;
    }
    if (end !== undefined) addFault(found, i + 1, "stands behind the file's end (900)");
    else if (fields[0] === "200") openStream(reading, fields, i + 1);
    else if (fields[0] === "300") {
      day = openDay(reading, fields, i + 1);
      isBadDay = day === undefined;
    } else if (fields[0] === "400") {
      if (day !== undefined) day.day.events.push({ fields, line: i + 1 });
      else if (!isBadDay) addFault(found, i + 1, "is a 400 record without its 300 record");
    } else if (fields[0] === "900") end = i + 1;
    else if (fields[0] !== "100" && fields[0] !== "500")
      addFault(
        found,
        i + 1,
        `begins with ${JSON.stringify(fields[0]?.slice(0, 10))}: no NEM12 record`,
      );
  }
  if (day !== undefined) closeDay(reading, day);
  if (end === undefined)
    addFault(found, lines.length, "the file ends without a 900 record: it is cut short");
  finish(reading);
  return found;
}

/** Why the file as a whole is refused. */
function refusalOf(
  text: string,
  lines: readonly string[],
): { line: number; message: string } | undefined {
  if (text.trim() === "") return { line: 1, message: "the file is empty" };
  if (text.startsWith("PK")) return { line: 1, message: "is a zip archive: unpack it first" };
  if (lines.length > LINES_MAX)
    return { line: LINES_MAX, message: `the file has more than ${LINES_MAX} lines: split it` };
  const [code, kind] = (lines[0] ?? "").split(",").map((field) => field.trim());
  if (code === "100" && kind === "NEM13")
    return { line: 1, message: "is NEM13, accumulated reads: only NEM12 intervals are taken" };
  if (code !== "100" || kind !== "NEM12")
    return { line: 1, message: "is no header: a NEM12 file begins with 100,NEM12" };
  if (!lines.some((line) => line.startsWith("200,")))
    return { line: 1, message: "the file holds no data: there is no 200 record" };
  return undefined;
}

function openStream(reading: Reading, fields: readonly string[], line: number): void {
  const { found, streams } = reading;
  reading.open = undefined;
  const stream = streamOf(fields);
  if (typeof stream === "string") {
    addFault(found, line, stream);
    return;
  }
  const known = streams.get(stream.meterId);
  if (known !== undefined && known.stream.minutes !== stream.minutes) {
    const before = known.stream.minutes;
    addFault(found, line, `${stream.meterId} had intervals of ${before} minutes before`);
    return;
  }
  reading.open = known ?? { stream, days: new Map() };
  streams.set(stream.meterId, reading.open);
}

function openDay(
  { found, open }: Reading,
  fields: readonly string[],
  line: number,
): { day: Day; line: number } | undefined {
  if (open === undefined) {
    addFault(found, line, "is a 300 record without a good 200 record before it");
    return undefined;
  }
  const day = readDay(fields, open.stream.minutes);
  if (typeof day !== "string") return { day, line };
  addFault(found, line, day);
  return undefined;
}

/** A day counts when its quality records, if it needs them, cover it. */
function closeDay({ found, open }: Reading, { day, line }: { day: Day; line: number }): void {
  if (open === undefined) return;
  const fault = readQualities(day);
  if (fault !== undefined) addFault(found, fault.line ?? line, fault.message);
  else if (open.days.has(day.beginS))
    addFault(found, line, `this day of ${open.stream.meterId} is in the file already`);
  else open.days.set(day.beginS, { ...day, line });
}

function finish({ found, streams }: Reading): void {
  for (const { stream, days } of streams.values()) {
    if (stream.atom === undefined) {
      found.passedOver.push(`${stream.meterId} (${stream.unit})`);
      continue;
    }
    if (days.size > 0) addUp(found, { ...stream, atom: stream.atom }, days);
  }
}

type Metered = Stream & { atom: "Wh" };

function addUp(found: IntakeFound, stream: Metered, days: ReadonlyMap<number, Day>): void {
  const { meterId, atom, atoms, minutes } = stream;
  const meter = { meterId, atom, advanceAtoms: 0n, readings: 0, estimated: 0, missing: 0 };
  let billionths = 0n;
  let lastS: number | undefined;
  const add = (line: number, atS: number, quality: Quality): void => {
    if (found.readings.length >= INTAKE_READINGS_MAX) return;
    const registerAtoms = (billionths * atoms) / PARTS;
    found.readings.push({ line, meterId, atom, registerAtoms, atS, quality });
    meter.readings++;
    if (quality === "estimated") meter.estimated++;
  };
  for (const day of [...days.values()].sort((a, b) => a.beginS - b.beginS)) {
    // A stretch begins with its register, so that the first interval has something to be counted from.
    if (lastS !== day.beginS) add(day.line, day.beginS, "actual");
    for (const [i, value] of day.values.entries()) {
      const quality = day.qualities[i];
      lastS = day.beginS + (i + 1) * minutes * MINUTE_S;
      if (quality === "N" || quality === undefined) {
        meter.missing++;
        continue;
      }
      billionths += value;
      add(day.line, lastS, quality === "A" ? "actual" : "estimated");
    }
  }
  meter.advanceAtoms = (billionths * atoms) / PARTS;
  found.meters.push(meter);
}
