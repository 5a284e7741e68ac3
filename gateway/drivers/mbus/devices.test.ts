/**
 * Every M-Bus device file: exercised against a simulated meter of its model, and, where the libmbus collection is at hand,
 * held against the telegrams that it names as its sources.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../../engine/contract/assets.ts";
import { atomOf } from "../../../engine/contract/services.ts";
import { loadDevices } from "../../devices/load.ts";
import type { MbusDevice } from "../../devices/mbus-device.ts";
import { parseHex } from "./decode/hex.ts";
import { decodeTelegram } from "./decode/telegram.ts";
import { createMbusDriver } from "./driver.ts";
import { billedAtoms } from "./register.ts";
import { STANDARD_RELAY } from "./relay.ts";
import type { SlaveMeter } from "./slave/meter.ts";
import { createMbusSlaveServer, type MbusSlaveServer } from "./slave/server.ts";
import { modelRefusal } from "./target.ts";
import { TEST_AT_S, testRelay } from "./testing/meters.ts";

const TELEGRAMS = join(packageRoot(), "..", "shared", "data", "mbus", "libmbus", "test-frames");
const SOURCE = /^rscada\/libmbus test telegram ([^\s:]+)/;

const { devices } = loadDevices();
const models = Array.from(devices).flatMap(([name, device]) =>
  device.protocol === "mbus" ? [[name, device] as const] : [],
);

/** A meter of each model on one bus, at addresses 1, 2, …; each counts something of its own. */
function meterOf(device: MbusDevice, place: number): SlaveMeter {
  const { manufacturer_code: manufacturer, versions, media } = device.identity;
  return {
    address: place + 1,
    id: String(70_000_000 + place),
    manufacturer,
    version: versions[0] ?? 0,
    medium: media[0] ?? 0,
    // Water counts in litres and electricity in watt-hours; the medium is the file's own.
    kind: device.register.quantity === "volume" ? "water" : "electricity",
    coding: place % 2 === 0 ? "bcd" : "binary",
    values: () => ({
      atS: TEST_AT_S,
      ...(device.register.quantity === "energy"
        ? { energyWh: atomsOf(place) }
        : { volumeMl: atomsOf(place) }),
    }),
    ...(device.relay !== undefined && { relay: testRelay() }),
  };
}

function atomsOf(place: number): bigint {
  return BigInt(place + 1) * 1_110_000n;
}

describe("M-Bus device files", () => {
  let server: MbusSlaveServer;
  const driver = createMbusDriver({ devices, bounds: { answerMs: 1_000, retries: 0 } });
  beforeAll(async () => {
    server = await createMbusSlaveServer({
      meters: models.map(([_, device], place) => meterOf(device, place)),
    });
  });
  afterAll(async () => {
    await driver.close();
    await server.close();
  });

  it.each(models.map(([name], place) => [name, place] as const))(
    "%s is read and acted on",
    async (name, place) => {
      const [, device] = models[place] ?? [];
      const [service] = device?.services ?? [];
      if (device === undefined || service === undefined) throw new Error(`no ${name}`);
      const meter = {
        meter_id: name,
        serial: String(70_000_000 + place),
        slot: place,
        service,
        driver: "mbus" as const,
        device: name,
        link: { host: server.host, port: server.port },
        address: String(place + 1),
      };
      const reading = await driver.read(meter, () => TEST_AT_S);
      const relay = device.relay === undefined ? "none" : "connected";
      expect(reading).toMatchObject({ ok: true, registerAtoms: atomsOf(place), relay });
      const stranger = models[(place + 1) % models.length]?.[0] ?? "";
      expect(await driver.read({ ...meter, device: stranger }, () => TEST_AT_S)).toMatchObject({
        ok: false,
        fault: "wrong_identity",
      });
      const { actions, clock } = driver.capabilities(meter);
      expect([actions.length > 0, clock]).toEqual([
        device.relay !== undefined,
        device.clock !== undefined,
      ]);
      const cut = await driver.act(meter, { action: "cut" });
      if (device.relay?.vif === STANDARD_RELAY.vif)
        expect(cut).toMatchObject({ relay: "disconnected" });
      else expect(cut).toMatchObject({ ok: false, fault: "no_relay" });
    },
  );
});

describe.skipIf(!existsSync(TELEGRAMS))("telegrams that device files name as their sources", () => {
  const sources = models.flatMap(([name, device]) =>
    device.sources.flatMap((source) => {
      const telegram = SOURCE.exec(source)?.[1];
      return telegram === undefined ? [] : [[name, telegram] as const];
    }),
  );

  it.each(sources)("%s fits %s", (name, telegram) => {
    const device = devices.get(name);
    const bytes = parseHex(readFileSync(join(TELEGRAMS, `${telegram}.hex`), "latin1"));
    const answer = bytes.ok ? decodeTelegram(bytes.value) : bytes;
    if (device?.protocol !== "mbus" || !answer.ok || answer.value.telegram.kind !== "data") {
      throw new Error("not decoded");
    }
    const { header, records } = answer.value.telegram;
    expect(modelRefusal(header, device)).toBeUndefined();
    const [service] = device.services;
    expect(billedAtoms(records, device.register.quantity)).toMatchObject({
      ok: true,
      atom: service === undefined ? "" : atomOf(service),
    });
  });
});
