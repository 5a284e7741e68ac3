/**
 * The Modbus driver before its simulator: Modbus TCP, RTU over TCP, and a modem that dials in.
 */
import type { Link } from "../../../engine/contract/link.ts";
import type { DeviceFile } from "../../devices/device.ts";
import { createModbusDriver } from "../modbus/driver.ts";
import { startModbusSlave } from "../modbus/slave.ts";
import { dialIn } from "../modbus/slave-dial.ts";
import type { SlaveFault, SlaveFaults } from "../modbus/slave-faults.ts";
import { quickDevices, rosterMeter, type TestMeter, testMeter } from "../modbus/testing/field.ts";
import type { Subject, SubjectField, SubjectMeter } from "./subject.ts";

const TIMEOUT_MS = 250;
const MODEL = "abb-b23-output";
const CALLER = "MODEM-1";
const SECOND_UNIT = 2;

const FAULTS: readonly SlaveFault[] = [
  { kind: "silent" },
  { kind: "late", delayMs: TIMEOUT_MS + 80 },
  { kind: "garbage" },
  { kind: "false_length" },
  { kind: "short" },
  { kind: "twice" },
  { kind: "wrong_unit", unit: 1 },
  { kind: "wrong_serial", serial: "11000001" },
  { kind: "exception", code: 4 },
  { kind: "exception", code: 11 },
  { kind: "not_available" },
  { kind: "no_gaps" },
  { kind: "wrong_echo" },
  { kind: "lying_relay" },
  { kind: "reset" },
];
const TCP_FAULTS: readonly SlaveFault[] = [...FAULTS, { kind: "wrong_transaction" }];
const RTU_FAULTS: readonly SlaveFault[] = [...FAULTS, { kind: "bad_crc" }];

type Slave = { faults: SlaveFaults; close(): Promise<void> };
type Started = { slave: Slave; driver: ReturnType<typeof createModbusDriver>; link: Link };
type Start = (
  meters: readonly TestMeter[],
  devices: ReadonlyMap<string, DeviceFile>,
) => Promise<Started>;

function modbusSubject(name: string, faults: readonly SlaveFault[], start: Start): Subject {
  const byName = new Map(faults.map((fault) => [nameOf(fault), fault]));
  return {
    name,
    faults: [...byName.keys()],
    lies: ["lying_relay"],
    shared: [],
    settleMs: 8_000,
    searchMs: 90_000,
    async start(): Promise<SubjectField> {
      const meters = [1, 2, 3].map((number) =>
        testMeter(String(11_000_000 + number), BigInt(number) * 1_230_000n, true),
      );
      const { slave, driver, link } = await start(meters, quickDevices());
      const [first, second, third] = meters.map((meter, at) => subjectMeter(meter, link, at + 1));
      if (first === undefined || second === undefined || third === undefined)
        throw new Error("three");
      return {
        driver,
        link,
        meters: [first, second, third],
        setFault: (fault) => slave.faults.set(SECOND_UNIT, byName.get(fault ?? "")),
        async close() {
          await driver.close();
          await slave.close();
        },
      };
    },
  };
}

function nameOf(fault: SlaveFault): string {
  return fault.kind === "exception" ? `exception ${fault.code}` : fault.kind;
}

function subjectMeter(meter: TestMeter, link: Link, unit: number): SubjectMeter {
  return {
    entry: { ...rosterMeter(meter.serial, MODEL, 1, unit), link },
    atoms: () => meter.atoms,
    flows: () => meter.closed,
  };
}

function slaveMeters(meters: readonly TestMeter[], devices: ReadonlyMap<string, DeviceFile>) {
  const device = devices.get(MODEL);
  if (device === undefined) throw new Error(`no device file ${MODEL}`);
  return meters.map((meter, at) => ({ unit: at + 1, device, meter }));
}

const startTcp: Start = async (meters, devices) => {
  const served = slaveMeters(meters, devices);
  const slave = await startModbusSlave({ host: "127.0.0.1", port: 0, meters: served });
  const driver = createModbusDriver({ devices, timeoutMs: TIMEOUT_MS, quietMs: 10 });
  return { slave, driver, link: { host: "127.0.0.1", port: slave.port } };
};

const startRtu: Start = async (meters, devices) => {
  const served = slaveMeters(meters, devices);
  const slave = await startModbusSlave({
    host: "127.0.0.1",
    port: 0,
    framing: "rtu",
    meters: served,
  });
  const driver = createModbusDriver({ devices, timeoutMs: TIMEOUT_MS, quietMs: 10 });
  return { slave, driver, link: { host: "127.0.0.1", port: slave.port, framing: "rtu" } };
};

/** A modem that dials in again whenever its connection ends, as modems do. */
const startCaller: Start = async (meters, devices) => {
  const served = slaveMeters(meters, devices);
  const driver = createModbusDriver({
    devices,
    timeoutMs: TIMEOUT_MS,
    quietMs: 10,
    listen: { host: "127.0.0.1", port: 0 },
  });
  const port = (await driver.listening()) ?? 0;
  let ended = false;
  let fault: SlaveFault | undefined;
  let modem = await dialIn({
    host: "127.0.0.1",
    port,
    meters: served,
    registration: `${CALLER}\n`,
  });
  const redial = async (): Promise<void> => {
    while (!ended) {
      await modem.ended;
      if (ended) return;
      const again = await dialIn({
        host: "127.0.0.1",
        port,
        meters: served,
        registration: `${CALLER}\n`,
      }).catch(() => undefined);
      if (again === undefined) return;
      modem = again;
      modem.faults.set(SECOND_UNIT, fault);
    }
  };
  const redialling = redial();
  const faults: SlaveFaults = {
    set(unit, next) {
      fault = next;
      modem.faults.set(unit, next);
    },
    get: (unit) => modem.faults.get(unit),
    clear: () => modem.faults.clear(),
  };
  const close = async () => {
    ended = true;
    await modem.close();
    await redialling;
  };
  return { slave: { faults, close }, driver, link: { caller: CALLER } };
};

/** The driver's three ways to a bus. */
export const MODBUS_SUBJECTS: readonly Subject[] = [
  modbusSubject("Modbus TCP", TCP_FAULTS, startTcp),
  modbusSubject("Modbus RTU over TCP", RTU_FAULTS, startRtu),
  modbusSubject(
    "Modbus RTU through a modem that dials in",
    RTU_FAULTS.filter(({ kind }) => kind !== "reset"),
    startCaller,
  ),
];
