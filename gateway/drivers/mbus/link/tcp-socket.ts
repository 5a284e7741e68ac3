/**
 * Opens a TCP connection within a bound of time.
 */
import { connect, type Socket } from "node:net";

/** Where a converter listens. */
export type Endpoint = { host: string; port: number };

/** Host and port as people write them. */
export function nameOf({ host, port }: Endpoint): string {
  return `${host}:${port}`;
}

/** An open socket, or in one line what went wrong. `signal` gives up early. */
export function openSocket(
  endpoint: Endpoint,
  connectMs: number,
  signal: AbortSignal,
): Promise<Socket | string> {
  return new Promise((resolve) => {
    const socket = connect({ ...endpoint, noDelay: true, keepAlive: true });
    const fail = (message: string): void => {
      settle();
      socket.on("error", () => {}).destroy();
      resolve(`cannot reach ${nameOf(endpoint)}: ${message}`);
    };
    const abandon = (): void => fail("closed");
    const refuse = (error: Error): void => fail(error.message);
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abandon);
      socket.off("error", refuse);
    };
    const timer = setTimeout(() => fail(`no connection within ${connectMs} ms`), connectMs);
    signal.addEventListener("abort", abandon, { once: true });
    socket.on("error", refuse);
    socket.once("connect", () => {
      settle();
      resolve(socket);
    });
  });
}
