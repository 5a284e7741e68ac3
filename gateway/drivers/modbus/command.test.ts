import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandIo, devicesCommand, modbusCommand } from "./command.ts";
import { type Bench, item, startBench } from "./testing/field.ts";

let bench: Bench;
let tcp: string;
beforeAll(async () => {
  bench = await startBench(["eastron-sdm120", "acrel-ddsy1352"], 5_000);
  tcp = `127.0.0.1:${bench.slave.port}`;
});
afterAll(() => bench.close());

async function run(command: (argv: string[], io: CommandIo) => Promise<number>, argv: string[]) {
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const code = await command(argv, io);
  const read = (stream: PassThrough) => String(stream.read() ?? "");
  return { code, out: read(io.stdout), err: read(io.stderr) };
}

describe("modbus read", () => {
  test("prints what the meter shows", async () => {
    item(bench.meters, 0).atoms = 123_456n;
    const { code, out, err } = await run(modbusCommand, [
      "read",
      "--tcp",
      tcp,
      "--unit",
      "1",
      "--device",
      "eastron-sdm120",
    ]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toBe(
      "serial    11000000\nregister  123.456 kWh\npower     1000 W\nrelay     none\n",
    );
  });

  test("gives JSON with exact texts", async () => {
    item(bench.meters, 1).atoms = 98_765_430n;
    const { code, out } = await run(modbusCommand, [
      "read",
      "--tcp",
      tcp,
      "--unit",
      "2",
      "--device",
      "acrel-ddsy1352",
      "--json",
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      device: "acrel-ddsy1352",
      unit: 2,
      serial: null,
      register: "98765.43",
      register_unit: "kWh",
      register_atoms: "98765430",
      relay: "connected",
      power: 1000,
    });
  });

  test("says in one line what is wrong and ends with 1", async () => {
    const strange = await run(modbusCommand, [
      "read",
      "--tcp",
      tcp,
      "--unit",
      "1",
      "--device",
      "eastron-sdm120",
      "--serial",
      "77",
    ]);
    expect(strange).toMatchObject({ code: 1, out: "" });
    expect(strange.err).toBe("wrong_identity: serial number 11000000 instead of 77\n");
    const wrongModel = await run(modbusCommand, [
      "read",
      "--tcp",
      tcp,
      "--unit",
      "2",
      "--device",
      "eastron-sdm120",
      "--json",
    ]);
    expect(wrongModel.code).toBe(1);
    expect(JSON.parse(wrongModel.out)).toMatchObject({ fault: "refused", unit: 2 });
    const nobody = await run(modbusCommand, [
      "read",
      "--tcp",
      tcp,
      "--unit",
      "9",
      "--device",
      "abb-b23",
      "--timeout",
      "100",
    ]);
    expect(nobody).toMatchObject({
      code: 1,
      err: "timeout: unit 9 does not answer within 100 ms\n",
    });
  });

  test.each([
    ["no verb", []],
    ["another verb", ["write"]],
    ["no host", ["read", "--unit", "1", "--device", "abb-b23"]],
    ["no port", ["read", "--tcp", "host", "--unit", "1", "--device", "abb-b23"]],
    ["a port over 65535", ["read", "--tcp", "host:70000", "--unit", "1", "--device", "abb-b23"]],
    [
      "unit 0, which all would obey",
      ["read", "--tcp", "host:502", "--unit", "0", "--device", "abb-b23"],
    ],
    ["no device", ["read", "--tcp", "host:502", "--unit", "1"]],
    ["an unknown device", ["read", "--tcp", "host:502", "--unit", "1", "--device", "nothing"]],
    ["an M-Bus device", ["read", "--tcp", "host:502", "--unit", "1", "--device", "kamstrup-382"]],
    [
      "a time-out that is none",
      ["read", "--tcp", "host:502", "--unit", "1", "--device", "abb-b23", "--timeout", "soon"],
    ],
    ["an unknown option", ["read", "--rtu", "/dev/ttyUSB0"]],
  ])("wrong use: %s", async (_, argv) => {
    const { code, out, err } = await run(modbusCommand, argv);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("usage: drawdown modbus read");
  });
});

describe("devices", () => {
  test("lists every file, with what is awkward about it", async () => {
    const { code, out } = await run(devicesCommand, []);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^eastron-sdm120 +modbus +electricity +Eastron SDM120-Modbus +\[coarse_float32\]$/m,
    );
    expect(out).toMatch(/^kamstrup-382 +mbus/m);
  });

  test("gives JSON", async () => {
    const { code, out } = await run(devicesCommand, ["--json"]);
    const { devices, faults } = JSON.parse(out) as {
      devices: { name: string; relay: boolean }[];
      faults: unknown[];
    };
    expect({ code, faults }).toEqual({ code: 0, faults: [] });
    expect(devices.find((device) => device.name === "acrel-ddsy1352")).toMatchObject({
      protocol: "modbus",
      relay: true,
      serial: false,
      confidence: "sourced",
    });
  });

  test("wrong use", async () => {
    expect(await run(devicesCommand, ["--yaml"])).toMatchObject({ code: 2, out: "" });
  });
});
