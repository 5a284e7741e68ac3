/**
 * One link of the simulated field: a Modbus TCP slave with its units, or an M-Bus with its meters.
 */
import type { Clock } from "../../engine/contract/clock.ts";
import type { Service } from "../../engine/contract/services.ts";
import type { DeviceFile } from "../devices/device.ts";
import type { SlaveMeter } from "../drivers/mbus/slave/meter.ts";
import { createMbusSlaveServer } from "../drivers/mbus/slave/server.ts";
import { startModbusSlave } from "../drivers/modbus/slave.ts";
import { type FieldFaultMode, mbusFault, modbusFault } from "./field-fault.ts";
import type { FieldMeter } from "./meter.ts";

/** A running link. `setFault` makes the meter at an address misbehave, or behave again. */
export type FieldLink = {
  port: number;
  setFault(address: number, fault: FieldFaultMode | undefined): void;
  close(): Promise<void>;
};

/** A meter on a link, with its model; `address` is the Modbus unit or the M-Bus primary address. */
export type LinkedMeter = {
  serial: string;
  address: number;
  kind: { service: Service; driver: DeviceFile["protocol"]; device: string };
};

/** Where to listen and what is on the link; `port` is taken when it is free, else any other. */
export type FieldLinkOptions = {
  host: string;
  port: number;
  placed: readonly LinkedMeter[];
  meters: ReadonlyMap<string, FieldMeter>;
  devices: ReadonlyMap<string, DeviceFile>;
  clock: Clock;
};

/** Starts the link, on its wanted port or else on a free one. */
export async function startLink(options: FieldLinkOptions): Promise<FieldLink> {
  try {
    return await startOn(options, options.port);
  } catch (error) {
    if (options.port === 0 || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return startOn(options, 0);
  }
}

function startOn(options: FieldLinkOptions, port: number): Promise<FieldLink> {
  const driver = options.placed[0]?.kind.driver;
  if (driver === "mbus") return startMbus(options, port);
  if (driver === "modbus") return startModbus(options, port);
  throw new Error(`there are no simulated slaves for ${driver ?? "a link without meters"}`);
}

async function startMbus(options: FieldLinkOptions, port: number): Promise<FieldLink> {
  const { host, placed } = options;
  const meters = placed.map((one) => mbusMeter(one, options));
  const slave = await createMbusSlaveServer({ host, port, meters });
  return {
    port: slave.port,
    setFault: (address, fault) => {
      const meter = meters.find((one) => one.address === address);
      if (meter !== undefined) slave.setFault(meter.id, fault && mbusFault(fault));
    },
    close: slave.close,
  };
}

async function startModbus(options: FieldLinkOptions, port: number): Promise<FieldLink> {
  const meters = options.placed.map((one) => ({
    unit: one.address,
    device: deviceOf(one, options),
    meter: meterOf(one, options),
  }));
  const slave = await startModbusSlave({ host: options.host, port, meters });
  return {
    port: slave.port,
    setFault: (address, fault) => slave.faults.set(address, fault && modbusFault(fault)),
    close: slave.close,
  };
}

function mbusMeter(placed: LinkedMeter, options: FieldLinkOptions): SlaveMeter {
  const meter = meterOf(placed, options);
  const device = deviceOf(placed, options);
  if (device.protocol !== "mbus") throw new Error(`device file ${placed.kind.device} is not M-Bus`);
  const water = placed.kind.service === "water";
  return {
    address: placed.address,
    get id() {
      return meter.serial;
    },
    manufacturer: device.identity.manufacturer_code,
    version: device.identity.versions[0] ?? 0,
    kind: water ? "water" : "heat",
    coding: "bcd",
    values: () => {
      const atoms = meter.registerAtoms();
      const flow = BigInt(Math.round(meter.flow()));
      return {
        atS: meter.clockS?.() ?? options.clock.nowS(),
        ...(water
          ? { volumeMl: atoms, flowMlPerH: flow * 1_000n }
          : { energyWh: atoms, powerW: flow }),
      };
    },
    ...(meter.relayClosed() === undefined
      ? {}
      : {
          relay: {
            connected: () => meter.relayClosed() === true,
            set: (on) => meter.moveRelay(on),
          },
        }),
  };
}

function meterOf({ serial }: LinkedMeter, { meters }: FieldLinkOptions): FieldMeter {
  const meter = meters.get(serial);
  if (meter === undefined) throw new Error(`no simulated meter ${serial}`);
  return meter;
}

function deviceOf({ kind }: LinkedMeter, { devices }: FieldLinkOptions): DeviceFile {
  const device = devices.get(kind.device);
  if (device === undefined) throw new Error(`no device file ${kind.device}`);
  return device;
}
