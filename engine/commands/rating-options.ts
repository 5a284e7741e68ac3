/**
 * The options that `rate` and `replay` share, checked, and the files that they name.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type PriceListVersion, parsePriceListsText } from "../contract/price-list/versions.ts";
import { atomOf, atomsFromText, UNIT_NAMES, type Unit, unitNamed } from "../contract/services.ts";
import { BY_PURCHASE, type RatingOptions } from "../rating/offline.ts";
import { type RecordedReadings, readReadings } from "../rating/readings-file.ts";
import { openZone } from "../tariff/zone.ts";

/** Wrong use of a command: exit code 2. Its message is one line that says how it is used. */
export class UsageError extends Error {
  readonly code = "usage";
}

/** Something in the input is wrong: exit code 1. `lines` are for people, one fault each. */
export class InputError extends Error {
  readonly code = "input_invalid";
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join("\n"));
    this.lines = lines;
  }
}

/** The options of both commands, as node:util takes them. */
export const RATING_FLAGS = {
  "price-list": { type: "string" },
  readings: { type: "string" },
  timezone: { type: "string" },
  unit: { type: "string" },
  "max-rate": { type: "string" },
  modulus: { type: "string" },
  "bad-lines": { type: "string" },
  json: { type: "boolean" },
} as const;

/** Most faults of lines that are printed. */
const FAULTS_SHOWN_MAX = 20;

/** What is to be rated, by what. `warnings` are lines that were passed over as told. */
export type RatingInput = {
  versions: PriceListVersion[];
  recorded: RecordedReadings;
  meters: RatingOptions;
  json: boolean;
  warnings: string[];
};

/** Flags of a command, as node:util takes them. */
export type Flags = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;

/** Parses arguments by flags; wrong ones are a UsageError that ends with the usage line. */
export function parseFlags(
  argv: readonly string[],
  options: Flags,
  usage: string,
): Record<string, unknown> {
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(".")[0] : String(error);
    throw new UsageError(`${reason}; usage: ${usage}`);
  }
}

/** Reads and checks what the flags name. */
export function readRatingInput(values: Record<string, unknown>, usage: string): RatingInput {
  const priceListPath = text(values, "price-list", usage);
  const readingsPath = text(values, "readings", usage);
  if (priceListPath === undefined || readingsPath === undefined)
    throw new UsageError(`usage: ${usage}`);
  const badLines = text(values, "bad-lines", usage) ?? "stop";
  if (badLines !== "stop" && badLines !== "skip")
    throw new UsageError(`--bad-lines is stop or skip, not ${badLines}; usage: ${usage}`);

  const versions = readPriceLists(priceListPath);
  const list = versions[0]?.priceList;
  if (list === undefined) throw new InputError([`${priceListPath} holds no version`]);
  if (list.accumulationBasis === "purchase")
    throw new InputError([`${priceListPath}: /accumulation_basis ${BY_PURCHASE}`]);
  const unit = unitFor(text(values, "unit", usage), list.unit, atomOf(list.service));
  const zoneName = text(values, "timezone", usage) ?? list.timezone;
  const zone = openZone(zoneName);
  if (zone === undefined)
    throw new UsageError(`--timezone ${zoneName} is no IANA time zone, as Europe/Madrid is one`);
  const meters = {
    maxRateAtomsPerHour: atoms(text(values, "max-rate", usage), unit, "--max-rate"),
    modulusAtoms: atoms(text(values, "modulus", usage), unit, "--modulus"),
  };
  const recorded = readFile(readingsPath, () => readReadings(readingsPath, zone, unit));
  const warnings = faultLines(readingsPath, recorded);
  if (warnings.length > 0 && badLines === "stop")
    throw new InputError([
      ...warnings,
      "nothing was rated; --bad-lines skip goes on without these lines",
    ]);
  if (recorded.order.length === 0) throw new InputError([`${readingsPath} holds no readings`]);
  return { versions, recorded, meters, json: values["json"] === true, warnings };
}

function readPriceLists(path: string): PriceListVersion[] {
  const parsed = parsePriceListsText(readFile(path, () => readFileSync(path, "utf8")));
  if (parsed.ok) return parsed.versions;
  throw new InputError(
    parsed.faults.map(
      ({ pointer, message }) => `${path}: ${pointer === "" ? "/" : pointer} ${message}`,
    ),
  );
}

function readFile<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") throw new InputError([`${path} is not there`]);
    throw new InputError([error instanceof Error ? error.message : String(error)]);
  }
}

function unitFor(name: string | undefined, ofList: Unit, atom: string): Unit {
  const unit = name === undefined ? ofList : unitNamed(name);
  if (unit === undefined)
    throw new UsageError(`--unit ${name} is unknown; one of ${UNIT_NAMES.join(", ")}`);
  if (unit.atom !== atom)
    throw new UsageError(`--unit ${unit.name} does not fit a price list per ${ofList.name}`);
  return unit;
}

function atoms(value: string | undefined, unit: Unit, flag: string): bigint {
  if (value === undefined) return 0n;
  const result = atomsFromText(value, unit);
  if (result === undefined || result <= 0n)
    throw new UsageError(`${flag} ${value} is no positive decimal of ${unit.name}`);
  return result;
}

function text(values: Record<string, unknown>, flag: string, usage: string): string | undefined {
  const value = values[flag];
  if (value === undefined || typeof value === "string") return value;
  throw new UsageError(`--${flag} takes a value; usage: ${usage}`);
}

function faultLines(path: string, { faults }: RecordedReadings): string[] {
  const lines = faults
    .slice(0, FAULTS_SHOWN_MAX)
    .map(({ line, message }) => `${path}:${line}: ${message}`);
  if (faults.length > FAULTS_SHOWN_MAX)
    lines.push(`${path}: ${faults.length - FAULTS_SHOWN_MAX} more lines are wrong`);
  return lines;
}
