/**
 * Field tools of the command line: `drawdown bacnet read` reads one meter by its device file, `drawdown bacnet discover`
 * asks who is there. Exit codes: 0 done, 1 found something wrong, 2 wrong use.
 */
import { parseArgs } from "node:util";
import { BACNET_PORT } from "../../../engine/contract/bacnet/names.ts";
import { atomsToText } from "../../../engine/contract/services.ts";
import type { BacnetDevice } from "../../devices/bacnet-device.ts";
import { loadDevices } from "../../devices/load.ts";
import { billingUnit } from "../../devices/modbus-register.ts";
import type { CommandIo } from "../modbus/command.ts";
import { createBacnetDriver } from "./driver.ts";
import { hasPoint } from "./objects.ts";
import { addressOf, type Place, placeOf } from "./peer.ts";
import { lookAt } from "./poll.ts";
import { BacnetPort } from "./port.ts";

const USAGE = `drawdown bacnet read --ip HOST[:PORT] --address DEVICE[/POINT][@NET:MAC] --device NAME [--serial S] [--timeout MS] [--json]
       drawdown bacnet discover --ip HOST[:PORT] [--local-port N] [--timeout MS] [--json]`;
const TIMEOUT_MS_MAX = 60_000;

type Common = { host: string; port: number; timeoutMs: number; json: boolean };
type Reading = Common & {
  place: Place;
  name: string;
  device: BacnetDevice;
  serial: string | undefined;
};
type Searching = Common & { localPort: number };
type Values = { [name: string]: string | boolean | undefined };

/** `bacnet read …` and `bacnet discover …`. */
export async function bacnetCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const [verb, ...rest] = argv;
  try {
    if (verb === "read") return await read(readingOf(valuesOf(rest)), io);
    if (verb === "discover") return await discover(searchingOf(valuesOf(rest)), io);
    throw new WrongUse(
      verb === undefined
        ? "bacnet needs a verb: read, discover"
        : `no verb ${verb}: read, discover`,
    );
  } catch (error) {
    if (!(error instanceof WrongUse)) throw error;
    io.stderr.write(`${error.message}\nusage: ${USAGE}\n`);
    return 2;
  }
}

class WrongUse extends Error {}

async function read(asked: Reading, io: CommandIo): Promise<number> {
  const { host, place, name, device } = asked;
  const port = new BacnetPort();
  try {
    const address = await addressOf(host);
    if (address === undefined) {
      io.stderr.write(`unreachable: the host ${host} has no IPv4 address\n`);
      return 1;
    }
    const peer = { address, port: asked.port, station: place.station };
    const target = { ...asked, device, place, peer };
    const seen = await lookAt(port, target, { billing: true, relay: device.relay !== undefined });
    if (!seen.ok) {
      const { fault, message } = seen;
      if (asked.json) io.stdout.write(`${JSON.stringify({ device: name, fault, message })}\n`);
      io.stderr.write(`${fault}: ${message}\n`);
      return 1;
    }
    const { billing } = device;
    const register = atomsToText(seen.atoms, billingUnit(billing));
    const told = {
      device: name,
      serial: seen.serial ?? null,
      register,
      register_unit: billing.unit,
      register_atoms: seen.atoms.toString(),
      relay: seen.relay,
    };
    io.stdout.write(
      asked.json
        ? `${JSON.stringify(told)}\n`
        : `serial    ${told.serial ?? "not told by this model"}\nregister  ${register} ${billing.unit}\nrelay     ${seen.relay}\n`,
    );
    return 0;
  } finally {
    await port.close();
  }
}

async function discover(asked: Searching, io: CommandIo): Promise<number> {
  const { host, port, timeoutMs, localPort, json } = asked;
  const driver = createBacnetDriver({ devices: new Map(), timeoutMs, bind: { port: localPort } });
  let found = 0;
  try {
    for await (const meter of driver.discover({ host, port })) {
      found++;
      const { address, serial, manufacturer, description } = meter;
      const line = `${address.padEnd(12)} ${(serial === "" ? "-" : serial).padEnd(16)} ${manufacturer}  ${description}`;
      io.stdout.write(`${json ? JSON.stringify(meter) : line}\n`);
    }
  } finally {
    await driver.close();
  }
  if (found === 0) io.stderr.write(`no device answers at ${host}:${port} within ${timeoutMs} ms\n`);
  return found === 0 ? 1 : 0;
}

function valuesOf(argv: readonly string[]): Values {
  const text = { type: "string" } as const;
  const options = {
    ip: text,
    address: text,
    device: text,
    serial: text,
    timeout: text,
    "local-port": text,
    json: { type: "boolean" },
  } as const;
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new WrongUse(error instanceof Error ? error.message : String(error));
  }
}

function commonOf(values: Values, fallbackMs: number): Common {
  const [, host = "", port] = /^([^:]+)(?::(\d{1,5}))?$/.exec(String(values["ip"] ?? "")) ?? [];
  const number = Number(port ?? BACNET_PORT);
  if (host === "" || number < 1 || number > 65_535)
    throw new WrongUse("--ip needs HOST or HOST:PORT");
  const timeoutMs = values["timeout"] === undefined ? fallbackMs : Number(values["timeout"]);
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > TIMEOUT_MS_MAX) {
    throw new WrongUse(`--timeout needs milliseconds of 1 to ${TIMEOUT_MS_MAX}`);
  }
  return { host, port: number, timeoutMs, json: values["json"] === true };
}

function readingOf(values: Values): Reading {
  const { devices } = loadDevices();
  const name = String(values["device"] ?? "");
  const device = devices.get(name);
  if (device?.protocol !== "bacnet") {
    const names = [...devices].filter(([, one]) => one.protocol === "bacnet").map(([each]) => each);
    throw new WrongUse(`--device needs one of ${names.join(", ")}`);
  }
  const place = placeOf(String(values["address"] ?? ""));
  if (place === undefined || !hasPoint(device, place.point)) {
    throw new WrongUse("--address needs a device instance, as 1234, 1234/2 or 1234@5:0A");
  }
  const { serial } = values;
  const given = typeof serial === "string" ? serial : undefined;
  return { ...commonOf(values, device.poll.timeout_ms), place, name, device, serial: given };
}

const SEARCH_MS = 3_000;

function searchingOf(values: Values): Searching {
  const localPort = Number(values["local-port"] ?? 0);
  if (!Number.isInteger(localPort) || localPort < 0 || localPort > 65_535) {
    throw new WrongUse("--local-port needs 0 to 65535");
  }
  return { ...commonOf(values, SEARCH_MS), localPort };
}
