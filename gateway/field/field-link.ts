/**
 * One link of the simulated field: a Modbus TCP slave with its units, or an M-Bus with its meters.
 */
import type { Clock } from "../../engine/contract/clock.ts";
import type { DeviceFile } from "../devices/device.ts";
import type { SlaveMeter } from "../drivers/mbus/slave/meter.ts";
import { createMbusSlaveServer } from "../drivers/mbus/slave/server.ts";
import { startModbusSlave } from "../drivers/modbus/slave.ts";
import type { PlacedMeter } from "./layout.ts";
import type { FieldMeter } from "./meter.ts";

/** A running link. */
export type FieldLink = { port: number; close(): Promise<void> };

/** Where to listen and what is on the link; `port` is taken when it is free, else any other. */
export type FieldLinkOptions = {
  host: string;
  port: number;
  placed: readonly PlacedMeter[];
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
  const { host, placed } = options;
  if (placed[0]?.kind.driver === "mbus")
    return createMbusSlaveServer({
      host,
      port,
      meters: placed.map((one) => mbusMeter(one, options)),
    });
  const meters = placed.map((one) => ({
    unit: one.address,
    device: deviceOf(one, options),
    meter: meterOf(one, options),
  }));
  return startModbusSlave({ host, port, meters });
}

function mbusMeter(placed: PlacedMeter, options: FieldLinkOptions): SlaveMeter {
  const meter = meterOf(placed, options);
  const device = deviceOf(placed, options);
  if (device.protocol !== "mbus") throw new Error(`device file ${placed.kind.device} is not M-Bus`);
  const water = placed.kind.service === "water";
  return {
    address: placed.address,
    id: placed.serial,
    manufacturer: device.identity.manufacturer_code,
    version: device.identity.versions[0] ?? 0,
    kind: water ? "water" : "heat",
    coding: "bcd",
    values: () => {
      const atoms = meter.registerAtoms();
      const flow = BigInt(Math.round(meter.flow()));
      return {
        atS: options.clock.nowS(),
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

function meterOf({ serial }: PlacedMeter, { meters }: FieldLinkOptions): FieldMeter {
  const meter = meters.get(serial);
  if (meter === undefined) throw new Error(`no simulated meter ${serial}`);
  return meter;
}

function deviceOf({ kind }: PlacedMeter, { devices }: FieldLinkOptions): DeviceFile {
  const device = devices.get(kind.device);
  if (device === undefined) throw new Error(`no device file ${kind.device}`);
  return device;
}
