import { once } from "node:events";
import { connect } from "node:net";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { RosterMeter } from "../../../../engine/contract/roster.ts";
import type { SlaveMeter } from "../slave.ts";
import { type CallerBench, startCallerBench } from "../testing/caller-bench.ts";
import { quickDevices, rosterMeter, testMeter } from "../testing/field.ts";
import { CALLERS_MAX } from "./listener.ts";
import { REGISTER_BYTES_MAX, registrationOf } from "./registration.ts";

const nowS = () => 1_700_000_000;
const devices = quickDevices();

let bench: CallerBench;
beforeEach(async () => {
  bench = await startCallerBench(400);
});
afterEach(() => bench.close());

function slaveMeter(
  serial: string,
  atoms: bigint,
  unit = 1,
  name = "schneider-iem3000",
): SlaveMeter {
  const device = devices.get(name);
  if (device === undefined) throw new Error(name);
  return { unit, device, meter: testMeter(serial, atoms, device.relay !== undefined) };
}

function behind(caller: string, serial: string, unit = 1, name = "schneider-iem3000"): RosterMeter {
  return { ...rosterMeter(serial, name, 1, unit), link: { caller } };
}

describe("a registration", () => {
  test.each([
    ["a line", "MODEM-7\r\n", false, { name: "MODEM-7" }],
    ["a line and more", "MODEM-7\nhello", false, { name: "MODEM-7" }],
    ["spaces around it", "  862751060000017 \n", false, { name: "862751060000017" }],
    ["half a line", "MOD", false, "more"],
    ["text without an end", "MOD", true, { name: "MOD" }],
    ["bytes that are no text", "\x01\x02\xff", true, { name: "0102FF" }],
    ["an empty line", "\r\n", false, "more"],
    ["only an empty line", "\r\n", true, { refusal: "an empty registration" }],
    ["nothing", "", false, "more"],
    [
      "a name that is too long",
      `${"x".repeat(65)}\n`,
      false,
      { refusal: "a name of over 64 characters" },
    ],
  ])("%s", (_, text, over, result) => {
    expect(registrationOf(Buffer.from(text, "latin1"), over)).toEqual(result);
  });

  test("of any bytes is a name in bounds, a refusal or nothing yet", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, over) => {
        const result = registrationOf(Buffer.from(bytes), over);
        if (bytes.length > REGISTER_BYTES_MAX) expect(result).toHaveProperty("refusal");
        if (typeof result === "object" && "name" in result) {
          expect(result.name).toMatch(/^[\x20-\x7e]{1,64}$/);
        }
      }),
    );
  });
});

describe("a caller that registers", () => {
  test("is read through its socket, whether it called before or after the first poll", async () => {
    await bench.dial([slaveMeter("11000001", 5_000n)], { registration: "MODEM-1\n" });
    expect(await bench.driver.read(behind("MODEM-1", "11000001"), nowS)).toMatchObject({
      ok: true,
      registerAtoms: 5_000n,
    });
    const waiting = bench.driver.read(behind("MODEM-2", "11000002"), nowS);
    await bench.dial([slaveMeter("11000002", 7_000n)], { registration: "MODEM-2" });
    expect(await waiting).toMatchObject({ ok: true, registerAtoms: 7_000n });
  });

  test("has several meters behind it, and one that is silent does not cut off the others", async () => {
    const meters = [1, 2, 3].map((unit) =>
      slaveMeter(`1100000${unit}`, BigInt(unit) * 1_000n, unit),
    );
    const slave = await bench.dial(meters, { registration: "MODEM-1\n" });
    slave.faults.set(2, { kind: "silent" });
    const entries = [1, 2, 3].map((unit) => behind("MODEM-1", `1100000${unit}`, unit));
    for (let round = 0; round < 4; round++) {
      const seen = [];
      for (const entry of entries) seen.push((await bench.driver.read(entry, nowS)).ok);
      expect(seen).toEqual([true, false, true]);
    }
    expect(bench.kinds()).toEqual(["registered"]);
    slave.faults.clear();
    expect(await bench.driver.read(entries[1] as RosterMeter, nowS)).toMatchObject({ ok: true });
  });

  test("moves a relay with read-back", async () => {
    const meter = slaveMeter("11000001", 5_000n, 1, "acrel-ddsy1352");
    const slave = await bench.dial([meter], { registration: "MODEM-1\n" });
    const entry = behind("MODEM-1", "11000001", 1, "acrel-ddsy1352");
    slave.faults.set(1, { kind: "lying_relay" });
    expect(await bench.driver.act(entry, { action: "cut" })).toMatchObject({
      ok: false,
      fault: "not_moved",
    });
    slave.faults.clear();
    expect(await bench.driver.act(entry, { action: "cut" })).toEqual({
      ok: true,
      relay: "disconnected",
    });
  });

  test("that is in the wrong place is refused by its serial number", async () => {
    await bench.dial([slaveMeter("99999999", 5_000n)], { registration: "MODEM-1\n" });
    expect(await bench.driver.read(behind("MODEM-1", "11000001"), nowS)).toMatchObject({
      ok: false,
      fault: "wrong_identity",
    });
  });

  test("that shows between polls that it is there is read all the same", async () => {
    const slave = await bench.dial([slaveMeter("11000001", 5_000n)], { registration: "MODEM-1\n" });
    const entry = behind("MODEM-1", "11000001");
    for (let round = 0; round < 3; round++) {
      expect(await bench.driver.read(entry, nowS)).toMatchObject({ ok: true });
      await pause(40);
      slave.socket.write("MODEM-1\n");
      await pause(20);
    }
  });
});

describe("a caller that says nothing", () => {
  test("is known by the serial number of the meter behind it", async () => {
    const first = bench.driver.read(behind("site-a", "11000001"), nowS);
    const other = bench.driver.read(behind("site-b", "11000002", 5), nowS);
    await bench.dial([slaveMeter("11000002", 7_000n, 5)]);
    await bench.dial([slaveMeter("11000001", 5_000n)]);
    await Promise.all([first, other]);
    await vi.waitFor(() => expect(bench.kinds()).toEqual(["registered", "registered"]), 5_000);
    expect(await bench.driver.read(behind("site-a", "11000001"), nowS)).toMatchObject({
      registerAtoms: 5_000n,
    });
    expect(await bench.driver.read(behind("site-b", "11000002", 5), nowS)).toMatchObject({
      registerAtoms: 7_000n,
    });
  }, 15_000);

  test("and is nobody's is turned away and told", async () => {
    const slave = await bench.dial([slaveMeter("99999999", 5_000n)]);
    await slave.ended;
    expect(bench.events).toMatchObject([{ kind: "refused", name: "" }]);
    expect(bench.events[0]?.message).toContain("no meter of the roster answers behind it");
  });
});

describe("a second connection under one name", () => {
  test("takes the place of one that is gone", async () => {
    const entry = behind("MODEM-1", "11000001");
    const first = await bench.dial([slaveMeter("11000001", 5_000n)], { registration: "MODEM-1\n" });
    expect(await bench.driver.read(entry, nowS)).toMatchObject({ ok: true });
    await first.close();
    await vi.waitFor(() => expect(bench.kinds()).toContain("lost"));
    await bench.dial([slaveMeter("11000001", 6_000n)], { registration: "MODEM-1\n" });
    expect(await bench.driver.read(entry, nowS)).toMatchObject({ registerAtoms: 6_000n });
    expect(bench.kinds()).toEqual(["registered", "lost", "registered"]);
  });

  test("takes the place of one that no longer answers", async () => {
    const entry = behind("MODEM-1", "11000001");
    const first = await bench.dial([slaveMeter("11000001", 5_000n)], { registration: "MODEM-1\n" });
    expect(await bench.driver.read(entry, nowS)).toMatchObject({ ok: true });
    first.faults.set(1, { kind: "silent" });
    await bench.dial([slaveMeter("11000001", 6_000n)], { registration: "MODEM-1\n" });
    await vi.waitFor(() => expect(bench.kinds()).toContain("contested"));
    expect(await bench.driver.read(entry, nowS)).toMatchObject({ ok: false, fault: "timeout" });
    expect(await bench.driver.read(entry, nowS)).toMatchObject({ registerAtoms: 6_000n });
    expect(bench.kinds()).toEqual(["registered", "contested", "lost", "registered"]);
  });

  test("is told and turned away while the first answers", async () => {
    const entry = behind("MODEM-1", "11000001");
    await bench.dial([slaveMeter("11000001", 5_000n)], { registration: "MODEM-1\n" });
    expect(await bench.driver.read(entry, nowS)).toMatchObject({ ok: true });
    const impostor = await bench.dial([slaveMeter("11000001", 9_000_000n)], {
      registration: "MODEM-1\n",
    });
    await vi.waitFor(() => expect(bench.kinds()).toContain("contested"));
    expect(await bench.driver.read(entry, nowS)).toMatchObject({ registerAtoms: 5_000n });
    await impostor.ended;
    expect(bench.kinds()).toEqual(["registered", "contested", "refused"]);
  });
});

describe("who has no business here", () => {
  test("a name that no meter is reached through is told after a while", async () => {
    const stranger = await bench.dial([], { registration: "STRANGER\n" });
    await stranger.ended;
    expect(bench.events).toMatchObject([{ kind: "refused", name: "STRANGER" }]);
  });

  test("a registration without end is refused", async () => {
    const chatter = connect({ host: "127.0.0.1", port: bench.port });
    chatter.on("error", () => undefined);
    await once(chatter, "connect");
    chatter.write("x".repeat(REGISTER_BYTES_MAX + 1));
    await once(chatter, "close");
    expect(bench.events).toMatchObject([
      { kind: "refused", message: expect.stringContaining("over 128 bytes") },
    ]);
  });

  test("a meter whose caller has not called is unreachable, within the time to connect", async () => {
    const began = Date.now();
    expect(await bench.driver.read(behind("NOBODY", "11000001"), nowS)).toMatchObject({
      ok: false,
      fault: "unreachable",
      message: expect.stringContaining("it has not dialled in"),
    });
    expect(Date.now() - began).toBeLessThan(4_000);
  });

  test("without a listener a caller's meter is refused with the setting's name", async () => {
    const { createModbusDriver } = await import("../driver.ts");
    const driver = createModbusDriver({ devices });
    expect(await driver.read(behind("MODEM-1", "11000001"), nowS)).toMatchObject({
      fault: "refused",
      message: expect.stringContaining("DRAWDOWN_MODBUS_LISTEN_PORT"),
    });
    expect(await driver.listening()).toBeUndefined();
    await driver.close();
  });

  test("closing ends a read that waits for its caller", async () => {
    const waiting = bench.driver.read(behind("NOBODY", "11000001"), nowS);
    await pause(30);
    await bench.driver.close();
    expect(await waiting).toMatchObject({ ok: false });
    expect(CALLERS_MAX).toBeGreaterThan(1_000);
  });
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
