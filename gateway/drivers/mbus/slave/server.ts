/**
 * Simulated meters behind a TCP port, as a serial-to-TCP converter shows them.
 */
import { createServer, type Server, type Socket } from "node:net";
import { createSlaveBus } from "./bus.ts";
import type { SlaveFault } from "./faults.ts";
import type { SlaveMeter } from "./meter.ts";
import { createVoice } from "./voice.ts";

/** Most masters connected at once; more are turned away. */
const SLAVE_CONNECTIONS_MAX = 16;

/** Where to listen, and how slow the faults `late` and `dribble` are. */
export type SlaveServerOptions = {
  meters: readonly SlaveMeter[];
  host?: string;
  /** 0 takes a free one. */
  port?: number;
  /** Delay of an answer under the fault `late`. */
  lateMs?: number;
  /** Gap between bytes under the fault `dribble`. */
  dribbleMs?: number;
  /** The converter gives back what the master sends, as many do. */
  echo?: boolean;
};

/** A running bus of simulated meters. */
export type MbusSlaveServer = {
  host: string;
  port: number;
  /** Gives the meter with this id a fault mode; undefined heals it. */
  setFault(id: string, fault: SlaveFault | undefined): void;
  close(): Promise<void>;
};

/** Starts a bus; resolves when it listens, rejects when the port cannot be had. */
export async function createMbusSlaveServer(options: SlaveServerOptions): Promise<MbusSlaveServer> {
  const { meters, host = "127.0.0.1", port = 0, echo = false } = options;
  const { lateMs = 3_000, dribbleMs = 20 } = options;
  const slow = { lateMs, dribbleMs };
  const bus = createSlaveBus(meters);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    const voice = createVoice(bus, slow, {
      write: (bytes) => void (socket.destroyed || socket.write(bytes)),
      open: () => !socket.destroyed,
      reset: () => void socket.resetAndDestroy(),
    });
    socket.on("data", (piece) => {
      if (echo) socket.write(piece);
      voice(piece);
    });
  });
  server.maxConnections = SLAVE_CONNECTIONS_MAX;
  await listen(server, host, port);
  const address = server.address();
  return {
    host,
    port: address !== null && typeof address === "object" ? address.port : port,
    setFault: bus.setFault,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
