import { afterEach, describe, expect, it } from "vitest";
import { type CommandIo, mbusCommand, mbusDecodeCommand } from "./command.ts";
import { formatHex } from "./decode/hex.ts";
import { secured } from "./decode/security.ts";
import { longFrame } from "./encode/frame.ts";
import type { SlaveMeter } from "./slave/meter.ts";
import { createMbusSlaveServer } from "./slave/server.ts";
import { testWaterMeter } from "./testing/meters.ts";
import { frameOf } from "./testing/telegrams.ts";

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function run(argv: readonly string[], input = "") {
  let out = "";
  let err = "";
  const io: CommandIo = {
    stdin: (async function* () {
      yield Buffer.from(input);
    })(),
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  };
  const code = await mbusCommand(argv, io);
  return { code, out, err };
}

const WATER = formatHex(frameOf("0C 13 78 56 34 12 04 83 3B 05 00 00 00 02 6C DF 1C"));

describe("drawdown mbus decode", () => {
  it.each([
    ["an argument", ["decode", WATER, "--json"], ""],
    ["arguments", ["decode", "--json", ...WATER.split(" ")], ""],
    ["standard input", ["decode", "--json"], `${WATER}\n`],
    [
      "an argument without blanks",
      ["decode", WATER.replaceAll(" ", "").toLowerCase(), "--json"],
      "",
    ],
  ])("reads %s", async (_what, argv, input) => {
    const { code, out, err } = await run(argv, input);
    expect([code, err]).toEqual([0, ""]);
    const place = { function: "Instantaneous value", storage: 0, tariff: 0, subunit: 0 };
    expect(JSON.parse(out)).toEqual({
      id: "00123456",
      manufacturer: "DRW",
      version: 1,
      medium: "Water",
      status: 0,
      access_number: 7,
      records: [
        { value: "12345.678", unit: "m^3", quantity: "Volume", ...place },
        { value: "5", unit: "Wh", quantity: "Energy (forward)", ...place, qualifiers: ["forward"] },
        { value: "2014-12-31", unit: "", quantity: "Time point (date)", ...place },
      ],
    });
  });

  it("shows people a table", async () => {
    const { code, out } = await run(["decode", WATER]);
    expect(code).toBe(0);
    const [head, names, first] = out.split("\n");
    expect(head).toBe("meter 00123456 DRW version 1, Water, status 0, access number 7");
    expect(names?.split(/\s+/)).toEqual([
      "quantity",
      "value",
      "unit",
      "function",
      "storage",
      "tariff",
      "subunit",
    ]);
    expect(first).toMatch(/^Volume +12345\.678 +m\^3 +Instantaneous value +0 +0 +0$/);
  });

  it("passes no control characters of a meter to the terminal", async () => {
    const { out } = await run(["decode", formatHex(frameOf("0D FD 0B 03 41 1B 42"))]);
    expect(out).toContain("B·A");
  });

  it.each([
    [
      "a torn telegram",
      WATER.slice(0, -9),
      /^mbus: telegram refused at byte 35: .+ \(truncated\)\n$/,
    ],
    ["a false checksum", WATER.replace("78 56", "79 56"), /\(checksum\)\n$/],
    ["what is no hexadecimal", "hello", /^mbus: not hexadecimal: .+\n$/],
    ["half a byte", "6", /^mbus: not hexadecimal: .+\n$/],
    ["too long a text", "0".repeat(5_000), /^mbus: not hexadecimal: .+\n$/],
    ["an acknowledgement", "E5", /\(no_data\)\n$/],
    ["a meter's own error", "68 04 04 68 08 01 70 08 81 16", /Application busy\n$/],
  ])("refuses %s in one line", async (_what, hex, line) => {
    const { code, out, err } = await run(["decode", hex]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(line);
    expect(err.split("\n")).toHaveLength(2);
  });

  it("shows what can be read beside a record without a value, and fails", async () => {
    const hex = formatHex(frameOf("0C 13 FF FF FF FF 01 03 05"));
    const { code, out, err } = await run(["decode", hex, "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ records: [{ value: null }, { value: "5" }] });
    expect(err).toBe("mbus: Volume has no value: BCD FFFFFFFF holds digits from A to F\n");
  });

  it("does not read an endless standard input", async () => {
    const { code, err } = await run(["decode"], "0 ".repeat(10_000));
    expect(code).toBe(1);
    expect(err).toMatch(/^mbus: more than \d+ characters/);
  });
});

describe("drawdown mbus decode of an encrypted telegram", () => {
  const KEY = "000102030405060708090A0B0C0D0E0F";
  const header = frameOf("").subarray(7, -2);
  const records = Uint8Array.from(Buffer.from("0C1378563412", "hex"));
  const data = secured(header, records, Uint8Array.from(Buffer.from(KEY, "hex")));
  const hex = formatHex(longFrame(0x08, 1, 0x72, data));

  it("shows its records with the key", async () => {
    const { code, out } = await run(["decode", hex, "--key", KEY, "--json"]);
    expect([code, JSON.parse(out).records[0].value]).toEqual([0, "12345.678"]);
  });

  it.each([
    ["no key", [], /a key is needed \(encrypted\)\n$/],
    ["a wrong key", ["--key", KEY.replace("F", "0")], /does not open the telegram \(key\)\n$/],
  ])("shows nothing with %s", async (_what, argv, line) => {
    const { code, out, err } = await run(["decode", hex, ...argv]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(line);
  });
});

describe("drawdown mbus read and scan", () => {
  async function listen(meters: SlaveMeter[] = [testWaterMeter(1), testWaterMeter(2)]) {
    const server = await createMbusSlaveServer({ meters });
    servers.push(server);
    return `${server.host}:${server.port}`;
  }

  it.each([
    [["--address", "2"], "10000002"],
    [["--id", "10000001"], "10000001"],
    [["--address", "2", "--id", "10000002"], "10000002"],
  ])("reads the meter of %j", async (which, id) => {
    const { code, out } = await run(["read", "--tcp", await listen(), ...which, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ id, manufacturer: "PAD", medium: "Water" });
  });

  it("does not show another meter than the one asked for", async () => {
    const argv = ["read", "--tcp", await listen(), "--address", "2", "--id", "10000001"];
    const { code, out, err } = await run(argv);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/wrong_identity/);
  });

  it("lists the meters of a bus", async () => {
    const argv = ["scan", "--tcp", await listen(), "--to", "3", "--json"];
    const { code, out } = await run(argv);
    expect(code).toBe(0);
    const ids = (JSON.parse(out) as { meters: { id: string }[] }).meters.map(({ id }) => id);
    expect(ids).toEqual(["10000001", "10000002"]);
    const table = await run(argv.slice(0, -1));
    expect(table.out.split("\n")[1]).toMatch(/^ +1 +10000001 +PAD +1 +Water$/);
  });

  it("finds by selection meters that share an address, and those that a mask lets through", async () => {
    const meters = [testWaterMeter(1), testWaterMeter(2)].map((one) => ({ ...one, address: 0 }));
    const tcp = await listen(meters);
    const scan = async (...argv: string[]) => {
      const { out } = await run(["scan", "--tcp", tcp, "--secondary", ...argv, "--json"]);
      return (JSON.parse(out) as { meters: { id: string }[] }).meters.map(({ id }) => id);
    };
    // All digits but one are given: an empty selection costs its whole waiting time.
    expect(await scan("--id", "1000F002", "--medium", "7")).toEqual(["10000002"]);
    expect(await scan("--id", "10000001", "--manufacturer", "PAD")).toEqual(["10000001"]);
  });

  it("says that a converter keeps its rate", async () => {
    const argv = ["baud", "--tcp", await listen(), "--address", "1", "--to", "9600"];
    const { code, err } = await run(argv);
    expect(code).toBe(1);
    expect(err).toMatch(/keeps its own rate: set it there \(refused\)\n$/);
  });

  it("says that a bus cannot be reached", async () => {
    const address = await listen();
    await servers.pop()?.close();
    const { code, err } = await run(["scan", "--tcp", address]);
    expect(code).toBe(1);
    expect(err).toMatch(/cannot reach .+ \(unreachable\)\n$/);
  });
});

describe("wrong use", () => {
  it.each([
    [[]],
    [["bogus"]],
    [["decode", "--jsn"]],
    [["decode"]],
    [["read"]],
    [["read", "--tcp", "nowhere"]],
    [["read", "--tcp", "127.0.0.1:99999", "--address", "1"]],
    [["read", "--tcp", "127.0.0.1:1"]],
    [["read", "--tcp", "127.0.0.1:1", "--address", "251"]],
    [["read", "--tcp", "127.0.0.1:1", "--id", "1234"]],
    [["read", "--serial", "ttyUSB0", "--address", "1"]],
    [["read", "--serial", "/dev/ttyS9", "--baud", "1", "--address", "1"]],
    [["read", "--serial", "/dev/ttyS9", "--parity", "some", "--address", "1"]],
    [["read", "--serial", "/dev/ttyS9", "--tcp", "127.0.0.1:1", "--address", "1"]],
    [["read", "--tcp", "127.0.0.1:1", "--address", "1", "--key", "00"]],
    [["read", "--tcp", "127.0.0.1:1", "--address", "1", "--reset", "256"]],
    [["read", "--tcp", "127.0.0.1:1", "--id", "12345678", "--manufacturer", "kam"]],
    [["decode", "E5", "--key", "00"]],
    [["baud", "--serial", "/dev/ttyS9", "--address", "1", "--to", "1000"]],
    [["scan", "--tcp", "127.0.0.1:1", "--from", "9", "--to", "8"]],
    [["scan", "--tcp", "127.0.0.1:1", "--medium", "7"]],
    [["scan", "--tcp", "127.0.0.1:1", "--secondary", "--from", "1"]],
  ])("%j is told in one line, exit code 2", async (argv) => {
    const { code, out, err } = await run(argv);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/^mbus: .+--help.+\n$/);
  });

  it("asking for help is none", async () => {
    const { code, out } = await run(["--help"]);
    expect([code, out.startsWith("usage: drawdown mbus decode")]).toEqual([0, true]);
  });

  it("leaves decode callable alone", async () => {
    const silent = { write: () => true };
    const io = { stdin: (async function* () {})(), stdout: silent, stderr: silent };
    expect(await mbusDecodeCommand([], io)).toBe(2);
  });
});
