import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { makeFrame } from "./mbap.ts";
import { SLAVE_CLIENTS_MAX, type SlaveMeter, startModbusSlave } from "./slave.ts";
import { quickDevices, testMeter } from "./testing/field.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

function meterAt(unit: number, name: string, relay: boolean): SlaveMeter {
  const device = quickDevices().get(name);
  if (device === undefined) throw new Error(name);
  return { unit, device, meter: testMeter("12345678", 5_000n, relay) };
}

async function started(meters: SlaveMeter[]) {
  const slave = await startModbusSlave({ host: "127.0.0.1", port: 0, meters });
  open.push(slave);
  return slave;
}

/** Sends one request body to a unit and gives the body of the answer. */
async function asked(port: number, unit: number, body: number[]): Promise<number[]> {
  const socket = connect(port, "127.0.0.1");
  socket.write(makeFrame(258, unit, Buffer.from(body)));
  const [reply] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  expect([...reply.subarray(0, 4), reply.readUInt8(6)]).toEqual([1, 2, 0, 0, unit]);
  expect(reply.readUInt16BE(4)).toBe(reply.length - 6);
  return [...reply.subarray(7)];
}

describe("a slave answers as its device file says", () => {
  test.each([
    ["a whole register", [3, 0x50, 0, 0, 4], [3, 8, 0, 0, 0, 0, 0, 0, 1, 244]],
    ["the second half of it", [3, 0x50, 2, 0, 2], [3, 4, 0, 0, 1, 244]],
    ["the relay", [3, 0x63, 0, 0, 1], [3, 2, 0, 1]],
    ["registers that it has not", [3, 0, 0, 0, 1], [0x83, 2]],
    ["one register too far", [3, 0x50, 0, 0, 5], [0x83, 2]],
    ["the wrong function code", [4, 0x50, 0, 0, 4], [0x84, 2]],
    ["more registers than it allows", [3, 0x50, 0, 0, 65], [0x83, 3]],
    ["no registers", [3, 0x50, 0, 0, 0], [0x83, 3]],
    ["a function that no meter has", [43, 14, 1, 0], [0xab, 1]],
    ["half a request", [3, 0x50], [0x83, 3]],
    ["a write of the relay", [6, 0x63, 0, 0, 0], [6, 0x63, 0, 0, 0]],
    ["a write with a value that means nothing", [6, 0x63, 0, 0, 7], [0x86, 3]],
    ["a write elsewhere: counters cannot be erased", [6, 0x50, 0, 0, 0], [0x86, 2]],
    ["a write by another function code", [16, 0x63, 0, 0, 1, 2, 0, 0], [0x90, 2]],
    ["a coil that is neither on nor off", [5, 0, 0, 1, 2], [0x85, 3]],
  ])("%s", async (_, request, answer) => {
    const slave = await started([meterAt(3, "abb-b23-output", true)]);
    expect(await asked(slave.port, 3, request)).toEqual(answer);
  });

  test("coils are packed into bits", async () => {
    const slave = await started([meterAt(1, "accuenergy-ev300", true)]);
    expect(await asked(slave.port, 1, [1, 0, 0, 0, 1])).toEqual([1, 1, 1]);
    expect(await asked(slave.port, 1, [5, 0, 0, 0, 0])).toEqual([5, 0, 0, 0, 0]);
    expect(await asked(slave.port, 1, [1, 0, 0, 0, 1])).toEqual([1, 1, 0]);
  });

  test("bytes that are no Modbus end the connection, a header alone does not", async () => {
    const slave = await started([meterAt(1, "abb-b23", false)]);
    const socket = connect(slave.port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\n\r\n");
    await once(socket, "close");
  });

  test("clients over the bound are turned away", async () => {
    const slave = await started([meterAt(1, "abb-b23", false)]);
    const clients = [];
    for (let at = 0; at < SLAVE_CLIENTS_MAX; at++) {
      const socket = connect(slave.port, "127.0.0.1");
      await once(socket, "connect");
      clients.push(socket);
    }
    const tooMany = connect(slave.port, "127.0.0.1");
    await once(tooMany, "close");
    for (const socket of clients) socket.destroy();
  });
});

describe("a slave cannot be started", () => {
  test.each([
    ["with a unit twice", [meterAt(1, "abb-b23", false), meterAt(1, "abb-b23", false)], "is taken"],
    ["with unit 0", [meterAt(0, "abb-b23", false)], "not 1 to 247"],
    ["with an M-Bus device", [meterAt(1, "kamstrup-382", false)], "not a Modbus device file"],
    [
      "with a relay that the meter has not",
      [meterAt(1, "abb-b23-output", false)],
      "the meter none",
    ],
  ])("%s", async (_, meters, message) => {
    await expect(startModbusSlave({ host: "127.0.0.1", port: 0, meters })).rejects.toThrow(message);
  });

  test("on a port that is taken", async () => {
    const { port } = await started([]);
    await expect(startModbusSlave({ host: "127.0.0.1", port, meters: [] })).rejects.toThrow(
      "EADDRINUSE",
    );
  });

  test("and no fault set for a unit that it does not serve", async () => {
    const slave = await started([meterAt(1, "abb-b23", false)]);
    expect(() => slave.faults.set(2, { kind: "silent" })).toThrow("no unit 2");
  });
});
