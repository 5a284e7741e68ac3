/**
 * The M-Bus driver before its simulator.
 */
import { loadDevices } from "../../devices/load.ts";
import { createMbusDriver } from "../mbus/driver.ts";
import { SLAVE_FAULTS, type SlaveFault } from "../mbus/slave/faults.ts";
import { createMbusSlaveServer } from "../mbus/slave/server.ts";
import { testWaterMeter } from "../mbus/testing/meters.ts";
import type { Subject, SubjectField, SubjectMeter } from "./subject.ts";

const SECOND_ID = "10000002";
const BOUNDS = {
  answerMs: 200,
  probeMs: 100,
  quietMs: 20,
  connectMs: 1_000,
  settleMs: 150,
  pollMs: 30,
  retries: 1,
};

/** The driver, through a serial-to-TCP converter. */
export const MBUS_SUBJECT: Subject = {
  name: "M-Bus",
  faults: SLAVE_FAULTS,
  lies: ["stuck_relay"],
  shared: ["impostor"],
  settleMs: 12_000,
  searchMs: 60_000,
  async start(): Promise<SubjectField> {
    const meters = [1, 2, 3].map(testWaterMeter);
    const server = await createMbusSlaveServer({ meters, lateMs: 260, dribbleMs: 5 });
    const driver = createMbusDriver({ devices: loadDevices().devices, bounds: BOUNDS });
    const link = { host: server.host, port: server.port };
    const subjectMeter = (number: number): SubjectMeter => ({
      entry: {
        meter_id: `m${number}`,
        serial: String(10_000_000 + number),
        slot: number,
        service: "water",
        driver: "mbus",
        device: "pad-water-valve",
        link,
        address: String(number),
      },
      atoms: () => BigInt(number) * 1_000_000n,
      flows: () => meters[number - 1]?.relay.connected() ?? false,
    });
    return {
      driver,
      link,
      meters: [subjectMeter(1), subjectMeter(2), subjectMeter(3)],
      setFault: (fault) => server.setFault(SECOND_ID, fault as SlaveFault | undefined),
      async close() {
        await driver.close();
        await server.close();
      },
    };
  },
};
