import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bacnetCommand } from "./command.ts";
import { type Bench, DEVICE, item, startBench } from "./testing/field.ts";

const PANEL = "bacnet-panel-relay";
let bench: Bench;
let ip: string;
beforeAll(async () => {
  bench = await startBench(PANEL, 2);
  ip = `127.0.0.1:${bench.slave.port}`;
});
afterAll(() => bench.close());

async function run(...argv: string[]) {
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const code = await bacnetCommand(argv, io);
  const read = (stream: PassThrough) => String(stream.read() ?? "");
  return { code, out: read(io.stdout), err: read(io.stderr) };
}

describe("bacnet read", () => {
  test("prints what the meter shows", async () => {
    item(bench.meters, 1).atoms = 98_765_431n;
    const asked = ["read", "--ip", ip, "--address", `${DEVICE}/1`, "--device", PANEL];
    expect(await run(...asked)).toEqual({
      code: 0,
      out: "serial    21000001\nregister  98765431 Wh\nrelay     connected\n",
      err: "",
    });
    const { out } = await run(...asked, "--json");
    expect(JSON.parse(out)).toMatchObject({ serial: "21000001", register_atoms: "98765431" });
  });

  test("says in one line what is wrong and ends with 1", async () => {
    const asked = ["read", "--ip", ip, "--address", String(DEVICE), "--device", PANEL];
    expect(await run(...asked, "--serial", "77")).toEqual({
      code: 1,
      out: "",
      err: "wrong_identity: serial number 21000000 answers instead of 77: look at roster and wiring\n",
    });
    const gone = ["read", "--ip", ip, "--address", "9", "--device", PANEL, "--json"];
    expect(JSON.parse((await run(...gone)).out)).toMatchObject({ fault: "wrong_identity" });
  });
});

describe("bacnet discover", () => {
  test("prints who answers, and ends with 1 when nobody does", async () => {
    const { code, out } = await run("discover", "--ip", ip, "--timeout", "200", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ address: String(DEVICE), manufacturer: "Any" });
    bench.slave.setFault({ kind: "silent" });
    expect(await run("discover", "--ip", ip, "--timeout", "100")).toMatchObject({
      code: 1,
      out: "",
    });
    bench.slave.setFault(undefined);
  });
});

test.each([
  ["no verb", []],
  ["another verb", ["write"]],
  ["no host", ["discover"]],
  ["a port over 65535", ["discover", "--ip", "host:70000"]],
  [
    "a device file of another protocol",
    ["read", "--ip", "h", "--address", "1", "--device", "abb-b23"],
  ],
  ["an address that is none", ["read", "--ip", "h", "--address", "x", "--device", PANEL]],
  ["a time-out that is none", ["discover", "--ip", "h", "--timeout", "soon"]],
  ["an unknown option", ["discover", "--tcp", "h"]],
])("wrong use: %s", async (_, argv) => {
  const { code, out, err } = await run(...argv);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain("usage: drawdown bacnet read");
});
