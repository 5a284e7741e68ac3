/**
 * `drawdown intake`: reads files of other systems, tells each reading with the verdict that the engine would give it, and
 * each bad line with the reason; with `--send` hands the readings to a running installation. Exit codes: 0 done, 1 found
 * something wrong, 2 wrong use.
 */
import { readFileSync, statSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Verdict } from "../../engine/contract/rated.ts";
import { Judge } from "../../engine/contract/reading-verdict.ts";
import { atomsToText, unitNamed } from "../../engine/contract/services.ts";
import { openZone, type Zone } from "../../engine/tariff/zone.ts";
import { readCsv } from "./csv.ts";
import { INTAKE_BYTES_MAX, type IntakeFound, type IntakeReading } from "./found.ts";
import { readNem12 } from "./nem12.ts";
import { P1_ZONE, readP1 } from "./p1.ts";
import { sendReadings } from "./send.ts";

const USAGE =
  "drawdown intake --format nem12|p1|csv FILE… [--timezone ZONE] [--unit UNIT] [--read-at TIME] [--send [--url URL] [--key KEY]] [--json]";
const FILES_MAX = 1_024;
const FAULTS_SHOWN_MAX = 50;
/** A reading may be ahead of this machine's clock by so much (R14). */
const SKEW_S = 120;

/** Streams and environment of the command. */
export type IntakeIo = {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  env: NodeJS.ProcessEnv;
  cwd: string;
};
type Judged = IntakeReading & { verdict: Verdict };
type FileResult = { file: string; found: IntakeFound; judged: Judged[] };

/** Runs the command; gives the exit code. Throws an Error with the code `usage` for wrong use. */
export async function intakeCommand(argv: readonly string[], io: IntakeIo): Promise<number> {
  const options = optionsOf(argv);
  const results: FileResult[] = [];
  for (const file of options.files) {
    const found = read(file, options);
    results.push({ file, found, judged: judge(found.readings) });
  }
  const isWrong = results.some(({ found }) => found.faults.length > 0);
  if (options.json) io.stdout.write(`${JSON.stringify({ files: results.map(jsonOf) }, null, 2)}\n`);
  else for (const result of results) show(result, io);
  if (!options.send) return isWrong ? 1 : 0;
  const readings = results.flatMap(({ judged }) => judged);
  const answers = await sendReadings(readings, { ...options, env: io.env, cwd: io.cwd });
  for (const [answer, count] of answers) io.stderr.write(`${count} readings: ${answer}\n`);
  return isWrong || [...answers.keys()].some((answer) => answer.startsWith("refused")) ? 1 : 0;
}

type Options = {
  format: "nem12" | "p1" | "csv";
  files: string[];
  zone: Zone;
  unit: string;
  readAtS: number | undefined;
  json: boolean;
  send: boolean;
  url: string | undefined;
  key: string | undefined;
};

function optionsOf(argv: readonly string[]): Options {
  const flags = {
    format: { type: "string" },
    timezone: { type: "string" },
    unit: { type: "string" },
    "read-at": { type: "string" },
    url: { type: "string" },
    key: { type: "string" },
    send: { type: "boolean" },
    json: { type: "boolean" },
  } as const;
  let parsed: ReturnType<typeof parseArgs<{ options: typeof flags; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: [...argv], options: flags, allowPositionals: true });
  } catch (error) {
    throw wrongUse(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals: files } = parsed;
  const { format, unit = "kWh" } = values;
  if (format !== "nem12" && format !== "p1" && format !== "csv")
    throw wrongUse("--format must be nem12, p1 or csv");
  if (files.length === 0 || files.length > FILES_MAX)
    throw wrongUse(`names ${files.length} files: give 1 to ${FILES_MAX}`);
  const zone = openZone(values.timezone ?? (format === "p1" ? P1_ZONE : "UTC"));
  if (zone === undefined) throw wrongUse(`--timezone ${values.timezone} is no IANA time zone`);
  if (unitNamed(unit) === undefined) throw wrongUse(`--unit ${unit} is unknown`);
  const readAtMs = values["read-at"] === undefined ? undefined : Date.parse(values["read-at"]);
  if (Number.isNaN(readAtMs)) throw wrongUse(`--read-at ${values["read-at"]} is no time`);
  return {
    format,
    files,
    zone,
    unit,
    readAtS: readAtMs === undefined ? undefined : Math.floor(readAtMs / 1_000),
    json: values.json === true,
    send: values.send === true,
    url: values.url,
    key: values.key,
  };
}

function wrongUse(message: string): Error {
  return Object.assign(new Error(`${message}; usage: ${USAGE}`), { code: "usage" });
}

function read(file: string, { format, zone, unit, readAtS }: Options): IntakeFound {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new Error(`${file} is not there`);
  if (!found.isFile()) throw new Error(`${file} is no file: name the files that it holds`);
  if (found.size > INTAKE_BYTES_MAX)
    throw new Error(`${file} is longer than ${INTAKE_BYTES_MAX} bytes: split it`);
  if (format === "csv") return readCsv(file, zone, unit);
  const bytes = readFileSync(file);
  return format === "p1" ? readP1(bytes, { zone, readAtS }) : readNem12(bytes.toString("latin1"));
}

/** Verdicts as of a meter that was never read before. */
function judge(readings: readonly IntakeReading[]): Judged[] {
  const latestS = Math.floor(Date.now() / 1_000) + SKEW_S;
  const limits = { modulusAtoms: 0n, maxRateAtomsPerHour: 0n, stepAtoms: 1n, latestS };
  const judges = new Map<string, Judge>();
  return readings.map((reading) => {
    const known = judges.get(reading.meterId) ?? new Judge(limits, undefined);
    judges.set(reading.meterId, known);
    return { ...reading, verdict: known.take(reading) };
  });
}

function jsonOf({ file, found, judged }: FileResult): unknown {
  return {
    file,
    readings: judged.map((reading) => ({
      line: reading.line,
      meter_id: reading.meterId,
      read_at: new Date(reading.atS * 1_000).toISOString(),
      register: inUnit(reading.registerAtoms, reading.atom),
      unit: unitOf(reading.atom),
      quality: reading.quality,
      verdict: reading.verdict,
    })),
    faults: found.faults,
    meters: found.meters.map((meter) => ({
      meter_id: meter.meterId,
      quantity: inUnit(meter.advanceAtoms, meter.atom),
      unit: unitOf(meter.atom),
      readings: meter.readings,
      estimated: meter.estimated,
      missing: meter.missing,
    })),
    passed_over: found.passedOver,
  };
}

function show({ file, found, judged }: FileResult, { stdout, stderr }: IntakeIo): void {
  for (const { meterId, advanceAtoms, atom, readings, estimated, missing } of found.meters)
    stdout.write(
      `${file}: ${meterId}  ${inUnit(advanceAtoms, atom)} ${unitOf(atom)}  ${readings} readings, ${estimated} estimated, ${missing} intervals missing\n`,
    );
  for (const stream of found.passedOver) stdout.write(`${file}: ${stream} passed over\n`);
  const doubtful = judged.filter(({ verdict }) => !/^(opening|accepted|estimated)$/.test(verdict));
  for (const { line, meterId, verdict } of doubtful.slice(0, FAULTS_SHOWN_MAX))
    stdout.write(`${file}:${line}: ${meterId} ${verdict}\n`);
  for (const { line, message } of found.faults.slice(0, FAULTS_SHOWN_MAX))
    stderr.write(`${file}:${line}: ${message}\n`);
  if (found.faults.length > FAULTS_SHOWN_MAX)
    stderr.write(`${file}: ${found.faults.length - FAULTS_SHOWN_MAX} more lines are wrong\n`);
}

function unitOf(atom: string): string {
  if (atom === "Wh") return "kWh";
  return atom === "mL" ? "m³" : atom;
}

function inUnit(atoms: bigint, atom: string): string {
  const unit = unitNamed(unitOf(atom));
  return unit === undefined ? atoms.toString() : atomsToText(atoms, unit);
}
