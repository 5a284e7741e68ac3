/**
 * `drawdown modbus`: reads one meter by its device file, searches a line for meters, moves one relay. Exit codes: 0
 * done, 1 found something wrong, 2 wrong use.
 */
import type { RosterMeter } from "../../../engine/contract/roster.ts";
import { loadSettings } from "../../../engine/contract/settings.ts";
import { type LoadedDevices, loadAllDevices } from "../../devices/load.ts";
import type { SupplyOrder } from "../driver.ts";
import type { Failed } from "./calls.ts";
import { askedOf, type LineAsked, type MeterAsked, USAGE } from "./command-args.ts";
import { jsonOf, textOf } from "./command-print.ts";
import { sameSerial, type Unreadable } from "./decode.ts";
import { discoverUnits, type UnitRange } from "./discover.ts";
import { createModbusDriver } from "./driver.ts";
import { LinkPool } from "./links.ts";
import { lookAt } from "./poll.ts";

/** Streams of a command. */
export type CommandIo = {
  stdin: NodeJS.ReadableStream;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
};

/** `modbus …`: see the usage. */
export async function modbusCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  let loaded: LoadedDevices | undefined;
  const load = () => {
    loaded ??= loadAllDevices(loadSettings(process.env, process.cwd()).values.devices_dir);
    return loaded;
  };
  try {
    const asked = askedOf(argv, load);
    if (typeof asked === "string") return wrongUse(io, asked);
    if (asked.verb === "scan") return await scan(asked, load(), io);
    return asked.verb === "read"
      ? await read(asked, io)
      : await act(asked, asked.order, load(), io);
  } catch (error) {
    return wrongUse(io, error instanceof Error ? error.message : String(error));
  }
}

async function read(asked: MeterAsked, io: CommandIo): Promise<number> {
  const links = new LinkPool({});
  try {
    const link = links.get(asked.link, "rtu");
    if ("ok" in link) return refused(link, asked, io);
    const timeoutMs = asked.timeoutMs ?? asked.device.poll.timeout_ms;
    const seen = await link.exchange({ unit: asked.unit, timeoutMs }, (session) => {
      const wanted = { identity: true, billing: true, display: true, relay: true };
      const judge = (serial: string) => judged(serial, asked.serial);
      return lookAt(session, asked.device, { wanted, judge, limits: { ...asked.device.limits } });
    });
    if (!seen.ok) return refused(seen, asked, io);
    io.stdout.write(asked.json ? `${JSON.stringify(jsonOf(seen, asked))}\n` : textOf(seen, asked));
    return 0;
  } finally {
    await links.close();
  }
}

async function act(
  asked: MeterAsked,
  order: SupplyOrder,
  loaded: LoadedDevices,
  io: CommandIo,
): Promise<number> {
  const driver = createModbusDriver({ devices: loaded.devices, ...timeoutOf(asked) });
  try {
    const done = await driver.act(rosterEntry(asked), order);
    if (!done.ok) return refused(done, asked, io);
    const { relay } = done;
    io.stdout.write(
      asked.json
        ? `${JSON.stringify({ device: asked.name, unit: asked.unit, relay })}\n`
        : `relay     ${relay}\n`,
    );
    return 0;
  } finally {
    await driver.close();
  }
}

async function scan(
  asked: LineAsked & { units: UnitRange },
  loaded: LoadedDevices,
  io: CommandIo,
): Promise<number> {
  const links = new LinkPool({});
  const how = { devices: loaded.devices, units: asked.units, ...timeoutOf(asked) };
  const meters = [];
  try {
    for await (const meter of discoverUnits(links, asked.link, how)) {
      meters.push(meter);
      const { address, serial, manufacturer, description } = meter;
      if (!asked.json)
        io.stdout.write(`${address.padEnd(5)}${serial.padEnd(18)}${manufacturer} ${description}\n`);
    }
  } finally {
    await links.close();
  }
  if (asked.json) io.stdout.write(`${JSON.stringify({ meters })}\n`);
  if (meters.length > 0) return 0;
  io.stderr.write("no meter that tells a serial number was found\n");
  return 1;
}

function timeoutOf({ timeoutMs }: LineAsked): { timeoutMs?: number } {
  return timeoutMs === undefined ? {} : { timeoutMs };
}

/** The meter as a roster would have it; nothing of it but link, unit, model and serial number matters here. */
function rosterEntry({ link, unit, name, device, serial }: MeterAsked): RosterMeter {
  const [service = "electricity"] = device.services;
  return {
    meter_id: name,
    serial: serial ?? "",
    slot: 0,
    service,
    driver: "modbus",
    device: name,
    link,
    address: String(unit),
  };
}

function judged(serial: string, expected: string | undefined): Unreadable | undefined {
  if (expected === undefined || sameSerial(serial, expected)) return undefined;
  const message = `serial number ${serial} instead of ${expected}`;
  return { ok: false, fault: "wrong_identity", message };
}

function refused(seen: Unreadable | Failed, asked: MeterAsked, io: CommandIo): number {
  const { fault, message } = seen;
  if (asked.json) {
    const { name: device, unit } = asked;
    io.stdout.write(`${JSON.stringify({ device, unit, fault, message })}\n`);
  }
  io.stderr.write(`${fault}: ${message}\n`);
  return 1;
}

function wrongUse(io: CommandIo, what: string): number {
  io.stderr.write(`${what}\nusage: ${USAGE}\n`);
  return 2;
}
