/**
 * Meters, roster entries, slaves and drivers for the tests of this folder.
 */
import type { RosterMeter } from "../../../../engine/contract/roster.ts";
import type { BacnetDevice } from "../../../devices/bacnet-device.ts";
import type { DeviceFile } from "../../../devices/device.ts";
import { loadDevices } from "../../../devices/load.ts";
import { type TestMeter, testMeter } from "../../modbus/testing/field.ts";
import { type BacnetDriverOptions, createBacnetDriver } from "../driver.ts";
import { type BacnetSlave, startBacnetSlave } from "../slave.ts";

/** The device instance of a bench's slave. */
export const DEVICE = 1_234;
/** A time-out that is soon over. */
export const HASTY_MS = 120;

/** A device file by its name, with a relay that does not keep a test waiting. */
export function quickDevice(name: string): BacnetDevice {
  const device = loadDevices().devices.get(name);
  if (device?.protocol !== "bacnet") throw new Error(`no BACnet device file ${name}`);
  const relay = device.relay === undefined ? {} : { relay: { ...device.relay, settle_ms: 200 } };
  return { ...device, ...relay };
}

/** The names of all BACnet device files. */
export function bacnetNames(): string[] {
  return [...loadDevices().devices]
    .filter(([, device]) => device.protocol === "bacnet")
    .map(([name]) => name);
}

/** A roster entry of a point. */
export function entryOf(
  meter: TestMeter,
  at: { device: string; port: number; point: number },
): RosterMeter {
  return {
    meter_id: `m-${meter.serial}`,
    serial: meter.serial,
    slot: at.point,
    service: "electricity",
    driver: "bacnet",
    device: at.device,
    link: { host: "127.0.0.1", port: at.port },
    address: at.point === 0 ? String(DEVICE) : `${DEVICE}/${at.point}`,
  };
}

/** A slave with some meters, their roster entries, and a driver for them. */
export type Bench = {
  slave: BacnetSlave;
  meters: TestMeter[];
  roster: RosterMeter[];
  driver: ReturnType<typeof createBacnetDriver>;
  close(): Promise<void>;
};

/** Starts a bench with so many meters of one device file; serials and registers differ. */
export async function startBench(
  name: string,
  count: number,
  options: Partial<BacnetDriverOptions> = {},
): Promise<Bench> {
  const file = quickDevice(name);
  const relay = file.relay !== undefined;
  const meters = Array.from({ length: count }, (_, at) =>
    testMeter(String(21_000_000 + at), BigInt((at + 1) * 1_000_000), relay),
  );
  const slave = await startBacnetSlave({
    host: "127.0.0.1",
    port: 0,
    device: DEVICE,
    file,
    meters,
  });
  const devices = new Map<string, DeviceFile>([[name, file]]);
  const driver = createBacnetDriver({ devices, timeoutMs: HASTY_MS, ...options });
  const roster = meters.map((meter, point) =>
    entryOf(meter, { device: name, port: slave.port, point }),
  );
  const close = async () => {
    await driver.close();
    await slave.close();
  };
  return { slave, meters, roster, driver, close };
}

/** The element of a list that a test knows to be there. */
export function item<T>(list: readonly T[], at: number): T {
  const found = list[at];
  if (found === undefined) throw new Error(`nothing at ${at}`);
  return found;
}
