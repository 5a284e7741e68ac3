/**
 * The drivers of a gateway process, one of each protocol, all with the same device files.
 */
import type { DeviceFile } from "../devices/device.ts";
import { createBacnetDriver } from "../drivers/bacnet/driver.ts";
import { createMbusDriver } from "../drivers/mbus/driver.ts";
import { createModbusDriver } from "../drivers/modbus/driver.ts";
import type { Drivers } from "./poller.ts";

/** Repeats of an M-Bus request: on a wire with silent meters each one costs everybody behind it a time-out. */
const MBUS_RETRIES = 1;

/** Makes the drivers; they connect when they are first used. */
export function openDrivers(devices: ReadonlyMap<string, DeviceFile>): Drivers {
  return {
    modbus: createModbusDriver({ devices }),
    mbus: createMbusDriver({ devices, bounds: { retries: MBUS_RETRIES } }),
    bacnet: createBacnetDriver({ devices }),
  };
}
