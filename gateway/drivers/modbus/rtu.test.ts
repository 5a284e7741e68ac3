/**
 * RTU over TCP: what ties an answer to its request where no transaction number does.
 */

import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { createModbusDriver } from "./driver.ts";
import { crcFits, withCrc } from "./framing/crc.ts";
import { tcpLine } from "./line.ts";
import { ModbusLink } from "./link.ts";
import { startModbusSlave } from "./slave.ts";
import type { SlaveFault } from "./slave-faults.ts";
import { item, quickDevices, rosterMeter, testMeter } from "./testing/field.ts";

const nowS = () => 1_700_000_000;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A server that gives every RTU request of 8 bytes to the test. */
async function rawLink(answer: (request: Buffer, socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const requests: Buffer[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      expect(crcFits(chunk)).toBe(true);
      requests.push(chunk);
      answer(chunk, socket);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const line = tcpLine({ host: "127.0.0.1", port: address.port, framing: "rtu" });
  const link = new ModbusLink(line, { connectMs: 2_000, quietMs: 20 });
  const close = async () => {
    await link.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  open.push({ close });
  return { link, requests };
}

/** A right answer whose first register is the address asked for. */
function telling(request: Buffer): Buffer {
  const count = request.readUInt16BE(4);
  const body = Buffer.alloc(3 + count * 2);
  body.writeUInt8(request.readUInt8(0), 0);
  body.writeUInt8(request.readUInt8(1), 1);
  body.writeUInt8(count * 2, 2);
  body.writeUInt16BE(request.readUInt16BE(2), 3);
  return withCrc(body);
}

describe("an answer that comes late", () => {
  test("is never taken for the next one, however the converter holds it back", async () => {
    // A converter that answers everything one behind, on whatever connection, once it was late.
    let owed: Buffer[] = [];
    let lateOnce = true;
    const { link } = await rawLink((request, socket) => {
      owed.push(telling(request));
      if (lateOnce) {
        lateOnce = false;
        return;
      }
      const first = owed.shift();
      if (first !== undefined) socket.write(first);
    });
    const party = { unit: 7, timeoutMs: 150 };
    const seen: (number | undefined)[] = [];
    for (let address = 100; address < 112; address++) {
      // A person presses the reset button in the end.
      if (address === 106) owed = [];
      const answer = await link.exchange(party, async (session) => [
        await session.read({ functionCode: 3, address, count: 2 }),
        await session.read({ functionCode: 3, address: address + 200, count: 2 }),
      ]);
      if (!Array.isArray(answer)) continue;
      answer.forEach((one, at) => {
        if (!one.ok) return;
        expect(one.words[0]).toBe(address + at * 200);
        seen.push(one.words[0]);
      });
    }
    expect(seen.length).toBeGreaterThan(4);
  });

  test("costs one short question once the unit answers again", async () => {
    let silent = true;
    const { link, requests } = await rawLink((request, socket) => {
      if (!silent) socket.write(telling(request));
    });
    const party = { unit: 7, timeoutMs: 80 };
    const ask = () =>
      link.exchange(party, (session) => session.read({ functionCode: 3, address: 5, count: 2 }));
    expect(await ask()).toMatchObject({ ok: false, fault: "timeout" });
    silent = false;
    expect(await ask()).toMatchObject({ ok: true, words: [5, 0] });
    expect(await ask()).toMatchObject({ ok: true });
    expect(requests.map((request) => request.readUInt16BE(4))).toEqual([2, 1, 2, 2]);
  });

  test("a second answer right behind the first costs the connection", async () => {
    const { link } = await rawLink((request, socket) => {
      socket.write(telling(request));
      setTimeout(() => socket.write(telling(request)), 2);
    });
    const answer = await link.exchange({ unit: 7, timeoutMs: 500 }, async (session) => {
      const first = await session.read({ functionCode: 3, address: 5, count: 2 });
      // However busy the machine is, the second one comes before the next question.
      await sleep(100);
      return [first, await session.read({ functionCode: 3, address: 9, count: 2 })];
    });
    expect(answer).toMatchObject([
      { ok: true, words: [5, 0] },
      { ok: false, fault: "unreachable" },
    ]);
  });
});

describe("meters behind a converter", () => {
  const faults: SlaveFault[] = [
    { kind: "silent" },
    { kind: "late", delayMs: 260 },
    { kind: "wrong_unit", unit: 1 },
    { kind: "garbage" },
    { kind: "false_length" },
    { kind: "bad_crc" },
    { kind: "twice" },
    { kind: "short" },
    { kind: "reset" },
    { kind: "exception", code: 4 },
    { kind: "wrong_serial", serial: "11000000" },
  ];

  test.each(faults)("$kind on one of three: each value is its own meter's", async (fault) => {
    const devices = quickDevices();
    const device = devices.get("schneider-iem3000");
    if (device === undefined) throw new Error("no device");
    const meters = [0, 1, 2].map((at) =>
      testMeter(String(11_000_000 + at), BigInt((at + 1) * 1_000), false),
    );
    const slave = await startModbusSlave({
      host: "127.0.0.1",
      port: 0,
      framing: "rtu",
      meters: meters.map((meter, at) => ({ unit: at + 1, device, meter })),
    });
    const driver = createModbusDriver({ devices, timeoutMs: 200, quietMs: 20 });
    open.push(driver, slave);
    const entries = meters.map((meter, at) => ({
      ...rosterMeter(meter.serial, "schneider-iem3000", slave.port, at + 1),
      link: { host: "127.0.0.1", port: slave.port, framing: "rtu" as const },
    }));
    slave.faults.set(2, fault);
    for (let round = 0; round < 3; round++) {
      for (const [at, entry] of entries.entries()) {
        const seen = await driver.read(entry, nowS);
        if (seen.ok) expect(seen.registerAtoms).toBe(item(meters, at).atoms);
        if (at === 1) expect(seen.ok).toBe(false);
      }
    }
    slave.faults.clear();
    for (let attempt = 0; attempt < 6; attempt++) {
      const all = [];
      for (const entry of entries) all.push((await driver.read(entry, nowS)).ok);
      if (all.every(Boolean)) return;
    }
    throw new Error("a meter is not read again");
  });
});
