/**
 * Arguments of `drawdown modbus`: which line, which meter, what to do.
 */
import { parseArgs } from "node:util";
import { type Link, link as linkSchema } from "../../../engine/contract/link.ts";
import type { LoadedDevices } from "../../devices/load.ts";
import type { ModbusDevice } from "../../devices/modbus-device.ts";
import type { SupplyOrder } from "../driver.ts";
import type { UnitRange } from "./discover.ts";
import { UNIT_MAX, unitOf } from "./unit.ts";

/** How the commands are called. */
export const USAGE = `drawdown modbus read LINE --unit N --device NAME [--serial-number S] [--timeout MS] [--json]
       drawdown modbus scan LINE [--from N] [--to N] [--timeout MS] [--json]
       drawdown modbus cut|restore|arm LINE --unit N --device NAME --serial-number S [--timeout MS] [--json]
       drawdown modbus limit --per-hour ATOMS LINE --unit N --device NAME --serial-number S [--json]
LINE:  --tcp HOST:PORT [--rtu]   or   --serial PATH --baud N [--parity even|odd|none] [--stop-bits 1|2]`;

const TIMEOUT_MS_MAX = 60_000;
const SERIAL_CHARS_MAX = 64;

/** What all verbs need. */
export type LineAsked = { link: Link; timeoutMs: number | undefined; json: boolean };
/** What is needed to talk to one meter. */
export type MeterAsked = LineAsked & {
  unit: number;
  name: string;
  device: ModbusDevice;
  serial: string | undefined;
};
/** A whole call, or one line that says what is wrong with it. */
export type Asked =
  | ({ verb: "scan"; units: UnitRange } & LineAsked)
  | ({ verb: "read" } & MeterAsked)
  | ({ verb: "act"; order: SupplyOrder } & MeterAsked)
  | string;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const OPTIONS = {
  tcp: text,
  rtu: flag,
  serial: text,
  baud: text,
  parity: text,
  "stop-bits": text,
  from: text,
  to: text,
  unit: text,
  device: text,
  "serial-number": text,
  timeout: text,
  "per-hour": text,
  json: flag,
} as const;

type Values = { readonly [name in keyof typeof OPTIONS]?: string | boolean };

/** Reads a call; `load` gives the device files, when they are needed. */
export function askedOf(argv: readonly string[], load: () => LoadedDevices): Asked {
  const [verb = "", ...rest] = argv;
  if (!["read", "scan", "cut", "restore", "arm", "limit"].includes(verb)) {
    return verb === "" ? "modbus needs a verb" : `no verb ${verb}`;
  }
  let values: Values;
  try {
    values = parseArgs({ args: rest, options: OPTIONS }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const line = lineOf(values);
  if (typeof line === "string") return line;
  if (verb === "scan") {
    const units = unitsOf(values);
    return typeof units === "string" ? units : { verb: "scan", units, ...line };
  }
  const meter = meterOf(values, line, load());
  if (typeof meter === "string" || verb === "read") {
    return typeof meter === "string" ? meter : { verb: "read", ...meter };
  }
  const order = orderOf(verb, values["per-hour"]);
  if (typeof order === "string") return order;
  if (meter.device.identity.rule === "serial" && meter.serial === undefined) {
    return "--serial-number is needed to move anything: another meter's supply must not be";
  }
  return { verb: "act", order, ...meter };
}

function unitsOf({ from = "1", to = String(UNIT_MAX) }: Values): UnitRange | string {
  const [first, last] = [Number(from), Number(to)];
  if (unitOf(String(from)) === undefined || unitOf(String(to)) === undefined || first > last)
    return `--from and --to need units of 1 to ${UNIT_MAX}`;
  return { from: first, to: last };
}

function lineOf(values: Values): LineAsked | string {
  const link = values.serial === undefined ? networkOf(values) : serialOf(values);
  if (typeof link === "string") return link;
  const timeoutMs = values.timeout === undefined ? undefined : Number(values.timeout);
  if (
    timeoutMs !== undefined &&
    !(Number.isInteger(timeoutMs) && timeoutMs > 0 && timeoutMs <= TIMEOUT_MS_MAX)
  ) {
    return `--timeout needs milliseconds of 1 to ${TIMEOUT_MS_MAX}`;
  }
  return { link, timeoutMs, json: values.json === true };
}

function networkOf({ tcp, rtu }: Values): Link | string {
  const [, host = "", port = ""] = /^\[?(.+?)\]?:(\d{1,5})$/.exec(String(tcp ?? "")) ?? [];
  const framing = rtu === true ? { framing: "rtu" } : {};
  const parsed = linkSchema.safeParse({ host, port: Number(port), ...framing });
  return parsed.success ? parsed.data : "--tcp needs HOST:PORT";
}

function serialOf(values: Values): Link | string {
  const parsed = linkSchema.safeParse({
    serial: values.serial,
    baud: Number(values.baud),
    ...(values.parity === undefined ? {} : { parity: values.parity }),
    ...(values["stop-bits"] === undefined ? {} : { stop_bits: Number(values["stop-bits"]) }),
  });
  if (parsed.success) return parsed.data;
  return "--serial needs the absolute path of a device, --baud 300 to 921600, --parity even, odd or none, --stop-bits 1 or 2";
}

function meterOf(values: Values, line: LineAsked, loaded: LoadedDevices): MeterAsked | string {
  const unit = unitOf(String(values.unit ?? ""));
  if (unit === undefined) return "--unit needs a number of 1 to 247, or 255";
  const name = String(values.device ?? "");
  const device = loaded.devices.get(name);
  if (device?.protocol !== "modbus")
    return `--device needs one of ${modbusNames(loaded).join(", ")}`;
  const serial = values["serial-number"];
  if (typeof serial !== "string") return { ...line, unit, name, device, serial: undefined };
  if (serial === "" || serial.length > SERIAL_CHARS_MAX)
    return `--serial-number needs 1 to ${SERIAL_CHARS_MAX} characters`;
  return { ...line, unit, name, device, serial };
}

function orderOf(verb: string, perHour: string | boolean | undefined): SupplyOrder | string {
  if (verb === "cut" || verb === "restore" || verb === "arm") return { action: verb };
  const atomsPerHour = Number(perHour);
  if (!Number.isSafeInteger(atomsPerHour) || atomsPerHour < 1)
    return "--per-hour needs whole Wh or mL an hour, at least 1";
  return { action: "limit", atomsPerHour };
}

function modbusNames(loaded: LoadedDevices): string[] {
  return [...loaded.devices]
    .filter(([, device]) => device.protocol === "modbus")
    .map(([name]) => name);
}
