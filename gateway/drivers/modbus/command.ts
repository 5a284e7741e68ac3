/**
 * Field tools of the command line: `drawdown modbus read` reads one meter by its device file, `drawdown devices` lists
 * the device files. Exit codes: 0 done, 1 found something wrong, 2 wrong use.
 */
import { parseArgs } from "node:util";
import { atomsToText } from "../../../engine/contract/services.ts";
import type { DeviceFile } from "../../devices/device.ts";
import { faultLine, type LoadedDevices, loadDevices } from "../../devices/load.ts";
import type { ModbusDevice } from "../../devices/modbus-device.ts";
import { billingUnit } from "../../devices/modbus-register.ts";
import type { Failed } from "./calls.ts";
import { sameSerial, type Unreadable } from "./decode.ts";
import { tcpLine } from "./line.ts";
import { ModbusLink } from "./link.ts";
import { lookAt, type Seen } from "./poll.ts";
import { unitOf } from "./unit.ts";

/** Streams of a command. */
export type CommandIo = {
  stdin: NodeJS.ReadableStream;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
};

const USAGE =
  "drawdown modbus read --tcp HOST:PORT --unit N --device NAME [--serial S] [--timeout MS] [--json]";
const DEVICES_USAGE = "drawdown devices [--json]";
const TIMEOUT_MS_MAX = 60_000;

type Asked = {
  host: string;
  port: number;
  unit: number;
  name: string;
  device: ModbusDevice;
  serial: string | undefined;
  timeoutMs: number;
  json: boolean;
};

/** `modbus read …`: reads identity, register, power and relay of one meter once. */
export async function modbusCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const asked = askedOf(argv);
  if (typeof asked === "string") {
    io.stderr.write(`${asked}\nusage: ${USAGE}\n`);
    return 2;
  }
  const link = new ModbusLink(tcpLine(asked));
  try {
    const seen = await link.exchange(asked, (session) => {
      const relay = asked.device.relay !== undefined;
      const wanted = { identity: true, billing: true, display: true, relay };
      const limits = { ...asked.device.limits };
      const judge = (serial: string) => judged(serial, asked.serial);
      return lookAt(session, asked.device, { wanted, judge, limits });
    });
    if (!seen.ok) return refused(seen, asked, io);
    io.stdout.write(asked.json ? `${JSON.stringify(jsonOf(seen, asked))}\n` : textOf(seen, asked));
    return 0;
  } finally {
    await link.close();
  }
}

/** `devices`: the device files, with a warning for what is awkward about each, and the faults of bad ones. */
export async function devicesCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  let json: boolean;
  try {
    json =
      parseArgs({ args: [...argv], options: { json: { type: "boolean" } } }).values.json === true;
  } catch (error) {
    io.stderr.write(`${messageOf(error)}\nusage: ${DEVICES_USAGE}\n`);
    return 2;
  }
  const loaded = loadDevices();
  const rows = [...loaded.devices].map(([name, device]) => rowOf(name, device));
  if (json) io.stdout.write(`${JSON.stringify({ devices: rows, faults: loaded.faults })}\n`);
  else io.stdout.write(rows.map(lineOf).join(""));
  for (const fault of loaded.faults) io.stderr.write(`${faultLine(fault)}\n`);
  return loaded.faults.length === 0 ? 0 : 1;
}

function askedOf(argv: readonly string[]): Asked | string {
  const [verb, ...rest] = argv;
  if (verb !== "read")
    return verb === undefined ? "modbus needs a verb: read" : `no verb ${verb}: read`;
  const text = { type: "string" } as const;
  const options = {
    tcp: text,
    unit: text,
    device: text,
    serial: text,
    timeout: text,
    json: { type: "boolean" },
  } as const;
  try {
    const { values } = parseArgs({ args: rest, options });
    return checked(values, loadDevices());
  } catch (error) {
    return messageOf(error);
  }
}

function checked(
  values: { [name: string]: string | boolean | undefined },
  loaded: LoadedDevices,
): Asked | string {
  const { tcp, unit, device: name, serial, timeout, json } = values;
  const [, host = "", port = ""] = /^\[?(.+?)\]?:(\d{1,5})$/.exec(String(tcp ?? "")) ?? [];
  if (host === "" || Number(port) < 1 || Number(port) > 65_535) return "--tcp needs HOST:PORT";
  const number = unitOf(String(unit ?? ""));
  if (number === undefined) return "--unit needs a number of 1 to 247, or 255";
  const device = typeof name === "string" ? loaded.devices.get(name) : undefined;
  if (device?.protocol !== "modbus")
    return `--device needs one of ${modbusNames(loaded).join(", ")}`;
  const timeoutMs = timeout === undefined ? device.poll.timeout_ms : Number(timeout);
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > TIMEOUT_MS_MAX) {
    return `--timeout needs milliseconds of 1 to ${TIMEOUT_MS_MAX}`;
  }
  return {
    host,
    port: Number(port),
    unit: number,
    name: String(name),
    device,
    serial: typeof serial === "string" ? serial : undefined,
    timeoutMs,
    json: json === true,
  };
}

function judged(serial: string, expected: string | undefined): Unreadable | undefined {
  if (expected === undefined || sameSerial(serial, expected)) return undefined;
  return {
    ok: false,
    fault: "wrong_identity",
    message: `serial number ${serial} instead of ${expected}`,
  };
}

function refused(seen: Unreadable | Failed, asked: Asked, io: CommandIo): number {
  const { fault, message } = seen;
  if (asked.json)
    io.stdout.write(
      `${JSON.stringify({ device: asked.name, unit: asked.unit, fault, message })}\n`,
    );
  io.stderr.write(`${fault}: ${message}\n`);
  return 1;
}

function jsonOf(seen: Seen, asked: Asked) {
  const { billing } = asked.device;
  const atoms = seen.atoms ?? 0n;
  const shown = seen.display.map(({ quantity, value }) => [quantity, value ?? null]);
  return {
    device: asked.name,
    unit: asked.unit,
    serial: seen.serial ?? null,
    register: atomsToText(atoms, billingUnit(billing)),
    register_unit: billing.unit,
    register_atoms: atoms.toString(),
    relay: seen.relay,
    ...Object.fromEntries(shown),
  };
}

function textOf(seen: Seen, asked: Asked): string {
  const { billing } = asked.device;
  const lines = [
    `serial    ${seen.serial ?? "not told by this model"}`,
    `register  ${atomsToText(seen.atoms ?? 0n, billingUnit(billing))} ${billing.unit}`,
    ...seen.display.map(
      ({ quantity, value }) => `${quantity.padEnd(10)}${shownValue(quantity, value)}`,
    ),
    `relay     ${seen.relay}`,
  ];
  return `${lines.join("\n")}\n`;
}

function shownValue(quantity: "power" | "flow", value: number | undefined): string {
  if (value === undefined) return "not available";
  return `${Number(value.toPrecision(7))} ${quantity === "power" ? "W" : "L/h"}`;
}

function rowOf(name: string, device: DeviceFile) {
  const { protocol, manufacturer, model, services, confidence } = device;
  const serial = protocol === "mbus" || device.identity.rule === "serial";
  const warnings = device.warnings.map((warning) => warning.code);
  const relay = device.relay !== undefined;
  return { name, protocol, manufacturer, model, services, serial, relay, confidence, warnings };
}

function lineOf(row: ReturnType<typeof rowOf>): string {
  const does = [...row.services, ...(row.relay ? ["relay"] : [])].join(",");
  const warnings = row.warnings.length === 0 ? "" : `  [${row.warnings.join(", ")}]`;
  return `${row.name.padEnd(28)}${row.protocol.padEnd(8)}${does.padEnd(20)}${row.manufacturer} ${row.model}${warnings}\n`;
}

function modbusNames(loaded: LoadedDevices): string[] {
  return [...loaded.devices]
    .filter(([, device]) => device.protocol === "modbus")
    .map(([name]) => name);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
