import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { devicesCommand } from "./command.ts";
import { loadDevices } from "./load.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "devices-"));
  const good = loadDevices().devices.get("abb-b23");
  writeFileSync(join(folder, "own-meter.json"), JSON.stringify(good));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(argv: string[]) {
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const code = await devicesCommand(argv, io);
  const read = (stream: PassThrough) => String(stream.read() ?? "");
  return { code, out: read(io.stdout), err: read(io.stderr) };
}

describe("devices", () => {
  test("lists every file, with what is awkward about it", async () => {
    const { code, out } = await run([]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^eastron-sdm120 +modbus +electricity +Eastron SDM120-Modbus +\[coarse_float32\]$/m,
    );
    expect(out).toMatch(/^kamstrup-382 +mbus/m);
  });

  test("gives JSON, with what a device can be told to do", async () => {
    const { code, out } = await run(["--json"]);
    const { devices, faults } = JSON.parse(out) as {
      devices: { name: string }[];
      faults: unknown[];
    };
    expect({ code, faults }).toEqual({ code: 0, faults: [] });
    expect(devices.find((device) => device.name === "acrel-ddsy1352")).toMatchObject({
      protocol: "modbus",
      relay: true,
      limit: false,
      serial: false,
      confidence: "sourced",
    });
  });

  test("lists the files of a folder of one's own beside the others", async () => {
    const { code, out } = await run(["--dir", folder]);
    expect(code).toBe(0);
    expect(out).toMatch(/^own-meter /m);
    expect(out).toMatch(/^abb-b23 /m);
    const missing = await run(["--dir", join(folder, "nowhere")]);
    expect(missing.code).toBe(1);
    expect(missing.err).toContain("DRAWDOWN_DEVICES_DIR");
  });

  test("checks a file and names each fault with its pointer", async () => {
    const good = join(folder, "own-meter.json");
    expect(await run(["check", good])).toEqual({ code: 0, out: `${good}: sound\n`, err: "" });
    const bad = join(folder, "bad.jsn");
    const device = loadDevices().devices.get("abb-b23");
    writeFileSync(bad, JSON.stringify({ ...device, services: ["steam"], limits: undefined }));
    const checked = await run(["check", good, bad]);
    expect(checked.code).toBe(1);
    expect(checked.err.split("\n").map((line) => line.split(":")[0])).toEqual([
      "bad.jsn#/services/0",
      "bad.jsn#/limits",
      "",
    ]);
    expect(await run(["check", join(folder, "none.json")])).toMatchObject({ code: 1 });
  });

  test("wrong use", async () => {
    for (const argv of [["--yaml"], ["check"], ["print"], ["schema", "x"]]) {
      expect(await run(argv)).toMatchObject({ code: 2, out: "" });
    }
  });
});
