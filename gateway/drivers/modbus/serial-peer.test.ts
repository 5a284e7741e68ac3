/**
 * Our link against two independent slaves: pymodbus over a serial line (socat makes a pair of them), and libmodbus over
 * TCP and the same kind of line. Needs Debian's python3-pymodbus, socat, gcc and libmodbus-dev (.ci/run installs them
 * where it can); what is missing is named in the skipped tests.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Line, tcpLine } from "./line.ts";
import { ModbusLink } from "./link.ts";
import { serialLine } from "./serial-line.ts";

const PYTHON = "/usr/bin/python3";
const works = (program: string, ...args: string[]) =>
  spawnSync(program, args, { timeout: 60_000 }).status === 0;
const socat = works("socat", "-V");
const pymodbus = works(PYTHON, "-c", "import pymodbus.server, serial");
const libmodbus = works("gcc", "--version") && existsSync("/usr/include/modbus/modbus.h");

const SERVER = `
import asyncio, sys
from pymodbus.datastore import ModbusSequentialDataBlock as Block, ModbusSlaveContext as Slave, ModbusServerContext as Server
from pymodbus.server import StartAsyncSerialServer
from pymodbus.transaction import ModbusRtuFramer
def slave(unit):
    words = [(unit * 1000 + at) & 0xFFFF for at in range(200)]
    return Slave(co=Block(0, [False] * 20), hr=Block(0, words), ir=Block(0, list(words)), zero_mode=True)
async def main():
    context = Server(slaves={unit: slave(unit) for unit in (1, 2, 17)}, single=False)
    serving = asyncio.ensure_future(StartAsyncSerialServer(context=context, framer=ModbusRtuFramer, port=sys.argv[1], baudrate=9600, parity="N", stopbits=1, timeout=1))
    await asyncio.sleep(0.5)
    print("0", flush=True)
    await serving
asyncio.run(main())
`;

let folder: string;
const children: ChildProcess[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "modbus-peer-"));
});
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a program and gives the first line that it prints. */
async function started(program: string, args: string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return line;
}

/** Two ends of one serial line. */
async function serialPair(name: string): Promise<{ ours: string; theirs: string }> {
  const [ours, theirs] = [join(folder, `${name}-ours`), join(folder, `${name}-theirs`)];
  const ends = [ours, theirs].map((path) => `pty,raw,echo=0,link=${path}`);
  children.push(spawn("socat", ends, { stdio: "ignore" }));
  for (let wait = 0; wait < 100 && !(existsSync(ours) && existsSync(theirs)); wait++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { ours, theirs };
}

function serial(path: string): Line {
  return serialLine({ serial: path, baud: 9_600, parity: "none" });
}

const party = (unit: number) => ({ unit, timeoutMs: 10_000 });

/** Reads, an exception, writes and their read-back, from a slave whose register n holds unit × 1000 + n. */
async function converses(line: Line, units: readonly number[]): Promise<void> {
  const link = new ModbusLink(line);
  try {
    const asked = Array.from({ length: 12 }, (_, at) => ({
      unit: units[at % units.length] ?? 0,
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
    const [unit = 0] = units;
    const changed = await link.exchange(party(unit), async (session) => [
      await session.read({ functionCode: 4, address: 5_000, count: 1 }),
      await session.write({ functionCode: 5, address: 3, values: [1] }),
      await session.read({ functionCode: 1, address: 2, count: 3 }),
      await session.write({ functionCode: 6, address: 9, values: [513] }),
      await session.write({ functionCode: 16, address: 10, values: [7, 65_535] }),
      await session.read({ functionCode: 3, address: 9, count: 3 }),
    ]);
    expect(changed).toMatchObject([
      { ok: false, fault: "refused", exception: 2 },
      { ok: true },
      { ok: true, words: [0, 1, 0] },
      { ok: true },
      { ok: true },
      { ok: true, words: [513, 7, 65_535] },
    ]);
  } finally {
    await link.close();
  }
}

describe.skipIf(!socat || !pymodbus)(
  "pymodbus on a serial line (needs socat and python3-pymodbus)",
  () => {
    test("three units are read and written, and one that is not there times out", async () => {
      const { ours, theirs } = await serialPair("pymodbus");
      await started(PYTHON, ["-c", SERVER, theirs]);
      await converses(serial(ours), [1, 2, 17]);
      const link = new ModbusLink(serial(ours));
      const read = { functionCode: 3, address: 0, count: 1 } as const;
      expect(
        await link.exchange({ unit: 99, timeoutMs: 200 }, (session) => session.read(read)),
      ).toMatchObject({ ok: false, fault: "timeout" });
      expect(await link.exchange(party(2), (session) => session.read(read))).toEqual({
        ok: true,
        words: [2_000],
      });
      await link.close();
    }, 60_000);
  },
);

describe.skipIf(!libmodbus)("libmodbus (needs gcc and libmodbus-dev)", () => {
  let server: string;
  beforeAll(() => {
    server = join(folder, "libmodbus-server");
    const source = fileURLToPath(new URL("./testing/libmodbus-server.c", import.meta.url));
    const built = spawnSync("gcc", ["-O1", "-o", server, source, "-lmodbus"], { encoding: "utf8" });
    if (built.status !== 0) throw new Error(built.stderr);
  });

  test("over TCP", async () => {
    const port = Number(await started(server, ["tcp"]));
    await converses(tcpLine({ host: "127.0.0.1", port }), [1, 2, 17]);
  }, 60_000);

  test.skipIf(!socat)(
    "on a serial line",
    async () => {
      const { ours, theirs } = await serialPair("libmodbus");
      await started(server, ["rtu", theirs]);
      await converses(serial(ours), [17]);
    },
    60_000,
  );
});

test("a serial device that is not there is unreachable, with the reason", async () => {
  const link = new ModbusLink(serial(join(folder, "nothing")), { connectMs: 1_000, quietMs: 10 });
  const read = { functionCode: 3, address: 0, count: 1 } as const;
  expect(await link.exchange(party(1), (session) => session.read(read))).toMatchObject({
    ok: false,
    fault: "unreachable",
    message: expect.stringContaining("nothing"),
  });
  await link.close();
});
