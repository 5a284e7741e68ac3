import { afterEach, describe, expect, test } from "vitest";
import type { RosterMeter } from "../../../engine/contract/roster.ts";
import type { ReadOutcome } from "../driver.ts";
import { createModbusDriver } from "./driver.ts";
import { makeFrame } from "./mbap.ts";
import { startModbusSlave } from "./slave.ts";
import type { SlaveFault } from "./slave-faults.ts";
import {
  type Bench,
  item,
  quickDevices,
  quickModbusDevices,
  rosterMeter,
  startBench,
  testMeter,
} from "./testing/field.ts";
import { startRawServer } from "./testing/raw-server.ts";
import { UNIT_MAX } from "./unit.ts";

const nowS = () => 1_700_000_000;
const PATIENT_MS = 5_000;
const HASTY_MS = 200;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function bench(names: readonly string[], timeoutMs: number): Promise<Bench> {
  const made = await startBench(names, timeoutMs);
  open.push(made);
  return made;
}

describe("every device file, against a slave made from it", () => {
  test.each(quickModbusDevices())("%s is read, moved and read back", async (name, device) => {
    const { driver, meters, roster } = await bench([name], PATIENT_MS);
    const meter = item(meters, 0);
    const entry = item(roster, 0);
    for (const atoms of [0n, 1_000_000n, 4_096_000_000n]) {
      meter.atoms = atoms;
      const relay = device.relay === undefined ? "none" : "connected";
      const seen = await driver.read(entry, nowS);
      expect(seen).toMatchObject({ ok: true, registerAtoms: atoms, atS: nowS(), relay });
      if (device.clock === undefined) expect(seen).not.toHaveProperty("meterClockS");
    }
    if (device.relay === undefined) {
      expect(await driver.act(entry, { action: "cut" })).toMatchObject({
        ok: false,
        fault: "no_relay",
      });
      return;
    }
    expect(await driver.act(entry, { action: "cut" })).toEqual({ ok: true, relay: "disconnected" });
    expect(meter.closed).toBe(false);
    expect(await driver.read(entry, nowS)).toMatchObject({ ok: true, relay: "disconnected" });
    expect(await driver.act(entry, { action: "restore" })).toEqual({
      ok: true,
      relay: "connected",
    });
    expect(meter.closed).toBe(true);
    expect(meter.moves).toBe(2);
  });
});

describe("every device file, in every fault of its meter", () => {
  const faults: SlaveFault[] = [
    { kind: "silent" },
    { kind: "exception", code: 2 },
    { kind: "wrong_unit", unit: 1 },
    { kind: "late", delayMs: HASTY_MS + 60 },
    { kind: "garbage" },
    { kind: "false_length" },
    { kind: "short" },
    { kind: "twice" },
    { kind: "reset" },
    { kind: "no_gaps" },
    { kind: "not_available" },
    { kind: "wrong_serial", serial: "99999999" },
  ];

  test.each(faults)(
    "$kind: the meter's own value or a refusal",
    async (fault) => {
      await Promise.all(
        quickModbusDevices().map(async ([name, device]) => {
          const { driver, meters, roster, slave } = await bench(["abb-b23", name], HASTY_MS);
          slave.faults.set(2, fault);
          const meter = item(meters, 1);
          const seen = await driver.read(item(roster, 1), nowS);
          if (seen.ok) expect(seen.registerAtoms, name).toBe(meter.atoms);
          const harmless = fault.kind === "no_gaps" || fault.kind === "twice";
          if (fault.kind !== "wrong_serial" && fault.kind !== "not_available")
            expect(seen.ok, `${name}: ${JSON.stringify(seen.ok)}`).toBe(harmless);
          if (fault.kind === "wrong_serial")
            expect(seen.ok, name).toBe(device.identity.rule !== "serial");
        }),
      );
    },
    30_000,
  );
});

describe("a reading counts only with its own identity", () => {
  test("an exchanged meter is refused, and so is moving its relay", async () => {
    const { driver, meters, roster, slave } = await bench(["abb-b23-output"], PATIENT_MS);
    const entry = item(roster, 0);
    slave.faults.set(1, { kind: "wrong_serial", serial: "99999999" });
    expect(await driver.read(entry, nowS)).toMatchObject({ ok: false, fault: "wrong_identity" });
    expect(await driver.act(entry, { action: "cut" })).toMatchObject({
      ok: false,
      fault: "wrong_identity",
    });
    expect(item(meters, 0).moves).toBe(0);
    slave.faults.clear();
    expect(await driver.read(entry, nowS)).toMatchObject({ ok: true });
  });

  test("a stranger is asked for nothing beyond the serial number", async () => {
    const { driver, roster, slave } = await bench(["schneider-iem3000"], PATIENT_MS);
    slave.faults.set(1, { kind: "not_available" });
    const stranger = { ...item(roster, 0), serial: "55555555" };
    expect(await driver.read(stranger, nowS)).toMatchObject({ ok: false, fault: "wrong_identity" });
  });

  test("where the file allows it, the identity is read in every n-th poll and on each new connection", async () => {
    const devices = quickDevices();
    const sdm = devices.get("eastron-sdm120");
    if (sdm?.protocol !== "modbus") throw new Error("a Modbus device");
    const device = { ...sdm, poll: { ...sdm.poll, identity_every: 3 } };
    const meters = [1, 2].map((unit) => ({
      unit,
      device,
      meter: testMeter(`1100000${unit}`, 5_000n, false),
    }));
    const slave = await startModbusSlave({ host: "127.0.0.1", port: 0, meters });
    const driver = createModbusDriver({
      devices: new Map([["sdm", device]]),
      timeoutMs: PATIENT_MS,
      quietMs: 10,
    });
    open.push(driver, slave);
    const read = async (unit: number) =>
      (await driver.read(rosterMeter(`1100000${unit}`, "sdm", slave.port, unit), nowS)).ok;
    expect(await read(1)).toBe(true);
    slave.faults.set(1, { kind: "wrong_serial", serial: "99999999" });
    expect([await read(1), await read(1), await read(1)]).toEqual([true, true, false]);
    slave.faults.clear();
    expect(await read(1)).toBe(true);
    slave.faults.set(2, { kind: "reset" });
    expect(await read(2)).toBe(false);
    slave.faults.set(1, { kind: "wrong_serial", serial: "99999999" });
    expect(await read(1)).toBe(false);
  });

  test.each(["0", "256", "248", "-1", "1.5", "07", "", "seven"])(
    "address %j is no unit",
    async (address) => {
      const { driver, roster } = await bench(["abb-b23"], PATIENT_MS);
      const entry = { ...item(roster, 0), address };
      expect(await driver.read(entry, nowS)).toMatchObject({ ok: false, fault: "refused" });
      expect(await driver.act(entry, { action: "cut" })).toMatchObject({
        ok: false,
        fault: "refused",
      });
    },
  );

  test("an unknown device file and one of another protocol are named", async () => {
    const { driver, roster } = await bench(["abb-b23"], PATIENT_MS);
    for (const device of ["abb-b99", "kamstrup-382"]) {
      const outcome = await driver.read({ ...item(roster, 0), device }, nowS);
      expect(outcome).toMatchObject({ ok: false, fault: "refused" });
      expect(JSON.stringify(outcome)).toContain(device);
    }
  });
});

describe("a relay has moved when the meter shows it", () => {
  const withRelay = quickModbusDevices().filter(([, device]) => device.relay !== undefined);
  const caught = withRelay.filter(
    ([, device]) => device.relay?.proof === "contact" || device.relay?.idle_power_w !== undefined,
  );

  test.each(caught)("%s: a relay that acknowledges and stays is not_moved", async (name) => {
    const { driver, meters, roster, slave } = await bench([name], PATIENT_MS);
    slave.faults.set(1, { kind: "lying_relay" });
    expect(await driver.act(item(roster, 0), { action: "cut" })).toMatchObject({
      ok: false,
      fault: "not_moved",
    });
    expect(item(meters, 0).closed).toBe(true);
    expect(await driver.read(item(roster, 0), nowS)).toMatchObject({
      ok: true,
      relay: "connected",
    });
  });

  test("a contact that is read back itself gives the lie away without a power register", async () => {
    const devices = quickDevices();
    const sfere = devices.get("sfere-prepaid");
    if (sfere?.protocol !== "modbus" || sfere.relay === undefined) throw new Error("a relay");
    const device = { ...sfere, relay: { ...sfere.relay, proof: "contact" as const } };
    const meter = testMeter("11000000", 5_000n, true);
    const slave = await startModbusSlave({
      host: "127.0.0.1",
      port: 0,
      meters: [{ unit: 1, device, meter }],
    });
    const driver = createModbusDriver({
      devices: new Map([["x", device]]),
      timeoutMs: PATIENT_MS,
      quietMs: 10,
    });
    open.push(driver, slave);
    slave.faults.set(1, { kind: "lying_relay" });
    const entry = rosterMeter("11000000", "x", slave.port, 1);
    expect(await driver.act(entry, { action: "cut" })).toMatchObject({
      ok: false,
      fault: "not_moved",
    });
  });

  test("an echo that differs is not believed, what the meter shows is", async () => {
    const { driver, meters, roster, slave } = await bench(["abb-b23-output"], PATIENT_MS);
    slave.faults.set(1, { kind: "wrong_echo" });
    expect(await driver.act(item(roster, 0), { action: "cut" })).toEqual({
      ok: true,
      relay: "disconnected",
    });
    expect(item(meters, 0).closed).toBe(false);
  });

  test("a relay that cannot be written is a refusal at once", async () => {
    const { driver, roster, slave } = await bench(["accuenergy-ev300"], PATIENT_MS);
    slave.faults.set(1, { kind: "exception", code: 3 });
    expect(await driver.act(item(roster, 0), { action: "cut" })).toMatchObject({
      ok: false,
      fault: "refused",
    });
  });

  test("a meter that fell silent is not said to have moved", async () => {
    const { driver, meters, roster, slave } = await bench(["acrel-ddsy1352"], HASTY_MS);
    slave.faults.set(1, { kind: "silent" });
    expect(await driver.act(item(roster, 0), { action: "cut" })).toMatchObject({ ok: false });
    expect(item(meters, 0).moves).toBe(0);
  });
});

describe("no value is credited to another meter", () => {
  const names = [
    "eastron-sdm120",
    "abb-b23-output",
    "carlogavazzi-em24-ethernet",
    "schneider-iem3000",
    "acrel-ddsy1352",
  ];
  const faults: SlaveFault[] = [
    { kind: "silent" },
    { kind: "exception", code: 2 },
    { kind: "exception", code: 11 },
    { kind: "wrong_unit", unit: 1 },
    { kind: "wrong_transaction" },
    { kind: "late", delayMs: HASTY_MS + 60 },
    { kind: "garbage" },
    { kind: "false_length" },
    { kind: "short" },
    { kind: "reset" },
    { kind: "wrong_serial", serial: "11000000" },
    { kind: "not_available" },
  ];

  test.each(faults)("$kind on one unit of five", async (fault) => {
    const { driver, meters, roster, slave } = await bench(names, HASTY_MS);
    slave.faults.set(4, fault);
    const outcomes: ReadOutcome[] = [];
    for (let round = 0; round < 2; round++) {
      outcomes.push(...(await Promise.all(roster.map((entry) => driver.read(entry, nowS)))));
    }
    expectOwn(outcomes.map((outcome, at) => [outcome, item(meters, at % 5).atoms]));
    for (const at of [3, 8]) expect(item(outcomes, at).ok).toBe(false);
    await eventuallyRead(
      driver,
      roster.filter((_, at) => at !== 3),
    );
    slave.faults.clear();
    await eventuallyRead(driver, roster);
  });

  test("8 links at once, each with another fault on another unit", async () => {
    const benches = await Promise.all(Array.from({ length: 8 }, () => bench(names, HASTY_MS)));
    const driver = createModbusDriver({
      devices: quickDevices(),
      timeoutMs: HASTY_MS,
      quietMs: 10,
    });
    open.push(driver);
    for (const [at, { slave, meters }] of benches.entries()) {
      for (const [unit, meter] of meters.entries())
        meter.atoms = BigInt((at * 5 + unit + 1) * 1_000_000);
      slave.faults.set(1 + (at % 5), item(faults, at + 2));
    }
    const all = benches.flatMap(({ roster, meters }, link) =>
      roster.map((entry, unit) => ({ entry, link, unit, atoms: () => item(meters, unit).atoms })),
    );
    for (let round = 0; round < 2; round++) {
      const outcomes = await Promise.all(all.map(({ entry }) => driver.read(entry, nowS)));
      expectOwn(outcomes.map((outcome, at) => [outcome, item(all, at).atoms()]));
      expect(outcomes.filter((outcome) => outcome.ok).length).toBeGreaterThan(8);
    }
    for (const { slave } of benches) slave.faults.clear();
    await eventuallyRead(
      driver,
      all.map(({ entry }) => entry),
    );
  }, 60_000);
});

describe("closing and searching", () => {
  test("outstanding calls settle as closed", async () => {
    const { driver, roster, slave } = await bench(["abb-b23"], PATIENT_MS);
    slave.faults.set(1, { kind: "silent" });
    const pending = driver.read(item(roster, 0), nowS);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await driver.close();
    expect(await pending).toMatchObject({ ok: false, fault: "closed" });
    expect(await driver.read(item(roster, 0), nowS)).toMatchObject({ ok: false, fault: "closed" });
  });

  test("a search finds units by their serial numbers, also behind others' exceptions", async () => {
    const { driver, slave } = await bench(
      ["abb-b23", "acrel-ddsy1352", "schneider-iem3000"],
      HASTY_MS * 5,
    );
    const found = [];
    for await (const meter of driver.discover({ host: "127.0.0.1", port: slave.port })) {
      found.push([meter.address, meter.serial, meter.manufacturer]);
      if (found.length === 2) break;
    }
    expect(found).toEqual([
      ["1", "11000000", "ABB"],
      ["3", "11000002", "Schneider Electric"],
    ]);
  });

  test("a search asks a gateway once for a unit that it says it cannot reach", async () => {
    const server = await startRawServer((frame, socket) => {
      const body = Buffer.from([frame.functionCode | 0x80, frame.unit % 2 === 0 ? 10 : 11]);
      socket.write(makeFrame(frame.transaction, frame.unit, body));
    });
    const driver = createModbusDriver({ devices: quickDevices(), timeoutMs: PATIENT_MS });
    open.push(driver, server);
    for await (const meter of driver.discover({ host: "127.0.0.1", port: server.port })) {
      throw new Error(`found ${meter.serial}`);
    }
    expect(server.requests.map((frame) => frame.unit)).toEqual(
      Array.from({ length: UNIT_MAX }, (_, at) => at + 1),
    );
  });

  test("a search of a host that is not there ends", async () => {
    const { driver, slave } = await bench(["abb-b23"], PATIENT_MS);
    await slave.close();
    const found = [];
    for await (const meter of driver.discover({ host: "127.0.0.1", port: slave.port }))
      found.push(meter);
    expect(found).toEqual([]);
    open.splice(0);
    await driver.close();
  });
});

/** Each outcome is a refusal or the meter's very own register. */
function expectOwn(outcomes: [ReadOutcome, bigint][]): void {
  for (const [outcome, atoms] of outcomes) {
    if (outcome.ok) expect(outcome.registerAtoms).toBe(atoms);
  }
}

/** Each meter is read within a few attempts; the machine may be busy, and refusals of the link pass. */
async function eventuallyRead(
  driver: ReturnType<typeof createModbusDriver>,
  roster: readonly RosterMeter[],
): Promise<void> {
  for (const entry of roster) {
    let outcome = await driver.read(entry, nowS);
    for (let attempt = 0; !outcome.ok && attempt < 10; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      outcome = await driver.read(entry, nowS);
    }
    expect(outcome).toMatchObject({ ok: true });
  }
}
