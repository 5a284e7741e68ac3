import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import type { RosterMeter } from "../../../engine/contract/roster.ts";
import type { ReadOutcome } from "../driver.ts";
import { createBacnetDriver } from "./driver.ts";
import type { SlaveFault } from "./slave-faults.ts";
import {
  type Bench,
  bacnetNames,
  DEVICE,
  HASTY_MS,
  item,
  quickDevice,
  startBench,
} from "./testing/field.ts";

const PANEL = "bacnet-panel-relay";
const nowS = () => 1_700_000_000;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function bench(...args: Parameters<typeof startBench>): Promise<Bench> {
  const started = await startBench(...args);
  open.push(started);
  return started;
}

describe("every device file", () => {
  test.each(bacnetNames())("%s: reads what the meter shows", async (name) => {
    const points = quickDevice(name).billing.object.stride > 0 ? 3 : 1;
    const { driver, meters, roster } = await bench(name, points, { timeoutMs: 2_000 });
    for (const [at, meter] of meters.entries()) {
      meter.atoms = BigInt(12_345_000 * (at + 1));
      expect(await driver.read(item(roster, at), nowS)).toEqual({
        ok: true,
        registerAtoms: meter.atoms,
        atS: nowS(),
        relay: meter.relayClosed() === undefined ? "none" : "connected",
      });
    }
  });

  test.each(bacnetNames())(
    "%s: another serial number or device is nobody's reading",
    async (name) => {
      const { driver, roster, slave } = await bench(name, 1, { timeoutMs: 2_000 });
      slave.setFault({ kind: "wrong_device", device: 77 });
      expect(await driver.read(item(roster, 0), nowS)).toMatchObject({
        ok: false,
        fault: "wrong_identity",
      });
      slave.setFault({ kind: "wrong_serial", serial: "999" });
      const read = await driver.read(item(roster, 0), nowS);
      if (quickDevice(name).identity.rule === "serial") {
        expect(read).toMatchObject({ ok: false, fault: "wrong_identity" });
      }
    },
  );
});

/** What each misbehaviour of a device ends in. */
const FAULTS: [SlaveFault, string][] = [
  [{ kind: "silent" }, "timeout"],
  [{ kind: "garbage" }, "timeout"],
  [{ kind: "late", delayMs: HASTY_MS + 60 }, "timeout"],
  [{ kind: "wrong_source" }, "timeout"],
  [{ kind: "wrong_invoke_id" }, "timeout"],
  [{ kind: "wrong_object" }, "wrong_identity"],
  [{ kind: "segmented" }, "refused"],
  [{ kind: "abort" }, "refused"],
  [{ kind: "reject" }, "refused"],
  [{ kind: "error" }, "busy"],
  [{ kind: "oversized" }, "timeout"],
  [{ kind: "short" }, "malformed"],
  [{ kind: "wide_value" }, "malformed"],
  [{ kind: "reset" }, "timeout"],
  [{ kind: "wrong_serial", serial: "21000001" }, "wrong_identity"],
  [{ kind: "wrong_device", device: 4_321 }, "wrong_identity"],
  [{ kind: "at_fault" }, "not_available"],
  [{ kind: "other_scale" }, "malformed"],
];

describe("no value is credited to another meter", () => {
  test.each(FAULTS)("$0.kind ends in $1", async (fault, ends) => {
    const { driver, meters, roster, slave } = await bench(PANEL, 3);
    slave.setFault(fault);
    const outcome = await driver.read(item(roster, 0), nowS);
    expect(outcome).toMatchObject({ ok: false, fault: ends });
    slave.setFault(undefined);
    // Nothing of before is taken for the answers to these.
    for (let round = 0; round < 3; round++) {
      const outcomes = await Promise.all(roster.map((entry) => driver.read(entry, nowS)));
      expectOwn(outcomes.map((each, at) => [each, item(meters, at).atoms]));
      expect(outcomes.every((each) => each.ok)).toBe(true);
    }
  });

  test("a float of three bytes is refused, not zero", async () => {
    const { driver, roster, slave } = await bench("siemens-md-bmed-bacnet", 1);
    slave.setFault({ kind: "clipped_value" });
    expect(await driver.read(item(roster, 0), nowS)).toMatchObject({
      ok: false,
      fault: "malformed",
    });
  });

  test("8 devices at once, each with another fault, and then with none", async () => {
    const benches = await Promise.all(Array.from({ length: 8 }, () => bench(PANEL, 3)));
    const devices = new Map([[PANEL, quickDevice(PANEL)]]);
    const driver = createBacnetDriver({ devices, timeoutMs: HASTY_MS });
    open.push(driver);
    const all = benches.flatMap(({ roster, meters }, bus) =>
      roster.map((entry, at) => {
        const meter = item(meters, at);
        meter.atoms = BigInt((bus * 3 + at + 1) * 7_000_001);
        return { entry, meter };
      }),
    );
    for (let round = 0; round < FAULTS.length; round++) {
      for (const [at, { slave }] of benches.entries()) {
        slave.setFault(at % 2 === 0 ? FAULTS[(round + at) % FAULTS.length]?.[0] : undefined);
      }
      const outcomes = await Promise.all(all.map(({ entry }) => driver.read(entry, nowS)));
      expectOwn(outcomes.map((outcome, at) => [outcome, item(all, at).meter.atoms]));
    }
    for (const { slave } of benches) slave.setFault(undefined);
    for (const { entry, meter } of all) expect(await eventually(driver, entry)).toBe(meter.atoms);
  }, 60_000);

  test("bytes that end a process which trusts them change nothing", async () => {
    const { driver, meters, roster, slave } = await bench(PANEL, 1, {
      bind: { host: "127.0.0.1", port: 47_999 },
    });
    await driver.read(item(roster, 0), nowS);
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    for (const hex of [
      "810b000a01005d2764ba",
      "",
      "81",
      "810a0004",
      `810a05dc${"ff".repeat(1_496)}`,
    ]) {
      socket.send(Buffer.from(hex, "hex"), 47_999, "127.0.0.1");
    }
    await sleep(50);
    socket.close();
    expect(slave.requests()).toBeGreaterThan(0);
    const read = await driver.read(item(roster, 0), nowS);
    expect(read).toMatchObject({ ok: true, registerAtoms: item(meters, 0).atoms });
  });
});

describe("relays", () => {
  test("are moved and read back, each point its own", async () => {
    const { driver, meters, roster } = await bench(PANEL, 2, { timeoutMs: 2_000 });
    expect(await driver.act(item(roster, 1), { action: "cut" })).toEqual({
      ok: true,
      relay: "disconnected",
    });
    expect(meters.map((meter) => meter.closed)).toEqual([true, false]);
    expect(await driver.act(item(roster, 1), { action: "restore" })).toEqual({
      ok: true,
      relay: "connected",
    });
    expect(meters.map((meter) => meter.closed)).toEqual([true, true]);
  });

  test("one that lies has not moved", async () => {
    const { driver, roster, slave } = await bench(PANEL, 1);
    slave.setFault({ kind: "lying_relay" });
    expect(await driver.act(item(roster, 0), { action: "cut" })).toMatchObject({
      ok: false,
      fault: "not_moved",
    });
  });

  test("another's is never moved", async () => {
    const { driver, meters, roster, slave } = await bench(PANEL, 2);
    slave.setFault({ kind: "wrong_serial", serial: "1" });
    expect(await driver.act(item(roster, 0), { action: "cut" })).toMatchObject({
      fault: "wrong_identity",
    });
    expect(meters.map((meter) => meter.moves)).toEqual([0, 0]);
  });

  test("what a device file does not say is refused", async () => {
    const { driver, roster } = await bench("bacnet-accumulator-kwh", 1);
    const entry = item(roster, 0);
    expect(await driver.act(entry, { action: "cut" })).toMatchObject({ fault: "no_relay" });
    expect(await driver.act(entry, { action: "arm" })).toMatchObject({ fault: "not_available" });
    expect(driver.capabilities(entry)).toEqual({ actions: [], clock: false });
  });
});

describe("changes of value", () => {
  test("are a reason to read, and told by the subscribed device alone", async () => {
    const changed: string[] = [];
    const { driver, roster, slave } = await bench(PANEL, 2, {
      timeoutMs: 2_000,
      onChange: (meter: RosterMeter) => changed.push(meter.meter_id),
    });
    for (const entry of roster) await driver.read(entry, nowS);
    await sleep(30);
    slave.notify(1, { process: 5 });
    slave.notify(1, { device: DEVICE + 1 });
    await sleep(30);
    expect(changed).toEqual([]);
    slave.notify(1);
    slave.notify(1);
    await sleep(30);
    expect(changed).toEqual([item(roster, 1).meter_id]);
  });
});

describe("misuse", () => {
  test.each([
    ["an address that is none", { address: "x" }],
    ["an instance too large", { address: "4194303" }],
    ["a device file of another protocol", { device: "abb-b23" }],
    ["a serial link", { link: { serial: "/dev/ttyUSB0", baud: 9_600 } }],
  ])("%s is refused in one line", async (_, change) => {
    const { driver, roster } = await bench(PANEL, 1);
    const read = await driver.read({ ...item(roster, 0), ...change }, nowS);
    expect(read).toMatchObject({ ok: false, fault: "refused" });
    if (!read.ok) expect(read.message).not.toContain("\n");
  });

  test("a driver that is closed settles what waits, and takes no more", async () => {
    const { driver, roster, slave } = await bench(PANEL, 3, { timeoutMs: 5_000 });
    slave.setFault({ kind: "silent" });
    const pending = roster.map((entry) => driver.read(entry, nowS));
    await sleep(30);
    await driver.close();
    for (const outcome of await Promise.all(pending))
      expect(outcome).toMatchObject({ fault: "closed" });
    expect(await driver.read(item(roster, 0), nowS)).toMatchObject({ fault: "closed" });
  });

  test("a search finds devices by their own word, and ends", async () => {
    const { driver, slave } = await bench("bacnet-accumulator-kwh", 1);
    const found = [];
    for await (const meter of driver.discover({ host: "127.0.0.1", port: slave.port }))
      found.push(meter);
    expect(found).toEqual([
      {
        address: String(DEVICE),
        serial: "21000000",
        manufacturer: "Any",
        description: `BACnet/IP device with accumulators of 0.001 kWh, device ${DEVICE}, at 127.0.0.1:${slave.port}`,
      },
    ]);
  });
});

/** Each outcome is a refusal or the meter's very own register. */
function expectOwn(outcomes: [ReadOutcome, bigint][]): void {
  for (const [outcome, atoms] of outcomes)
    if (outcome.ok) expect(outcome.registerAtoms).toBe(atoms);
}

async function eventually(
  driver: Bench["driver"],
  entry: RosterMeter,
): Promise<bigint | undefined> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const outcome = await driver.read(entry, nowS);
    if (outcome.ok) return outcome.registerAtoms;
    await sleep(20);
  }
  return undefined;
}
