import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandIo, modbusCommand } from "./command.ts";
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
      "--serial-number",
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
    ["a serial line without its rate", ["scan", "--serial", "/dev/ttyUSB0"]],
    ["a serial line that is no path", ["scan", "--serial", "COM1", "--baud", "9600"]],
    [
      "a relay without a serial number",
      ["cut", "--tcp", "host:502", "--unit", "1", "--device", "abb-b23-output"],
    ],
    [
      "a limit without a number",
      ["limit", "--tcp", "host:502", "--unit", "1", "--device", "acrel-ddsy1352"],
    ],
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
    ["an unknown option", ["read", "--ascii", "/dev/ttyUSB0"]],
  ])("wrong use: %s", async (_, argv) => {
    const { code, out, err } = await run(modbusCommand, argv);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("usage: drawdown modbus read");
  });
});

describe("modbus scan, cut and restore", () => {
  test("finds the meters of a line that tell a serial number", async () => {
    const { code, out } = await run(modbusCommand, [
      "scan",
      "--tcp",
      tcp,
      "--to",
      "3",
      "--timeout",
      "100",
      "--json",
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ meters: [{ address: "1", serial: "11000000" }] });
  }, 30_000);

  test("moves a relay and says what the meter shows then", async () => {
    const meter = ["--tcp", tcp, "--unit", "2", "--device", "acrel-ddsy1352"];
    expect(await run(modbusCommand, ["cut", ...meter])).toMatchObject({
      code: 0,
      out: "relay     disconnected\n",
    });
    expect(item(bench.meters, 1).closed).toBe(false);
    const restored = await run(modbusCommand, ["restore", ...meter, "--json"]);
    expect(JSON.parse(restored.out)).toEqual({
      device: "acrel-ddsy1352",
      unit: 2,
      relay: "connected",
    });
    expect(await run(modbusCommand, ["arm", ...meter])).toMatchObject({
      code: 1,
      err: expect.stringContaining("not_available"),
    });
  });
});
