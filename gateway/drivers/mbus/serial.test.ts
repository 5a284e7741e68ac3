/**
 * Serial lines, on pseudo terminals: rates and parity are set on them as on real ones, though every rate is heard.
 */
import { spawnSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import type { RosterMeter } from "../../../engine/contract/roster.ts";
import { loadDevices } from "../../devices/load.ts";
import { createBus } from "./bus.ts";
import { mbusCommand } from "./command.ts";
import { createMbusDriver } from "./driver.ts";
import { serialWay } from "./link/serial-way.ts";
import { createMaster } from "./master.ts";
import { createMbusSerialSlave } from "./slave/serial.ts";
import { testWaterMeter } from "./testing/meters.ts";
import { openPtyPair, type PtyPair, ptyObstacle } from "./testing/pty.ts";

const obstacle = ptyObstacle();
const running: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.close();
});

async function setUp(numbers = [1, 2, 3]) {
  const pair = await openPtyPair();
  running.push(pair);
  const slave = await createMbusSerialSlave(
    { serial: pair.far, baud: 2_400 },
    numbers.map(testWaterMeter),
    { lateMs: 400, dribbleMs: 2 },
  );
  running.push(slave);
  return { pair, slave, link: { serial: pair.near, baud: 2_400 } };
}

function stty({ near }: PtyPair): string {
  return spawnSync("stty", ["-F", near, "-a"], { encoding: "utf8" }).stdout;
}

describe.skipIf(obstacle !== undefined)(`a serial line ${obstacle ?? ""}`, () => {
  it("is read by the driver, by both addresses, and its valve is moved", async () => {
    const { link, slave } = await setUp();
    const { devices } = loadDevices();
    const driver = createMbusDriver({
      devices,
      bounds: { answerMs: 300, quietMs: 20, pollMs: 20 },
    });
    running.push(driver);
    const meter = (number: number, address = String(number)): RosterMeter => ({
      meter_id: `m${number}`,
      serial: String(10_000_000 + number),
      slot: number,
      service: "water",
      driver: "mbus",
      device: "pad-water-valve",
      link,
      address,
    });
    const nowS = () => 1_772_366_460;
    const read = (one: RosterMeter) => driver.read(one, nowS);
    slave.setFault("10000002", "late");
    const [first, late, third] = await Promise.all(
      [meter(1), meter(2), meter(3, "secondary")].map(read),
    );
    expect(first).toMatchObject({ ok: true, registerAtoms: 1_000_000n, relay: "connected" });
    expect(third).toMatchObject({ ok: true, registerAtoms: 3_000_000n });
    if (late?.ok) expect(late.registerAtoms).toBe(2_000_000n);
    expect(await driver.act(meter(1), { action: "cut" })).toEqual({
      ok: true,
      relay: "disconnected",
    });
  });

  it("has the rate and parity that the standard names, and the rate that a meter was switched to", async () => {
    const { link, pair } = await setUp([1]);
    const bus = createBus(link, { answerMs: 300 });
    running.push(bus);
    const master = createMaster();
    const meter = { by: "primary", address: 1 } as const;
    expect(await bus.run((talk) => master.ping(talk, 1))).toEqual({ ok: true });
    // A pseudo terminal keeps the rate and drops the parity flag, so only the first can be seen here.
    expect(stty(pair)).toContain("speed 2400 baud");
    const change = { from: 2_400, to: 9_600 } as const;
    expect(await bus.run((talk) => master.setBaud(talk, meter, change))).toEqual({ ok: true });
    expect(stty(pair)).toContain("speed 9600 baud");
    expect((await bus.run((talk) => master.read(talk, meter))).ok).toBe(true);
  });

  it("gives an answer that has begun the time that its bytes take", async () => {
    const { link, slave } = await setUp([1]);
    const bus = createBus(link, { answerMs: 60, retries: 0 });
    running.push(bus);
    slave.setFault("10000001", "dribble");
    const startMs = performance.now();
    const readout = await bus.run((talk) =>
      createMaster().read(talk, { by: "primary", address: 1 }),
    );
    expect(readout.ok).toBe(true);
    expect(performance.now() - startMs).toBeGreaterThan(60);
  });

  it("is read, searched and switched from the command line", async () => {
    const { link } = await setUp([1, 2]);
    const run = async (...argv: string[]) => {
      let [out, err] = ["", ""];
      const code = await mbusCommand([...argv, "--serial", link.serial], {
        stdin: (async function* () {})(),
        stdout: { write: (text) => (out += text) },
        stderr: { write: (text) => (err += text) },
      });
      return { code, out, err };
    };
    const read = await run("read", "--address", "2", "--json");
    expect(JSON.parse(read.out)).toMatchObject({ id: "10000002" });
    const found = await run("scan", "--to", "2", "--json");
    expect(JSON.parse(found.out)).toMatchObject({ meters: [{ address: 1 }, { address: 2 }] });
    const switched = await run("baud", "--address", "1", "--to", "9600");
    expect(switched).toMatchObject({ code: 0, err: "" });
  });
});

describe("the time on the wires", () => {
  it.each([
    [300, 9_570],
    [2_400, 1_197],
    [9_600, 300],
  ])("of a whole frame at %d baud is %d ms", (baud, waitMs) => {
    expect(serialWay({ serial: "/dev/null", baud }).wireMs(261)).toBe(waitMs);
  });
});

describe("a serial line that is not there", () => {
  it("is unreachable, in one line", async () => {
    const bus = createBus({ serial: "/dev/no-such-line", baud: 2_400 }, { retries: 0, quietMs: 1 });
    const readout = await bus.run((talk) => createMaster().ping(talk, 1));
    expect(readout).toMatchObject({
      ok: false,
      fault: "unreachable",
      message: expect.stringContaining("cannot open /dev/no-such-line"),
    });
    await bus.close();
  });
});
