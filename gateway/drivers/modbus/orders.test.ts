/**
 * Limits, arming, clocks and learnt blocks: what no shipped device file has all of, by one made for the purpose.
 */
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { CLOCK_WORDS, type ModbusClock } from "../../devices/modbus-clock.ts";
import { type ModbusDevice, modbusDevice } from "../../devices/modbus-device.ts";
import type { ReadRequest } from "./calls.ts";
import { decodeClock, encodeClock } from "./clock.ts";
import { createModbusDriver } from "./driver.ts";
import { limitBits, limitShown, limitWords } from "./limit.ts";
import { covers, narrower, planBlocks } from "./plan.ts";
import { startModbusSlave } from "./slave.ts";
import type { SlaveFault } from "./slave-faults.ts";
import { quickDevices, rosterMeter, testMeter } from "./testing/field.ts";

const NOW_S = 1_772_366_460;
const nowS = () => NOW_S;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A prepaid meter with everything: relay with arming, limit of power, clock. */
function fullDevice(): ModbusDevice {
  const shipped = quickDevices().get("abb-b23-output");
  if (shipped?.protocol !== "modbus" || shipped.relay === undefined) throw new Error("a relay");
  const { relay } = shipped;
  return modbusDevice.parse({
    ...shipped,
    relay: {
      ...relay,
      write: { ...relay.write, arm: [2] },
      read_back: { ...relay.read_back, ready: [2] },
    },
    limit: {
      write: { function_code: 16, address: 26_000 },
      read_back: { function_code: 3, address: 26_000 },
      type: "u32",
      order: "CDAB",
      scale: "0.1",
      unit: "kW",
      off: "0xFFFFFFFF",
      settle_ms: 200,
      source: "made for a test",
    },
    clock: {
      function_code: 3,
      address: 27_000,
      kind: "ymdhms_bytes",
      order: "ABCD",
      utc_offset_min: 120,
      source: "made for a test",
    },
  });
}

async function bench(device: ModbusDevice, fault?: SlaveFault) {
  const meter = testMeter("11000001", 5_000n, device.relay !== undefined);
  const slave = await startModbusSlave({
    host: "127.0.0.1",
    port: 0,
    meters: [{ unit: 1, device, meter }],
    clockS: () => NOW_S - 75,
  });
  slave.faults.set(1, fault);
  const devices = new Map([["full", device]]);
  const driver = createModbusDriver({ devices, timeoutMs: 2_000, quietMs: 10 });
  open.push(driver, slave);
  return { driver, meter, slave, entry: rosterMeter("11000001", "full", slave.port, 1) };
}

describe("a device with a limit, arming and a clock", () => {
  test("says so", async () => {
    const { driver, entry } = await bench(fullDevice());
    expect(driver.capabilities(entry)).toEqual({
      actions: ["cut", "restore", "limit", "arm"],
      clock: true,
    });
  });

  test("is limited, cut, armed and restored, each as read back", async () => {
    const { driver, entry, meter } = await bench(fullDevice());
    const steps = [
      [{ action: "limit", atomsPerHour: 2_550 }, "limited", true],
      [{ action: "cut" }, "disconnected", false],
      [{ action: "arm" }, "ready_for_reconnection", false],
      [{ action: "limit", atomsPerHour: 1_000 }, "limited", true],
      [{ action: "restore" }, "connected", true],
    ] as const;
    for (const [order, relay, flows] of steps) {
      expect(await driver.act(entry, order)).toEqual({ ok: true, relay });
      expect(await driver.read(entry, nowS)).toMatchObject({ ok: true, relay });
      expect(meter.closed).toBe(flows);
    }
  });

  test("that acknowledges a limit and does not hold it is not_moved", async () => {
    const { driver, entry } = await bench(fullDevice(), { kind: "lying_relay" });
    expect(await driver.act(entry, { action: "limit", atomsPerHour: 2_000 })).toMatchObject({
      ok: false,
      fault: "not_moved",
    });
  });

  test("refuses a limit finer than a count without a write", async () => {
    const { driver, entry, meter } = await bench(fullDevice());
    expect(await driver.act(entry, { action: "limit", atomsPerHour: 99 })).toMatchObject({
      ok: false,
      fault: "not_available",
    });
    expect(meter.moves).toBe(0);
  });

  test("tells its clock at the first reading and then now and again", async () => {
    const { driver, entry } = await bench(fullDevice());
    const told = [];
    for (let reading = 0; reading < 21; reading++) {
      const seen = await driver.read(entry, nowS);
      if (seen.ok && seen.meterClockS !== undefined) told.push([reading, seen.meterClockS]);
    }
    expect(told).toEqual([
      [0, NOW_S - 75],
      [10, NOW_S - 75],
      [20, NOW_S - 75],
    ]);
  });

  test("without a relay can be limited, and its limit lifted", async () => {
    const { relay: _, ...rest } = fullDevice();
    const warnings = rest.warnings.filter(({ code }) => code !== "read_back_of_command");
    const { driver, entry } = await bench(modbusDevice.parse({ ...rest, warnings }));
    expect(driver.capabilities(entry).actions).toEqual(["restore", "limit"]);
    expect(await driver.act(entry, { action: "limit", atomsPerHour: 500 })).toEqual({
      ok: true,
      relay: "limited",
    });
    expect(await driver.act(entry, { action: "restore" })).toEqual({
      ok: true,
      relay: "connected",
    });
    expect(await driver.act(entry, { action: "cut" })).toMatchObject({
      ok: false,
      fault: "no_relay",
    });
  });
});

describe("a limit", () => {
  const limit = fullDevice().limit;
  if (limit === undefined) throw new Error("a limit");

  test("is never more than was asked, nor less by a whole count, and is read as it was written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 100_000_000 }), (atomsPerHour) => {
        const raw = limitBits(atomsPerHour, limit);
        if (!raw.ok) throw new Error(raw.message);
        expect(Number(raw.bits) * 100).toBeLessThanOrEqual(atomsPerHour);
        expect(Number(raw.bits + 1n) * 100).toBeGreaterThan(atomsPerHour);
        expect(limitShown(limitWords(raw.bits, limit), limit)).toBe(raw.bits);
      }),
    );
  });

  test.each([0, -5, 99, 0.5, Number.NaN, Number.MAX_SAFE_INTEGER])(
    "of %s is refused",
    (atomsPerHour) => {
      expect(limitBits(atomsPerHour, limit)).toMatchObject({ ok: false, fault: "not_available" });
    },
  );
});

describe("a clock", () => {
  const kinds = Object.keys(CLOCK_WORDS) as ModbusClock["kind"][];
  const clock = (kind: ModbusClock["kind"], utc_offset_min = 0): ModbusClock => ({
    function_code: 3,
    address: 0,
    kind,
    order: "ABCD",
    utc_offset_min,
    source: "made for a test",
  });

  test.each(kinds)("%s shows every second of this century as it is", (kind) => {
    const second = fc.integer({ min: 946_771_200, max: 4_102_358_400 });
    fc.assert(
      fc.property(second, fc.integer({ min: -840, max: 840 }), (atS, offset) => {
        const rule = clock(kind, offset);
        expect(decodeClock(encodeClock(atS, rule), rule)).toBe(atS);
      }),
    );
  });

  test.each(kinds)("%s of any registers is a time of this century or none", (kind) => {
    const words = fc.array(fc.integer({ min: 0, max: 0xffff }), {
      minLength: CLOCK_WORDS[kind],
      maxLength: CLOCK_WORDS[kind],
    });
    fc.assert(
      fc.property(words, (registers) => {
        const atS = decodeClock(registers, clock(kind));
        if (atS !== undefined)
          expect(new Date(atS * 1_000).getUTCFullYear()).toBeGreaterThanOrEqual(2000);
      }),
    );
  });

  test("that was never set tells no time", () => {
    expect(decodeClock([0, 0, 0], clock("ymdhms_bytes"))).toBeUndefined();
    expect(decodeClock([26, 0x0229, 0x0c00, 0], clock("iec870"))).toBe(
      Date.UTC(2026, 1, 9, 12) / 1_000,
    );
    expect(decodeClock([26, 0x021e, 0x0c00, 0], clock("iec870"))).toBeUndefined();
    expect(decodeClock([26, 0x0201, 0x0c80, 0], clock("iec870"))).toBeUndefined();
  });
});

describe("blocks that a device refuses", () => {
  test("are asked for without gaps, then one by one, and that is remembered", async () => {
    const device = { ...fullDevice(), limits: { request_words: 125, gap_words: 125 } };
    const { driver, entry, slave } = await bench(device);
    expect(await driver.read(entry, nowS)).toMatchObject({ ok: true, registerAtoms: 5_000n });
    slave.faults.set(1, { kind: "no_gaps" });
    for (let reading = 0; reading < 3; reading++)
      expect(await driver.read(entry, nowS)).toMatchObject({ ok: true, registerAtoms: 5_000n });
  });

  test("in the end every range is read by itself, whatever a device refuses to join", () => {
    const range = fc.record({
      functionCode: fc.constantFrom(3, 4) as fc.Arbitrary<3 | 4>,
      address: fc.integer({ min: 0, max: 60 }),
      count: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 8 }), (ranges) => {
        let limits: Parameters<typeof narrower>[0] | undefined = {
          request_words: 20,
          gap_words: 9,
        };
        let steps = 0;
        let blocks: ReadRequest[] = [];
        for (; limits !== undefined; limits = narrower(limits)) {
          blocks = planBlocks(ranges, limits);
          for (const one of ranges) expect(blocks.some((block) => covers(block, one))).toBe(true);
          expect(++steps).toBeLessThanOrEqual(3);
        }
        for (const block of blocks) expect(block.count).toBeLessThanOrEqual(4);
      }),
    );
  });
});
