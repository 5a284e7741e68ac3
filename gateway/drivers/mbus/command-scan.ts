/**
 * `drawdown mbus scan`: the meters of a bus, by primary address or by selection.
 */
import { selectionField } from "./address.ts";
import { createBus, type MbusBus } from "./bus.ts";
import { BUS_OPTIONS, readBus } from "./command-bus.ts";
import { type Arguments, type CommandIo, failed, readArguments, wrongUse } from "./command-io.ts";
import { METER_OPTIONS, readMask } from "./command-meter.ts";
import { PRIMARY_MAX } from "./link/control.ts";
import { createMaster, type Identity } from "./master.ts";
import { ALL_ADDRESSES, type ScanRange, scanBus } from "./scan.ts";
import { searchBus } from "./search.ts";
import { plainTable } from "./table.ts";
import { primaryAddress } from "./target.ts";

const { address: _, ...MASK_OPTIONS } = METER_OPTIONS;
const OPTIONS = {
  ...BUS_OPTIONS,
  ...MASK_OPTIONS,
  json: { type: "boolean" },
  secondary: { type: "boolean" },
  from: { type: "string" },
  to: { type: "string" },
} as const;

/** What a search brought: the meters, and in a line each what was there and could not be told. */
type Found = { meters: Identity[]; faults: string[] };

/** Searches a bus: 0 when meters were found, 1 when none was or the bus cannot be reached, 2 wrong use. */
export async function mbusScanCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const given = readArguments(argv, OPTIONS);
  if (!given.ok) return wrongUse(io, given.message);
  const link = readBus(given);
  if (typeof link === "string") return wrongUse(io, link);
  const mask = readMask(given);
  if (typeof mask === "string") return wrongUse(io, mask);
  const range = readRange(given.text("from"), given.text("to"));
  if (range === undefined)
    return wrongUse(io, `--from and --to are addresses from 0 to ${PRIMARY_MAX}`);
  const misplaced = misplacedOption(given);
  if (misplaced !== undefined) return wrongUse(io, misplaced);
  const bus = createBus(link);
  try {
    const found = given.flag("secondary")
      ? await search(bus, selectionField(mask), io)
      : await scan(bus, range, io);
    clearProgress(io);
    return show(io, found, given.flag("json"));
  } finally {
    await bus.close();
  }
}

function misplacedOption(given: Extract<Arguments, { ok: true }>): string | undefined {
  const secondary = given.flag("secondary");
  const wrong = secondary ? ["from", "to"] : Object.keys(MASK_OPTIONS);
  const name = wrong.find((option) => given.text(option) !== undefined);
  if (name === undefined) return undefined;
  return `--${name} ${secondary ? "does not go with" : "needs"} --secondary`;
}

async function scan(bus: MbusBus, range: ScanRange, io: CommandIo): Promise<Found> {
  const found: Found = { meters: [], faults: [] };
  const onAddress = (address: number): void =>
    progress(io, `address ${address}: ${found.meters.length} found`);
  for await (const { address, result } of scanBus({
    bus,
    master: createMaster(),
    range,
    onAddress,
  })) {
    if (result.ok) found.meters.push(result);
    else found.faults.push(`address ${address}: ${result.message} (${result.fault})`);
  }
  return found;
}

async function search(bus: MbusBus, wanted: Uint8Array, io: CommandIo): Promise<Found> {
  const found: Found = { meters: [], faults: [] };
  for await (const event of searchBus({ bus, master: createMaster() }, wanted)) {
    if (event.kind === "meter") found.meters.push(event.meter);
    if (event.kind === "probe")
      progress(io, `${event.mask}: ${event.probes} tried, ${found.meters.length} found`);
    if (event.kind === "unclear")
      found.faults.push(`${event.mask}: ${event.refusal.message} (${event.refusal.fault})`);
    if (event.kind === "end" && event.refusal !== undefined)
      found.faults.push(
        `not searched to the end: ${event.refusal.message} (${event.refusal.fault})`,
      );
  }
  return found;
}

function readRange(from: string | undefined, to: string | undefined): ScanRange | undefined {
  const first = primaryAddress(from ?? String(ALL_ADDRESSES.from));
  const last = primaryAddress(to ?? String(ALL_ADDRESSES.to));
  return first === undefined || last === undefined || first > last
    ? undefined
    : { from: first, to: last };
}

function show(io: CommandIo, { meters, faults }: Found, json: boolean): number {
  const rows = meters.map(({ address, header: { id, manufacturer, version, medium } }) => ({
    address,
    id,
    manufacturer,
    version,
    medium,
  }));
  if (json) io.stdout.write(`${JSON.stringify({ meters: rows }, null, 2)}\n`);
  else if (rows.length > 0) io.stdout.write(plainTable(rows));
  for (const fault of faults) failed(io, fault);
  if (rows.length === 0 && faults.length === 0)
    failed(io, "no meter answered: check the address of the converter and the bus");
  return rows.length > 0 ? 0 : 1;
}

/** A line for people that is written over; nothing where no terminal reads along. */
function progress(io: CommandIo, line: string): void {
  if (io.stderr.isTTY === true) io.stderr.write(`\r\u001b[K${line}`);
}

function clearProgress(io: CommandIo): void {
  if (io.stderr.isTTY === true) io.stderr.write("\r\u001b[K");
}
