/**
 * Meters, roster entries and device files for the tests of this folder.
 */
import type { RosterMeter } from "../../../../engine/contract/roster.ts";
import type { Service } from "../../../../engine/contract/services.ts";
import type { DeviceFile } from "../../../devices/device.ts";
import { loadDevices } from "../../../devices/load.ts";
import type { ModbusDevice } from "../../../devices/modbus-device.ts";
import type { FieldMeter } from "../../../field/meter.ts";
import { createModbusDriver } from "../driver.ts";
import { type ModbusSlave, startModbusSlave } from "../slave.ts";

/** A meter whose register and relay the test sets. */
export type TestMeter = FieldMeter & { atoms: bigint; closed: boolean; moves: number };

/** A meter with a serial number and a register. */
export function testMeter(serial: string, atoms: bigint, relay: boolean): TestMeter {
  return {
    serial,
    service: "electricity",
    atoms,
    closed: true,
    moves: 0,
    registerAtoms() {
      return this.atoms;
    },
    flow() {
      return this.closed ? 1_000 : 0;
    },
    relayClosed() {
      return relay ? this.closed : undefined;
    },
    moveRelay(closed) {
      this.closed = closed;
      this.moves++;
    },
  };
}

/** All shipped device files, with relays and time-outs that do not keep a test waiting. */
export function quickDevices(): Map<string, DeviceFile> {
  const quick = new Map<string, DeviceFile>();
  for (const [name, device] of loadDevices().devices) {
    if (device.protocol !== "modbus") quick.set(name, device);
    else quick.set(name, quickDevice(device));
  }
  return quick;
}

/** The Modbus devices of {@link quickDevices}. */
export function quickModbusDevices(): [string, ModbusDevice][] {
  return [...quickDevices()].flatMap(([name, device]) =>
    device.protocol === "modbus" ? [[name, device] as [string, ModbusDevice]] : [],
  );
}

/** A roster entry. */
export function rosterMeter(
  serial: string,
  device: string,
  port: number,
  unit: number,
  service: Service = "electricity",
): RosterMeter {
  return {
    meter_id: `m-${serial}`,
    serial,
    slot: 0,
    service,
    driver: "modbus",
    device,
    link: { host: "127.0.0.1", port },
    address: String(unit),
  };
}

/** A slave with meters at units 1, 2, …, their roster entries, and a driver for them. */
export type Bench = {
  slave: ModbusSlave;
  meters: TestMeter[];
  roster: RosterMeter[];
  driver: ReturnType<typeof createModbusDriver>;
  close(): Promise<void>;
};

/** Starts a bench with one meter for each device name; serials and registers differ in every digit's place. */
export async function startBench(names: readonly string[], timeoutMs: number): Promise<Bench> {
  const devices = quickDevices();
  const meters = names.map((name, at) => {
    const relay = devices.get(name)?.relay !== undefined;
    return testMeter(String(11_000_000 + at), BigInt((at + 1) * 1_000_000), relay);
  });
  const slave = await startModbusSlave({
    host: "127.0.0.1",
    port: 0,
    meters: meters.map((meter, at) => ({ unit: at + 1, device: known(devices, names[at]), meter })),
  });
  const driver = createModbusDriver({ devices, timeoutMs, quietMs: 10 });
  return {
    slave,
    meters,
    roster: names.map((name, at) => {
      const [service] = known(devices, name).services;
      return rosterMeter(String(11_000_000 + at), name, slave.port, at + 1, service);
    }),
    driver,
    async close() {
      await driver.close();
      await slave.close();
    },
  };
}

/** The element of a list that a test knows to be there. */
export function item<T>(list: readonly T[], at: number): T {
  const found = list[at];
  if (found === undefined) throw new Error(`nothing at ${at}`);
  return found;
}

function known(devices: ReadonlyMap<string, DeviceFile>, name: string | undefined): DeviceFile {
  const device = devices.get(name ?? "");
  if (device === undefined) throw new Error(`no device file ${name}`);
  return device;
}

function quickDevice(device: ModbusDevice): ModbusDevice {
  const relay = device.relay === undefined ? {} : { relay: { ...device.relay, settle_ms: 200 } };
  return { ...device, ...relay };
}
