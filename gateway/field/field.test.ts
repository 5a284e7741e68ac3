import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RosterMeter } from "../../engine/contract/roster.ts";
import { loadDevices } from "../devices/load.ts";
import type { Driver } from "../drivers/driver.ts";
import { createMbusDriver } from "../drivers/mbus/driver.ts";
import { createModbusDriver } from "../drivers/modbus/driver.ts";
import { type Field, type PlannedMeter, startField } from "./field.ts";
import { SOON_EMPTY_MAX } from "./opening-credit.ts";

let folder = "";
let field: Field | undefined;
let drivers: Record<"modbus" | "mbus", Driver>;
let nowS = 1_780_000_000;
const clock = { nowS: () => nowS, speed: 240 };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "field-"));
  const { devices } = loadDevices();
  drivers = { modbus: createModbusDriver({ devices }), mbus: createMbusDriver({ devices }) };
});
afterEach(async () => {
  await Promise.all([drivers.modbus.close(), drivers.mbus.close()]);
  await field?.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = (meters = 60, seed = 1): Promise<Field> =>
  startField({ meters, clock, stateFile: join(folder, "field.json"), seed });

function rosterMeter(meter: PlannedMeter): RosterMeter {
  const { serial, service, driver, device, link, address } = meter;
  return { meter_id: serial, serial, slot: 0, service, driver, device, link, address };
}

const read = (meter: PlannedMeter) => drivers[meter.driver].read(rosterMeter(meter), clock.nowS);

test("every meter of the plan is read over its protocol, and tells its register and relay", async () => {
  field = await start();
  expect(new Set(field.plan.meters.map(({ link }) => link.port)).size).toBeGreaterThan(4);
  nowS += 86_400;
  for (const meter of field.plan.meters) {
    const outcome = await read(meter);
    if (!outcome.ok) throw new Error(outcome.message);
    const real = field.meters.get(meter.serial)?.registerAtoms() ?? 0n;
    expect(outcome.registerAtoms).toBe(real - (real % meter.stepAtoms));
    expect(outcome.relay).toBe(meter.relay ? "connected" : "none");
  }
}, 60_000);

test.each(["electricity", "water"] as const)(
  "an opened relay stops %s, and closing lets it flow again",
  async (service) => {
    field = await start(20);
    const meter = field.plan.meters.find((one) => one.service === service && one.relay);
    if (meter === undefined) throw new Error("no such meter");
    const { driver } = meter;
    expect(await drivers[driver].act(rosterMeter(meter), { action: "cut" })).toEqual({
      ok: true,
      relay: "disconnected",
    });
    const cut = await read(meter);
    nowS += 86_400;
    const later = { ...(await read(meter)), meterClockS: 0 };
    expect(later).toEqual({ ...cut, atS: nowS, meterClockS: 0 });
    expect(await drivers[driver].act(rosterMeter(meter), { action: "restore" })).toEqual({
      ok: true,
      relay: "connected",
    });
    nowS += 86_400;
    const after = await read(meter);
    if (!after.ok || !cut.ok) throw new Error("not read");
    expect(after.registerAtoms).toBeGreaterThan(cut.registerAtoms);
  },
  60_000,
);

test("a restart goes on with registers, relays and ports; a taken port is replaced and told", async () => {
  field = await start(20);
  const before = field.plan.meters;
  const first = before[0];
  if (first === undefined) throw new Error("no meter");
  field.meters.get(first.serial)?.moveRelay(false);
  const registers = [...field.meters.values()].map((meter) => meter.registerAtoms());
  await field.close();
  const blocker = createServer().listen(first.link.port, "127.0.0.1");
  await new Promise((resolve) => blocker.once("listening", resolve));
  field = await start(20);
  expect([...field.meters.values()].map((meter) => meter.registerAtoms())).toEqual(registers);
  expect(field.meters.get(first.serial)?.relayClosed()).toBe(false);
  const changed = field.plan.meters.filter((meter, i) => meter.link.port !== before[i]?.link.port);
  expect(new Set(changed.map(({ link }) => link.port)).size).toBe(1);
  expect(changed[0]?.serial).toBe(first.serial);
  blocker.close();
});

test("a handful of accounts would run out soon, the others not for long", async () => {
  field = await start(320);
  const credits = field.plan.meters.map(({ openingCreditMicros }) => openingCreditMicros);
  const small = field.plan.meters.filter(
    ({ openingCreditMicros }) => openingCreditMicros < 10_000_000n,
  );
  expect(small.length).toBe(SOON_EMPTY_MAX);
  expect(small.every(({ relay }) => relay)).toBe(true);
  expect(credits.every((micros) => micros > 0n)).toBe(true);
});

test("a state file of another seed is refused with what to do", async () => {
  field = await start(5);
  await field.close();
  await expect(start(5, 2)).rejects.toThrow(/seed 1, not 2: remove it/);
  await expect(start(0)).rejects.toThrow(/1 to FIELD_METERS_MAX/);
});
