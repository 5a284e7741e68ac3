/**
 * The BACnet/IP driver.
 */
import type { DeviceFile } from "../../devices/device.ts";
import type { Driver } from "../driver.ts";

/** What the driver needs. */
export type BacnetDriverOptions = { devices: ReadonlyMap<string, DeviceFile> };

/** A driver for all BACnet meters of a gateway. */
export function createBacnetDriver(_options: BacnetDriverOptions): Driver {
  const refused = { ok: false, fault: "not_available", message: "BACnet is not read yet" } as const;
  return {
    read: async () => refused,
    act: async () => refused,
    capabilities: () => ({ actions: [], clock: false }),
    async *discover() {},
    close: async () => undefined,
  };
}
