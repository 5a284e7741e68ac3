/**
 * One link of the simulated field: a Modbus TCP slave with its units, an M-Bus with its meters, or a BACnet device.
 */
import type { Clock } from "../../engine/contract/clock.ts";
import type { Service } from "../../engine/contract/services.ts";
import type { DeviceFile } from "../devices/device.ts";
import { startBacnetSlave } from "../drivers/bacnet/slave.ts";
import type { SlaveMeter } from "../drivers/mbus/slave/meter.ts";
import { createMbusSlaveServer } from "../drivers/mbus/slave/server.ts";
import { startModbusSlave } from "../drivers/modbus/slave.ts";
import { bacnetFault, type FieldFaultMode, mbusFault, modbusFault } from "./field-fault.ts";
import type { FieldMeter } from "./meter.ts";

/** A running link. `setFault` makes the meter at an address misbehave, or behave again. */
export type FieldLink = {
  port: number;
  setFault(address: number, fault: FieldFaultMode | undefined): void;
  close(): Promise<void>;
};

/** Instance of every simulated BACnet device, each at a port of its own. */
const BACNET_DEVICE = 4_000;

/** A meter on a link, with its model; `address` is the Modbus unit or the M-Bus primary address, and 1 of a BACnet device. */
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

/** The address of a meter as the roster writes it. */
export function addressText({ kind, address }: LinkedMeter): string {
  return String(kind.driver === "bacnet" ? BACNET_DEVICE : address);
}

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
  if (driver === "bacnet") return startBacnet(options, port);
  throw new Error("a link without meters has nothing to simulate");
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

/** A device with one meter: what misbehaves is the device. */
async function startBacnet(options: FieldLinkOptions, port: number): Promise<FieldLink> {
  const [placed, ...others] = options.placed;
  const file = placed && deviceOf(placed, options);
  if (placed === undefined || file?.protocol !== "bacnet" || others.length > 0)
    throw new Error("a simulated BACnet device has one meter, by a BACnet device file");
  const meters = [meterOf(placed, options)];
  const { host } = options;
  const slave = await startBacnetSlave({ host, port, device: BACNET_DEVICE, file, meters });
  return {
    port: slave.port,
    setFault: (_, fault) => slave.setFault(fault && bacnetFault(fault)),
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
