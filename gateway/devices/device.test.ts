import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assetPath } from "../../engine/contract/assets.ts";
import { atomOf, unitNamed } from "../../engine/contract/services.ts";
import { deviceFile } from "./device.ts";
import { DEVICE_FILE_BYTES_MAX, faultLine, loadDevices, readDevice, SCHEMA_FILE } from "./load.ts";
import { deviceSchema } from "./schema.ts";

const { devices, faults } = loadDevices();

describe("the shipped device files", () => {
  test("are all sound, and cover both protocols", () => {
    expect(faults.map(faultLine)).toEqual([]);
    const protocols = [...devices.values()].map((device) => device.protocol);
    expect(protocols.filter((protocol) => protocol === "modbus").length).toBeGreaterThanOrEqual(8);
    expect(protocols.filter((protocol) => protocol === "mbus").length).toBeGreaterThanOrEqual(3);
  });

  test.each([...devices])(
    "%s bills in the atom of its services and shows no two warnings alike",
    (_, device) => {
      const unit = unitNamed(device.protocol === "mbus" ? device.unit : device.billing.unit);
      for (const service of device.services) expect(atomOf(service)).toBe(unit?.atom);
      const codes = device.warnings.map((warning) => warning.code);
      expect(new Set(codes).size).toBe(codes.length);
    },
  );

  test.each([
    ["eastron-sdm120", { address: 72, function_code: 4 }],
    ["schneider-iem3000", { address: 3_203, function_code: 3 }],
    ["carlogavazzi-em24-rs485", { address: 66, order: "CDAB" }],
    ["carlogavazzi-em24-ethernet", { address: 52, order: "CDAB" }],
  ])(
    "%s keeps its register at the address on the wire, one less than the manual's",
    (name, billing) => {
      expect(devices.get(name)).toMatchObject({ billing });
    },
  );

  test("a model whose counters anyone on the bus can erase says so", () => {
    for (const name of ["hiking-dds238-2", "accuenergy-ev300"]) {
      expect(devices.get(name)?.warnings.map((warning) => warning.code)).toContain(
        "erasable_over_bus",
      );
    }
  });
});

describe("a bad device file is named with the pointer of each fault", () => {
  const good = devices.get("abb-b23-output");
  if (good?.protocol !== "modbus" || good.relay === undefined)
    throw new Error("a Modbus device with a relay");
  const { billing, relay, limits, poll } = good;

  test.each([
    ["a float as scale", { billing: { ...billing, scale: 0.01 } }, ["/billing/scale"]],
    ["a scale of zero", { billing: { ...billing, scale: "0.00" } }, ["/billing/scale"]],
    [
      "a remainder that nobody decided about",
      { billing: { ...billing, scale: "0.0001" } },
      ["/billing/step"],
    ],
    ["a float without a step", { billing: { ...billing, type: "float64" } }, ["/billing/step"]],
    ["a step finer than an atom", { billing: { ...billing, step: "0.0001" } }, ["/billing/step"]],
    [
      "a manual's number that does not agree",
      { billing: { ...billing, manual: { number: 20_480, first: 1 } } },
      ["/billing/manual"],
    ],
    ["an unknown unit", { billing: { ...billing, unit: "BTU" } }, ["/billing/unit"]],
    ["an unknown word order", { billing: { ...billing, order: "ACBD" } }, ["/billing/order"]],
    [
      "an address over the wire's",
      { billing: { ...billing, address: 65_536 } },
      ["/billing/address"],
    ],
    [
      "a relay without a read-back",
      { relay: { ...relay, read_back: undefined } },
      ["/relay/read_back"],
    ],
    [
      "a read-back that cannot tell",
      { relay: { ...relay, read_back: { ...relay.read_back, connected: [0] } } },
      ["/relay/read_back"],
    ],
    [
      "a read-back of two lengths",
      { relay: { ...relay, read_back: { ...relay.read_back, mask: [1, 1] } } },
      ["/relay/read_back"],
    ],
    [
      "two values by function code 6",
      { relay: { ...relay, write: { ...relay.write, cut: [0, 0], restore: [1, 1] } } },
      ["/relay/write"],
    ],
    ["power as proof, but no power register", { display: [] }, ["/relay/idle_power_w"]],
    [
      "a request too short for the register",
      { limits: { ...limits, request_words: 3 } },
      ["/limits/request_words"],
    ],
    [
      "no serial number and no warning",
      { identity: { rule: "unit_and_connection", reason: "none" } },
      ["/warnings"],
    ],
    ["no identity at all", { identity: undefined }, ["/identity"]],
    ["a disputed map without a warning", { confidence: "disputed" }, ["/warnings"]],
    ["an interval of nothing", { poll: { ...poll, interval_s: 0 } }, ["/poll/interval_s"]],
    ["a service that nobody sells", { services: ["steam"] }, ["/services/0"]],
    ["a key that is not known", { colour: "grey" }, [""]],
    ["two faults at once", { services: [], sources: [] }, ["/services", "/sources"]],
  ])("%s", (_, change, pointers) => {
    const folder = mkdtempSync(join(tmpdir(), "devices-"));
    try {
      writeFileSync(join(folder, "bad.json"), JSON.stringify({ ...good, ...change }));
      const loaded = loadDevices(folder);
      expect(loaded.devices.size).toBe(0);
      expect(loaded.faults.map((fault) => fault.pointer)).toEqual(pointers);
      expect(loaded.faults.every((fault) => fault.file === "bad.json")).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("a register that loses something is taken when the file says how", () => {
    const change = { billing: { ...billing, scale: "0.0001", step: "0.001" } };
    expect(deviceFile.safeParse({ ...good, ...change }).success).toBe(true);
  });
});

describe("a folder", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "devices-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("with one bad file still gives the good ones", () => {
    const path = join(folder, "b.json");
    writeFileSync(join(folder, "a.json"), JSON.stringify(devices.get("abb-b23")));
    writeFileSync(path, "{ not JSON");
    writeFileSync(join(folder, "readme.txt"), "no device");
    const loaded = loadDevices(folder);
    expect([...loaded.devices.keys()]).toEqual(["a"]);
    expect(loaded.faults).toMatchObject([{ file: "b.json", pointer: "" }]);
    writeFileSync(path, " ".repeat(DEVICE_FILE_BYTES_MAX + 1));
    expect(readDevice(path)).toMatchObject({ ok: false });
  });
});

describe("the schema beside the device files", () => {
  test("is the one that `drawdown devices schema` prints", () => {
    const written: unknown = JSON.parse(
      readFileSync(assetPath("gateway", "devices", SCHEMA_FILE), "utf8"),
    );
    expect(written, "drawdown devices schema > gateway/devices/schema.json").toEqual(
      JSON.parse(JSON.stringify(deviceSchema())),
    );
  });
});

describe("the shipped models", () => {
  test("are at least 20 of at least 10 makers, for every medium that is metered", () => {
    const all = [...devices.values()];
    expect(all.length).toBeGreaterThanOrEqual(20);
    expect(new Set(all.map((device) => device.manufacturer)).size).toBeGreaterThanOrEqual(10);
    const services = new Set(all.flatMap((device) => device.services));
    for (const medium of ["electricity", "water", "gas", "heating", "cooling"] as const) {
      expect(services, medium).toContain(medium);
    }
  });
});
