/**
 * Our link against pymodbus as a server, and pymodbus as a client against our slave: neither shares code with us.
 * Needs Debian's python3-pymodbus (apt-get install python3-pymodbus); skipped, and named in the report, without it.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tcpLine } from "./line.ts";
import { ModbusLink } from "./link.ts";
import { item, startBench } from "./testing/field.ts";

const PYTHON = "/usr/bin/python3";
const present =
  spawnSync(PYTHON, ["-c", "import pymodbus.server, pymodbus.client"], { timeout: 60_000 })
    .status === 0;

const SERVER = `
import asyncio, socket
from pymodbus.datastore import ModbusSequentialDataBlock as Block, ModbusSlaveContext as Slave, ModbusServerContext as Server
from pymodbus.server import StartAsyncTcpServer
free = socket.socket(); free.bind(("127.0.0.1", 0)); port = free.getsockname()[1]; free.close()
def slave(unit):
    words = [(unit * 1000 + at) & 0xFFFF for at in range(200)]
    return Slave(co=Block(0, [False] * 20), hr=Block(0, words), ir=Block(0, list(words)), zero_mode=True)
async def main():
    context = Server(slaves={unit: slave(unit) for unit in (1, 2, 17)}, single=False)
    serving = asyncio.ensure_future(StartAsyncTcpServer(context=context, address=("127.0.0.1", port)))
    await asyncio.sleep(0.5)
    print(port, flush=True)
    await serving
asyncio.run(main())
`;

const CLIENT = `
import sys
from pymodbus.client import ModbusTcpClient
client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]))
client.connect()
def words(reply): return "exception %d" % reply.exception_code if reply.isError() else " ".join(str(word) for word in reply.registers)
print(words(client.read_holding_registers(0x5000, 4, slave=1)))
print(words(client.read_holding_registers(0x8900, 2, slave=1)))
print(words(client.read_input_registers(72, 2, slave=2)))
print(words(client.read_holding_registers(0, 1, slave=1)))
print("exception" if client.write_register(0x6300, 7, slave=1).isError() else "written")
print("exception" if client.write_register(0x6300, 0, slave=1).isError() else "written")
print(words(client.read_holding_registers(0x6300, 1, slave=1)))
print("exception" if client.write_coil(0, False, slave=3).isError() else "written")
print(client.read_coils(0, 1, slave=3).bits[0])
client.close()
`;

describe.skipIf(!present)("pymodbus, from Debian's python3-pymodbus", () => {
  let server: ChildProcess;
  let link: ModbusLink;
  beforeAll(async () => {
    server = spawn(PYTHON, ["-c", SERVER], { stdio: ["ignore", "pipe", "ignore"] });
    if (server.stdout === null) throw new Error("stdout is a pipe");
    const [line] = (await once(createInterface({ input: server.stdout }), "line")) as [string];
    link = new ModbusLink(tcpLine({ host: "127.0.0.1", port: Number(line) }));
  });
  afterAll(async () => {
    await link?.close();
    server?.kill("SIGKILL");
  });

  const party = (unit: number) => ({ unit, timeoutMs: 10_000 });

  test("as a server: registers of three units, read at once, are each unit's own", async () => {
    const asked = Array.from({ length: 60 }, (_, at) => ({
      unit: item([1, 2, 17], at % 3),
      address: at,
    }));
    const answers = await Promise.all(
      asked.map(({ unit, address }) =>
        link.exchange(party(unit), (session) =>
          session.read({ functionCode: 3, address, count: 3 }),
        ),
      ),
    );
    expect(answers).toEqual(
      asked.map(({ unit, address }) => ({
        ok: true,
        words: [0, 1, 2].map((at) => unit * 1_000 + address + at),
      })),
    );
  });

  test("as a server: an exception is a refusal and the next call works", async () => {
    const answers = await link.exchange(party(1), async (session) => [
      await session.read({ functionCode: 4, address: 5_000, count: 1 }),
      await session.read({ functionCode: 4, address: 5, count: 1 }),
    ]);
    expect(answers).toMatchObject([
      { ok: false, fault: "refused", exception: 2 },
      { ok: true, words: [1_005] },
    ]);
  });

  test("as a server: coils and registers are written and read back", async () => {
    const answers = await link.exchange(party(2), async (session) => [
      await session.write({ functionCode: 5, address: 3, values: [1] }),
      await session.read({ functionCode: 1, address: 2, count: 3 }),
      await session.write({ functionCode: 6, address: 9, values: [513] }),
      await session.write({ functionCode: 16, address: 10, values: [7, 65_535] }),
      await session.read({ functionCode: 3, address: 9, count: 3 }),
    ]);
    expect(answers).toEqual([
      { ok: true },
      { ok: true, words: [0, 1, 0] },
      { ok: true },
      { ok: true },
      { ok: true, words: [513, 7, 65_535] },
    ]);
  });

  test("as a client: reads our slave's registers and moves its relays", async () => {
    const bench = await startBench(["abb-b23-output", "eastron-sdm120", "accuenergy-ev300"], 5_000);
    try {
      item(bench.meters, 0).atoms = 655_360_010n;
      item(bench.meters, 1).atoms = 1_500n;
      const client = spawn(PYTHON, ["-c", CLIENT, String(bench.slave.port)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let out = "";
      client.stdout.on("data", (chunk) => {
        out += chunk;
      });
      await once(client, "close");
      expect(out.trim().split("\n")).toEqual([
        "0 0 1000 1",
        "167 55488",
        "16320 0",
        "exception 2",
        "exception",
        "written",
        "0",
        "written",
        "False",
      ]);
      expect(item(bench.meters, 0).closed).toBe(false);
      expect(item(bench.meters, 2).closed).toBe(false);
    } finally {
      await bench.close();
    }
  });
});
