/**
 * The drivers of a gateway process, one of each protocol, all with the same device files.
 */
import type { RosterMeter } from "../../engine/contract/roster.ts";
import type { DeviceFile } from "../devices/device.ts";
import { createBacnetDriver } from "../drivers/bacnet/driver.ts";
import { createMbusDriver } from "../drivers/mbus/driver.ts";
import type { ListenOptions } from "../drivers/modbus/callers/listener.ts";
import { createModbusDriver, type ModbusDriver } from "../drivers/modbus/driver.ts";
import type { Drivers } from "./poller.ts";

/** Repeats of an M-Bus request: on a wire with silent meters each one costs everybody behind it a time-out. */
const MBUS_RETRIES = 1;

/** What drivers may do of themselves: listen for meters that dial in, and tell of meters that say that they have changed. */
export type OpenOptions = { listen?: ListenOptions; onChange?: (meter: RosterMeter) => void };

/** Makes the drivers; they connect when they are first used. With `listen` meters that dial in are listened for at once. */
export function openDrivers(
  devices: ReadonlyMap<string, DeviceFile>,
  { listen, onChange }: OpenOptions = {},
): Drivers & { modbus: ModbusDriver } {
  return {
    modbus: createModbusDriver({ devices, ...(listen === undefined ? {} : { listen }) }),
    mbus: createMbusDriver({ devices, bounds: { retries: MBUS_RETRIES } }),
    bacnet: createBacnetDriver({ devices, ...(onChange === undefined ? {} : { onChange }) }),
  };
}
