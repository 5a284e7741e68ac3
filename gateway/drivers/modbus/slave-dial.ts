/**
 * A simulated modem: dials in to a listener, says who it is (or nothing), and then answers for the meters behind it.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type SlaveMeter, serveStream, servingOf } from "./slave.ts";
import type { SlaveFaults } from "./slave-faults.ts";

/** Where to call, what to say first, and the meters behind the modem. */
export type DialOptions = {
  host: string;
  port: number;
  meters: readonly SlaveMeter[];
  /** Sent as soon as it is connected; nothing is said without it. */
  registration?: string | Buffer;
  /** RTU frames unless told. */
  framing?: "tcp";
};

/** A modem that called; `ended` settles when the connection is over. */
export type DialledSlave = {
  faults: SlaveFaults;
  socket: Socket;
  ended: Promise<void>;
  close(): Promise<void>;
};

/** Dials in once. Rejects when nobody listens. */
export async function dialIn(options: DialOptions): Promise<DialledSlave> {
  const { host, port, meters, registration } = options;
  const serving = servingOf({ meters, ...(options.framing === "tcp" ? {} : { framing: "rtu" }) });
  const socket = connect({ host, port });
  await once(socket, "connect");
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  serveStream(socket, serving);
  if (registration !== undefined) socket.write(registration);
  return {
    faults: serving.faults,
    socket,
    ended,
    async close() {
      socket.destroy();
      await ended;
    },
  };
}
