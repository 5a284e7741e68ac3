/**
 * Our driver against a device made of `@bacnet-js/client`, which shares no code with ours: its requests are understood
 * there, and its answers here.
 */
import { createRequire } from "node:module";
import type Bacnet from "@bacnet-js/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OBJECT, PROPERTY } from "../../../engine/contract/bacnet/names.ts";
import { testMeter } from "../modbus/testing/field.ts";
import { createBacnetDriver } from "./driver.ts";
import { DEVICE, entryOf, quickDevice } from "./testing/field.ts";

// The package is CommonJS, whose default export every loader puts elsewhere.
const peer: typeof Bacnet = createRequire(import.meta.url)("@bacnet-js/client");
const PORT = 49_200 + (process.pid % 700);
const NAME = "siemens-md-bmed-bacnet";
const now = () => 1_700_000_000;

/** Application tags by the peer's numbers. */
const TAG = { real: 4, bits: 8, object: 12 };
let device: InstanceType<typeof Bacnet.default>;
const asked: unknown[] = [];
let energy = 12_345.5;

beforeAll(async () => {
  device = new peer.default({ port: PORT, interface: "127.0.0.1", apduTimeout: 1_000 });
  await new Promise<void>((resolve) => device.on("listening", () => resolve()));
  device.on("readProperty", ({ header, invokeId, payload }) => {
    const { objectId, property } = payload;
    asked.push([objectId.type, objectId.instance, property.id]);
    const sender = header?.sender;
    if (sender === undefined || invokeId === undefined) return;
    const isSelf = objectId.type === OBJECT.device && objectId.instance === DEVICE;
    const isEnergy = objectId.type === OBJECT.analogValue && objectId.instance === 2_010;
    if (isSelf && property.id === PROPERTY.objectIdentifier) {
      device.readPropertyResponse(sender, invokeId, objectId, property, [
        { type: TAG.object, value: objectId },
      ]);
    } else if (isEnergy && property.id === PROPERTY.presentValue) {
      device.readPropertyResponse(sender, invokeId, objectId, property, [
        { type: TAG.real, value: energy },
      ]);
    } else if (isEnergy && property.id === PROPERTY.statusFlags) {
      const value = { bitsUsed: 4, value: [0] } as never;
      device.readPropertyResponse(sender, invokeId, objectId, property, [
        { type: TAG.bits, value },
      ]);
    } else {
      device.errorResponse(sender, 12, invokeId, 1, 31);
    }
  });
  device.on("whoIs", ({ header }) => {
    if (header?.sender !== undefined) device.iAmResponse(header.sender, DEVICE, 3, 7);
  });
});
afterAll(() => device.close());

describe("a device of another stack", () => {
  const meter = testMeter("x", 0n, false);
  const entry = entryOf(meter, { device: NAME, port: PORT, point: 0 });

  test("is read", async () => {
    const driver = createBacnetDriver({
      devices: new Map([[NAME, quickDevice(NAME)]]),
      timeoutMs: 2_000,
    });
    try {
      expect(await driver.read(entry, now)).toEqual({
        ok: true,
        registerAtoms: 12_345_500n,
        atS: now(),
        relay: "none",
      });
      energy = Number.NaN;
      expect(await driver.read(entry, now)).toMatchObject({ ok: false, fault: "not_available" });
      const stranger = { ...entry, address: String(DEVICE + 1) };
      expect(await driver.read(stranger, now)).toMatchObject({
        ok: false,
        fault: "wrong_identity",
      });
      expect(asked).toContainEqual([OBJECT.analogValue, 2_010, PROPERTY.presentValue]);
    } finally {
      await driver.close();
    }
  });

  test("is found", async () => {
    const driver = createBacnetDriver({ devices: new Map(), timeoutMs: 300 });
    const found = [];
    for await (const one of driver.discover({ host: "127.0.0.1", port: PORT }))
      found.push(one.address);
    await driver.close();
    expect(found).toEqual([String(DEVICE)]);
  });
});
