import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { WriteRequest } from "./calls.ts";
import { tcpLine } from "./line.ts";
import { ModbusLink, REQUESTS_MAX } from "./link.ts";
import { type Frame, makeFrame } from "./mbap.ts";
import { type Answer, type RawServer, startRawServer, telling } from "./testing/raw-server.ts";

const PATIENT = { unit: 7, timeoutMs: 5_000 };
const HASTY = { unit: 7, timeoutMs: 150 };
const read = { functionCode: 3, address: 100, count: 2 } as const;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function linked(answer: Answer): Promise<{ link: ModbusLink; server: RawServer }> {
  const server = await startRawServer(answer);
  const link = new ModbusLink(tcpLine({ host: "127.0.0.1", port: server.port }), {
    connectMs: 3_000,
    quietMs: 20,
  });
  open.push(link, server);
  return { link, server };
}

/** Answers the first `times` requests wrongly and the others rightly. */
function wrongly(times: number, wrong: Answer): Answer {
  let left = times;
  return (frame, socket) => {
    if (left-- > 0) wrong(frame, socket);
    else socket.write(telling(frame));
  };
}

const truth = { ok: true, words: [7, 100] };

describe("one request is in flight", () => {
  test("however many exchanges are begun at once, and each gets its own answer", async () => {
    let under = 0;
    let most = 0;
    const { link, server } = await linked((frame, socket) => {
      most = Math.max(most, ++under);
      setTimeout(() => {
        under--;
        socket.write(telling(frame));
      }, 1);
    });
    const asked = Array.from({ length: 300 }, (_, at) => ({ unit: 1 + (at % 200), address: at }));
    const answers = await Promise.all(
      asked.map(({ unit, address }) =>
        link.exchange({ unit, timeoutMs: 5_000 }, (session) => session.read({ ...read, address })),
      ),
    );
    expect(answers).toEqual(
      asked.map(({ unit, address }) => ({ ok: true, words: [unit, address] })),
    );
    expect(most).toBe(1);
    expect(server.opened()).toBe(1);
  });

  test("an exchange of several requests is not interrupted by another", async () => {
    const { link, server } = await linked((frame, socket) => socket.write(telling(frame)));
    const twice = (unit: number) =>
      link.exchange({ unit, timeoutMs: 5_000 }, async (session) => {
        await session.read(read);
        return session.read({ ...read, address: 200 });
      });
    await Promise.all([twice(1), twice(2), twice(3)]);
    expect(server.requests.map((frame) => frame.unit)).toEqual([1, 1, 2, 2, 3, 3]);
  });

  test("two calls at once in one exchange are a mistake of the caller", async () => {
    const { link } = await linked((frame, socket) => socket.write(telling(frame)));
    const both = link.exchange(PATIENT, (session) =>
      Promise.all([session.read(read), session.read(read)]),
    );
    await expect(both).rejects.toThrow("one call at a time");
    expect(await link.exchange(PATIENT, (session) => session.read(read))).toEqual(truth);
  });

  test("a queue that is full refuses as busy", async () => {
    const { link } = await linked(() => undefined);
    const asked = Array.from({ length: REQUESTS_MAX + 2 }, () =>
      link.exchange(PATIENT, (session) => session.read(read)),
    );
    expect(await asked.at(-1)).toMatchObject({ ok: false, fault: "busy" });
    await link.close();
    expect(await asked[0]).toMatchObject({ ok: false, fault: "closed" });
    expect(await asked[100]).toMatchObject({ ok: false, fault: "closed" });
  });
});

describe("a wrong answer costs the connection and harms nobody after it", () => {
  const shortened: Answer = (frame, socket) => {
    socket.write(makeFrame(frame.transaction, frame.unit, Buffer.from([3, 2, 0, 9])));
  };
  const lyingCount: Answer = (frame, socket) => {
    socket.write(makeFrame(frame.transaction, frame.unit, Buffer.from([3, 2, 0, 9, 0, 9])));
  };
  const largeCount: Answer = (frame, socket) => {
    socket.write(makeFrame(frame.transaction, frame.unit, Buffer.from([3, 6, 0, 9, 0, 9])));
  };
  const otherUnit: Answer = (frame, socket) => {
    socket.write(telling({ ...frame, unit: 8 }));
  };
  const otherCode: Answer = (frame, socket) => {
    socket.write(makeFrame(frame.transaction, frame.unit, Buffer.from([4, 4, 0, 9, 0, 9])));
  };
  const otherTransaction: Answer = (frame, socket) => {
    socket.write(telling({ ...frame, transaction: frame.transaction + 1 }));
  };
  const falseLength: Answer = (frame, socket) => {
    const reply = telling(frame);
    reply.writeUInt16BE(4_000, 4);
    socket.write(reply);
  };
  const emptyFrame: Answer = (frame, socket) => {
    socket.write(Buffer.from([0, frame.transaction, 0, 0, 0, 0, 7]));
  };
  const garbage: Answer = (_, socket) => {
    socket.write("HTTP/1.1 400 Bad Request\r\n\r\nnot Modbus at all");
  };
  const reset: Answer = (_, socket) => {
    socket.resetAndDestroy();
  };

  test.each([
    ["silence", () => undefined, "timeout"],
    ["too short", shortened, "malformed"],
    ["a byte count under the data", lyingCount, "malformed"],
    ["a byte count over the data", largeCount, "malformed"],
    ["another unit", otherUnit, "malformed"],
    ["another function code", otherCode, "malformed"],
    ["another transaction", otherTransaction, "timeout"],
    ["a false length", falseLength, "malformed"],
    ["an empty frame", emptyFrame, "malformed"],
    ["garbage", garbage, "malformed"],
    ["a reset", reset, "unreachable"],
    ["an end of the connection", (_: Frame, socket: Socket) => void socket.end(), "unreachable"],
  ] as [string, Answer, string][])("%s", async (_, wrong, fault) => {
    const { link, server } = await linked(wrongly(1, wrong));
    const party = fault === "timeout" ? HASTY : PATIENT;
    const first = await link.exchange(party, (session) => session.read(read));
    expect(first).toMatchObject({ ok: false, fault });
    expect(await link.exchange(PATIENT, (session) => session.read(read))).toEqual(truth);
    expect(server.opened()).toBe(2);
  });

  test("the rest of the exchange is refused as well, since another connection vouches for nothing", async () => {
    const { link, server } = await linked(wrongly(1, otherUnit));
    const [first, second] = (await link.exchange(PATIENT, async (session) => [
      await session.read(read),
      await session.read(read),
    ])) as [unknown, unknown];
    expect(first).toMatchObject({ ok: false, fault: "malformed" });
    expect(second).toMatchObject({ ok: false, fault: "unreachable" });
    expect(server.requests.length).toBe(1);
  });

  test("a late answer finds nobody", async () => {
    const { link, server } = await linked((frame, socket) => {
      const delayMs = frame.unit === 1 ? 250 : 0;
      setTimeout(() => socket.write(telling(frame)), delayMs);
    });
    const late = await link.exchange({ unit: 1, timeoutMs: 100 }, (session) => session.read(read));
    expect(late).toMatchObject({ ok: false, fault: "timeout" });
    for (let turn = 0; turn < 20; turn++) {
      const next = await link.exchange({ unit: 2, timeoutMs: 5_000 }, (session) =>
        session.read(read),
      );
      expect(next).toEqual({ ok: true, words: [2, 100] });
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    expect(server.opened()).toBe(2);
  });

  test("a second answer to the same request is not the answer to the next", async () => {
    const { link } = await linked((frame, socket) => {
      socket.write(telling(frame));
      socket.write(telling({ ...frame, unit: 99 }));
    });
    for (let address = 0; address < 50; address++) {
      const answer = await link.exchange(PATIENT, (session) => session.read({ ...read, address }));
      expect(answer).toEqual({ ok: true, words: [7, address] });
    }
  });

  test("answers that come in single bytes are put together", async () => {
    const { link } = await linked((frame, socket) => {
      telling(frame).forEach((byte, at) => {
        setTimeout(() => socket.write(Buffer.from([byte])), at * 2);
      });
    });
    expect(await link.exchange(PATIENT, (session) => session.read(read))).toEqual(truth);
  });
});

describe("an exception is a clear refusal", () => {
  test.each([
    [1, "refused"],
    [2, "refused"],
    [3, "refused"],
    [4, "refused"],
    [5, "busy"],
    [6, "busy"],
    [10, "unreachable"],
    [11, "timeout"],
    [99, "refused"],
  ])("code %i is %s, the connection goes on", async (code, fault) => {
    const { link, server } = await linked(
      wrongly(1, (frame, socket) => {
        socket.write(
          makeFrame(frame.transaction, frame.unit, Buffer.from([frame.functionCode | 0x80, code])),
        );
      }),
    );
    const first = await link.exchange(PATIENT, (session) => session.read(read));
    expect(first).toMatchObject({ ok: false, fault, exception: code });
    expect(await link.exchange(PATIENT, (session) => session.read(read))).toEqual(truth);
    expect(server.opened()).toBe(1);
  });
});

describe("a write is believed only with its echo", () => {
  const writes: [string, WriteRequest, Buffer, Buffer][] = [
    [
      "coil",
      { functionCode: 5, address: 3, values: [1] },
      Buffer.from([5, 0, 3, 255, 0]),
      Buffer.from([5, 0, 99, 0, 0]),
    ],
    [
      "coil, other state",
      { functionCode: 5, address: 3, values: [0] },
      Buffer.from([5, 0, 3, 0, 0]),
      Buffer.from([5, 0, 3, 255, 0]),
    ],
    [
      "register",
      { functionCode: 6, address: 3, values: [2] },
      Buffer.from([6, 0, 3, 0, 2]),
      Buffer.from([6, 0, 3, 0, 1]),
    ],
    [
      "registers",
      { functionCode: 16, address: 3, values: [1, 2] },
      Buffer.from([16, 0, 3, 0, 2]),
      Buffer.from([16, 0, 3, 0, 1]),
    ],
  ];

  test.each(writes)("%s", async (_, request, right, wrong) => {
    let reply = right;
    const { link, server } = await linked((frame, socket) => {
      socket.write(makeFrame(frame.transaction, frame.unit, reply));
    });
    expect(await link.exchange(PATIENT, (session) => session.write(request))).toEqual({ ok: true });
    reply = wrong;
    expect(await link.exchange(PATIENT, (session) => session.write(request))).toMatchObject({
      ok: false,
      fault: "malformed",
    });
    expect(server.requests.map((frame) => frame.unit)).toEqual([7, 7]);
  });
});

describe("a connection", () => {
  test("that is refused is not tried at once again, and the reason is told", async () => {
    const { link, server } = await linked(() => undefined);
    await server.close();
    open.splice(open.indexOf(server), 1);
    const faults = [];
    for (let turn = 0; turn < 4; turn++)
      faults.push(await link.exchange(PATIENT, (session) => session.read(read)));
    expect(faults[0]).toMatchObject({ ok: false, fault: "unreachable" });
    expect(JSON.stringify(faults[0])).toContain("ECONNREFUSED");
    expect(JSON.stringify(faults)).toContain("tried again in");
  });

  test("that was closed while idle is opened again", async () => {
    const sockets = new Set<Socket>();
    const { link, server } = await linked((frame, socket) => {
      sockets.add(socket);
      socket.write(telling(frame));
    });
    await link.exchange(PATIENT, (session) => session.read(read));
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await link.exchange(PATIENT, (session) => session.read(read))).toEqual(truth);
    expect(server.opened()).toBe(2);
  });

  test("is counted, so that an identity can be known to be of this one", async () => {
    const { link } = await linked(wrongly(1, () => undefined));
    const numbers: unknown[] = [];
    const look = async (party: typeof HASTY) =>
      link.exchange(party, async (session) => {
        numbers.push(session.connection);
        return session.read(read);
      });
    await look(HASTY);
    await look(PATIENT);
    await look(PATIENT);
    expect(numbers).toEqual([1, 2, 2]);
  });

  test("closed in the middle of a call settles the call and takes no more", async () => {
    const { link } = await linked(() => undefined);
    const pending = link.exchange(PATIENT, (session) => session.read(read));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await link.close();
    expect(await pending).toMatchObject({ ok: false, fault: "closed" });
    expect(await link.exchange(PATIENT, (session) => session.read(read))).toMatchObject({
      fault: "closed",
    });
  });
});
