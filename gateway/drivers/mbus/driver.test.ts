import { afterEach, describe, expect, it } from "vitest";
import type { RosterMeter } from "../../../engine/contract/roster.ts";
import { loadDevices } from "../../devices/load.ts";
import type { MbusDevice } from "../../devices/mbus-device.ts";
import type { Driver } from "../driver.ts";
import { BUS_QUEUE_MAX } from "./bus.ts";
import { createMbusDriver } from "./driver.ts";
import type { BusBounds } from "./link/bounds.ts";
import { SLAVE_FAULTS, type SlaveFault } from "./slave/faults.ts";
import { MOMENTARY_ONLY, type SlaveMeter } from "./slave/meter.ts";
import {
  createMbusSlaveServer,
  type MbusSlaveServer,
  type SlaveServerOptions,
} from "./slave/server.ts";
import { TEST_AT_S, testElectricityMeter, testRelay, testWaterMeter } from "./testing/meters.ts";

const NOW_S = 1_772_366_460;
const { devices } = loadDevices();
const QUICK: Partial<BusBounds> = {
  answerMs: 500,
  quietMs: 40,
  connectMs: 1_000,
  settleMs: 150,
  pollMs: 30,
};

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.close();
});

type Setting = Partial<SlaveServerOptions> & { bounds?: Partial<BusBounds> };

async function setUp({ bounds, ...options }: Setting = {}) {
  const meters = options.meters ?? [1, 2, 3, 4].map(testWaterMeter);
  const server = await createMbusSlaveServer({ lateMs: 530, ...options, meters });
  const driver = createMbusDriver({ devices, bounds: { ...QUICK, ...bounds } });
  running.push(server, driver);
  return { server, driver };
}

function rosterMeter(server: MbusSlaveServer, number: number): RosterMeter {
  return {
    meter_id: `m${number}`,
    serial: String(10_000_000 + number),
    slot: number,
    service: "water",
    driver: "mbus",
    device: "pad-water-valve",
    link: { host: server.host, port: server.port },
    address: String(number),
  };
}

function read(driver: Driver, meter: RosterMeter) {
  return driver.read(meter, () => NOW_S);
}

/** What meter `number` must say; any other number would be somebody else's. */
function ownReading(number: number) {
  return {
    ok: true,
    registerAtoms: BigInt(number) * 1_000_000n,
    atS: NOW_S,
    relay: "connected",
    // The meters stand still a minute ago, and tell minutes: their clock is the last second of that one.
    meterClockS: TEST_AT_S + 59,
  };
}

describe("a sound bus", () => {
  it("is read by primary and by secondary address, all meters at once", async () => {
    const { server, driver } = await setUp();
    const numbers = [1, 2, 3, 4, 4, 3, 2, 1];
    const readings = await Promise.all(
      numbers.map((number, index) => {
        const meter = rosterMeter(server, number);
        return read(driver, index % 2 === 0 ? meter : { ...meter, address: "secondary" });
      }),
    );
    expect(readings).toEqual(numbers.map(ownReading));
  });

  it("gives Wh of an electricity meter, which has no relay", async () => {
    const { server, driver } = await setUp({ meters: [testElectricityMeter(9, () => 1_234_567n)] });
    const meter: RosterMeter = {
      ...rosterMeter(server, 9),
      serial: "20000009",
      service: "electricity",
      device: "kamstrup-382",
    };
    expect(await read(driver, meter)).toMatchObject({ registerAtoms: 1_234_567n, relay: "none" });
    expect(await driver.act(meter, { action: "cut" })).toMatchObject({
      ok: false,
      fault: "no_relay",
    });
  });

  it("is searched for meters", async () => {
    const { server, driver } = await setUp();
    const found = [];
    for await (const meter of driver.discover({ host: server.host, port: server.port })) {
      found.push(meter);
      if (found.length === 4) break;
    }
    expect(found).toEqual(
      [1, 2, 3, 4].map((number) => ({
        address: String(number),
        serial: String(10_000_000 + number),
        manufacturer: "PAD",
        description: "Water, version 1",
      })),
    );
  });
});

describe("a meter that misbehaves", () => {
  const FAULTS: Record<SlaveFault, readonly string[]> = {
    silent: ["timeout"],
    garbage: ["malformed"],
    truncated: ["malformed"],
    noise: ["malformed"],
    twice: ["own"],
    restart: ["own"],
    dribble: ["malformed"],
    late: ["timeout", "own"],
    wrong_address: ["wrong_identity"],
    wrong_id: ["wrong_identity"],
    impostor: ["wrong_identity"],
    endless: ["malformed"],
    endless_same: ["own"],
    reset: ["unreachable"],
    stuck_relay: ["own"],
  };

  it.each(SLAVE_FAULTS)(
    "(%s) spoils no neighbour's reading and gets none of them",
    async (fault) => {
      const { server, driver } = await setUp({ dribbleMs: 30, bounds: { retries: 1 } });
      server.setFault("10000002", fault);
      const numbers = [1, 2, 3, 4, 1];
      const readings = await Promise.all(
        numbers.map((number) => read(driver, rosterMeter(server, number))),
      );
      const [first, spoilt, third, fourth, again] = readings;
      expect([first, fourth, again]).toEqual([1, 4, 1].map(ownReading));
      // Two meters that speak at once leave nothing that can be read; no other fault reaches the next meter.
      if (fault === "impostor") expect(third?.ok).toBe(false);
      else expect(third).toEqual(ownReading(3));
      if (spoilt?.ok) expect(spoilt).toEqual(ownReading(2));
      expect(FAULTS[fault]).toContain(spoilt?.ok ? "own" : spoilt?.fault);
    },
  );

  it("is read again once it is sound", async () => {
    const { server, driver } = await setUp({ bounds: { answerMs: 1_500, retries: 0 } });
    for (const fault of ["reset", "garbage", "wrong_address", "endless"] as const) {
      server.setFault("10000002", fault);
      expect((await read(driver, rosterMeter(server, 2))).ok).toBe(false);
      server.setFault("10000002", undefined);
      expect(await read(driver, rosterMeter(server, 2))).toEqual(ownReading(2));
    }
  });

  it("that sends slowly, but in time, is read", async () => {
    const { server, driver } = await setUp({ dribbleMs: 1, bounds: { answerMs: 2_000 } });
    server.setFault("10000002", "dribble");
    expect(await read(driver, rosterMeter(server, 2))).toEqual(ownReading(2));
  });

  it("(late, into the next one's answer) is never taken for the next", async () => {
    const bounds = { answerMs: 60, quietMs: 5, retries: 0 };
    const { server, driver } = await setUp({ lateMs: 66, bounds });
    server.setFault("10000001", "late");
    server.setFault("10000003", "late");
    for (let round = 0; round < 6; round++) {
      for (const number of [1, 2, 3, 4]) {
        const reading = await read(driver, rosterMeter(server, number));
        if (reading.ok) expect(reading).toEqual(ownReading(number));
      }
    }
  });

  it("leaves the neighbours alone also when read by secondary address", async () => {
    const { server, driver } = await setUp({ bounds: { answerMs: 1_500, retries: 0 } });
    for (const fault of ["wrong_id", "garbage", "silent"] as const) {
      server.setFault("10000002", fault);
      for (const number of [1, 2, 3]) {
        const meter = { ...rosterMeter(server, number), address: "secondary" };
        const reading = await read(driver, meter);
        if (number === 2) expect(reading.ok).toBe(false);
        else expect(reading).toEqual(ownReading(number));
      }
    }
  });
});

describe("a meter that is not the one asked for", () => {
  it.each([
    ["another serial", { serial: "10000009" }, "wrong_identity"],
    ["another model", { device: "itron-cyble" }, "wrong_identity"],
    ["a serial that is no id", { serial: "1000" }, "wrong_identity"],
    ["a device file of another protocol", { device: "eastron-sdm120" }, "not_available"],
    ["a device file that is missing", { device: "none" }, "not_available"],
    ["an address out of range", { address: "251" }, "not_available"],
    ["a service in other units", { service: "electricity" }, "not_available"],
    ["an address where nobody is", { address: "77" }, "timeout"],
  ] as const)("(%s) is not read", async (_what, change, fault) => {
    const { server, driver } = await setUp({ bounds: { retries: 1 } });
    const reading = await read(driver, { ...rosterMeter(server, 1), ...change });
    expect(reading).toMatchObject({ ok: false, fault, message: expect.stringMatching(/.+/) });
  });
});

describe("a meter that encrypts", () => {
  const KEY = "000102030405060708090A0B0C0D0E0F";
  const key = Uint8Array.from(Buffer.from(KEY, "hex"));

  it("is read and switched with its key, and its neighbours without one", async () => {
    const meters = [{ ...testWaterMeter(1), key }, testWaterMeter(2)];
    const { server, driver } = await setUp({ meters });
    const meter = { ...rosterMeter(server, 1), key: KEY };
    expect(await read(driver, meter)).toEqual(ownReading(1));
    expect(await read(driver, { ...meter, address: "secondary" })).toEqual(ownReading(1));
    expect(await driver.act(meter, { action: "cut" })).toEqual({ ok: true, relay: "disconnected" });
    expect(await read(driver, rosterMeter(server, 2))).toEqual(ownReading(2));
  });

  it.each([
    ["no key", {}, /a key is needed/],
    ["a wrong key", { key: KEY.replace("00", "01") }, /^wrong key/],
  ])("gives no value for %s, and is not switched", async (_what, change, message) => {
    const { server, driver } = await setUp({ meters: [{ ...testWaterMeter(1), key }] });
    const meter = { ...rosterMeter(server, 1), ...change };
    const refused = { ok: false, fault: "not_available", message: expect.stringMatching(message) };
    expect(await read(driver, meter)).toEqual(refused);
    expect(await driver.act(meter, { action: "cut" })).toEqual(refused);
  });

  it("is not believed in the clear where a key is registered", async () => {
    const { server, driver } = await setUp();
    const reading = await read(driver, { ...rosterMeter(server, 1), key: KEY });
    expect(reading).toMatchObject({ ok: false, message: expect.stringContaining("in the clear") });
  });
});

describe("a device file", () => {
  async function readBy(change: Pick<MbusDevice, "clock" | "application_reset">) {
    const pad = devices.get("pad-water-valve");
    if (pad?.protocol !== "mbus") throw new Error("no device file");
    const meter = {
      ...testWaterMeter(1),
      history: () => Array.from({ length: 30 }, (_, day) => ({ atS: day, volumeMl: 1n })),
    };
    const { server } = await setUp({ meters: [meter] });
    const own = createMbusDriver({ devices: new Map([["own", { ...pad, ...change }]]) });
    running.push(own);
    const target = { ...rosterMeter(server, 1), device: "own" };
    return { reading: await read(own, target), capabilities: own.capabilities(target) };
  }

  it("that says which time the meter keeps has its clock told", async () => {
    const { reading, capabilities } = await readBy({ clock: "utc" });
    expect(reading).toEqual(ownReading(1));
    expect(capabilities).toEqual({ actions: ["cut", "restore"], clock: true });
    const without = await readBy({ clock: undefined });
    expect(without.reading).not.toHaveProperty("meterClockS");
    expect(without.capabilities.clock).toBe(false);
  });

  it("that names an application reset has it sent before each readout", async () => {
    const { reading } = await readBy({ application_reset: MOMENTARY_ONLY });
    expect(reading).toEqual(ownReading(1));
  });
});

describe("a converter", () => {
  it("that gives back what the master sends is no hindrance", async () => {
    const { server, driver } = await setUp({ echo: true });
    expect(await read(driver, rosterMeter(server, 1))).toEqual(ownReading(1));
    const secondary = { ...rosterMeter(server, 2), address: "secondary" };
    expect(await read(driver, secondary)).toEqual(ownReading(2));
    expect((await driver.act(rosterMeter(server, 3), { action: "cut" })).ok).toBe(true);
  });

  it("that passes serial frames on is one like any other", async () => {
    const { server, driver } = await setUp();
    const meter = rosterMeter(server, 1);
    const link = { host: server.host, port: server.port, framing: "rtu" } as const;
    expect(await read(driver, { ...meter, link })).toEqual(ownReading(1));
  });
});

describe("a relay", () => {
  it("is cut and restored, and read back", async () => {
    const meter = testWaterMeter(1);
    const { server, driver } = await setUp({ meters: [meter, testWaterMeter(2)] });
    const target = rosterMeter(server, 1);
    expect(await driver.act(target, { action: "cut" })).toEqual({
      ok: true,
      relay: "disconnected",
    });
    expect(meter.relay.connected()).toBe(false);
    expect(await read(driver, target)).toMatchObject({ relay: "disconnected" });
    expect(await read(driver, rosterMeter(server, 2))).toEqual(ownReading(2));
    expect(await driver.act(target, { action: "cut" })).toEqual({
      ok: true,
      relay: "disconnected",
    });
    const secondary = { ...target, address: "secondary" };
    expect(await driver.act(secondary, { action: "restore" })).toEqual({
      ok: true,
      relay: "connected",
    });
    expect(meter.relay.connected()).toBe(true);
  });

  it("that acknowledges and does not move is reported as not moved", async () => {
    const meter = testWaterMeter(1);
    const { server, driver } = await setUp({ meters: [meter] });
    server.setFault(meter.id, "stuck_relay");
    const outcome = await driver.act(rosterMeter(server, 1), { action: "cut" });
    expect(outcome).toMatchObject({ ok: false, fault: "not_moved" });
    expect(meter.relay.connected()).toBe(true);
  });

  it("that takes its time is waited for", async () => {
    const relay = testRelay();
    const slow = {
      connected: relay.connected,
      set: (next: boolean) => void setTimeout(() => relay.set(next), 120),
    };
    const meters = [{ ...testWaterMeter(1), relay: slow }];
    const { server, driver } = await setUp({ meters, bounds: { settleMs: 5_000 } });
    const outcome = await driver.act(rosterMeter(server, 1), { action: "cut" });
    expect(outcome).toEqual({ ok: true, relay: "disconnected" });
  });

  it("of whoever else sits at the address is never moved", async () => {
    const meter = testWaterMeter(1);
    const { server, driver } = await setUp({ meters: [meter], bounds: { retries: 0 } });
    for (const change of [{ serial: "10000009" }, { device: "kamstrup-382" }]) {
      const outcome = await driver.act({ ...rosterMeter(server, 1), ...change }, { action: "cut" });
      expect(outcome.ok).toBe(false);
    }
    expect(meter.relay.connected()).toBe(true);
  });

  it("that a meter does not have is not commanded", async () => {
    const { relay: _, ...bare } = testWaterMeter(1);
    const { server, driver } = await setUp({ meters: [bare satisfies SlaveMeter] });
    const outcome = await driver.act(rosterMeter(server, 1), { action: "cut" });
    expect(outcome).toMatchObject({ ok: false, fault: "no_relay" });
  });
});

describe("a driver", () => {
  it("says that a converter cannot be reached", async () => {
    const { server, driver } = await setUp({ bounds: { retries: 0 } });
    await server.close();
    const reading = await read(driver, rosterMeter(server, 1));
    expect(reading).toMatchObject({ ok: false, fault: "unreachable" });
  });

  it("settles what runs and what waits when it is closed", async () => {
    const { server, driver } = await setUp({ bounds: { answerMs: 20_000 } });
    server.setFault("10000001", "silent");
    const waiting = [1, 2, 3].map((number) => read(driver, rosterMeter(server, number)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await driver.close();
    for (const reading of await Promise.all(waiting)) {
      expect(reading).toMatchObject({ ok: false, fault: "closed" });
    }
    expect(await read(driver, rosterMeter(server, 1))).toMatchObject({ fault: "closed" });
  });

  it("refuses more than a bus can have waiting", async () => {
    const { server, driver } = await setUp({ bounds: { answerMs: 20_000 } });
    server.setFault("10000001", "silent");
    const target = rosterMeter(server, 1);
    const waiting = Array.from({ length: BUS_QUEUE_MAX + 1 }, () => read(driver, target));
    expect(await waiting.at(-1)).toMatchObject({ ok: false, fault: "busy" });
    await driver.close();
    await Promise.all(waiting);
  });
});
