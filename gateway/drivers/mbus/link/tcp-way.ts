/**
 * A TCP connection to an M-Bus converter, whatever framing the roster names: all of them pass serial frames on as they are.
 */
import { type Endpoint, nameOf, openSocket } from "./tcp-socket.ts";
import type { OpenWay, Way, WayEvents } from "./way.ts";

/** The way to a converter at a host and port; `connectMs` bounds the time for a connection to come up. */
export function tcpWay(endpoint: Endpoint, connectMs: number): Way {
  return {
    renewed: true,
    wireMs: () => 0,
    open: (events, signal) => openTcp(endpoint, { connectMs, events, signal }),
  };
}

type Opening = { connectMs: number; events: WayEvents; signal: AbortSignal };

async function openTcp(endpoint: Endpoint, opening: Opening): Promise<OpenWay | string> {
  const { connectMs, events, signal } = opening;
  const socket = await openSocket(endpoint, connectMs, signal);
  if (typeof socket === "string") return socket;
  const name = nameOf(endpoint);
  const close = (): void => {
    socket.removeAllListeners();
    socket.on("error", () => {}).destroy();
  };
  const lose = (message: string): void => {
    close();
    events.lost(message);
  };
  socket.on("data", events.data);
  socket.on("error", (error) => lose(`${name}: ${error.message}`));
  socket.on("close", () => lose(`${name} closed the connection`));
  return {
    write: (bytes) => void socket.write(bytes),
    setBaud: async () => `${name} is a converter, which keeps its own rate: set it there`,
    close,
  };
}
