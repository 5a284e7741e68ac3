/**
 * A TCP server that gives each Modbus request to the test, which answers as wrongly as it likes.
 */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { type Frame, makeFrame, takeFrame } from "../mbap.ts";

/** What to do with a request. */
export type Answer = (frame: Frame, socket: Socket) => void;
/** A running server; `open` counts the connections that were made, `requests` keeps what came. */
export type RawServer = {
  port: number;
  requests: Frame[];
  opened(): number;
  close(): Promise<void>;
};

/** Starts a server on a free port. */
export async function startRawServer(answer: Answer): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const requests: Frame[] = [];
  let opened = 0;
  const server = createServer((socket) => {
    opened++;
    sockets.add(socket);
    socket.on("error", () => undefined);
    let bytes: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (let taken = takeFrame(bytes); taken.frame; taken = takeFrame(bytes)) {
        bytes = taken.rest;
        requests.push(taken.frame);
        answer(taken.frame, socket);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    requests,
    opened: () => opened,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A right reply that holds the unit and the address asked for in its first two registers. */
export function telling(frame: Frame): Buffer {
  const count = frame.data.readUInt16BE(2);
  const body = Buffer.alloc(2 + count * 2);
  body.writeUInt8(frame.functionCode, 0);
  body.writeUInt8(count * 2, 1);
  body.writeUInt16BE(frame.unit, 2);
  if (count > 1) body.writeUInt16BE(frame.data.readUInt16BE(0), 4);
  return makeFrame(frame.transaction, frame.unit, body);
}
