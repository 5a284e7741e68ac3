/**
 * What a link is opened on: a TCP connection, a serial line, a modem that dialled in. A line opens streams, one at a
 * time; who opened it says what time its bytes take.
 */
import { connect } from "node:net";
import type { Duplex } from "node:stream";

/**
 * An open stream. `close` gives it up; the next one may be opened when it has settled. `answered` is told of each right
 * answer, for who keeps account of that.
 */
export type Opened = { stream: Duplex; close(): Promise<void>; answered?(): void };

/** A way to a bus. */
export type Line = {
  /** As it is called in messages. */
  name: string;
  /** `tcp` for Modbus TCP, `rtu` for RTU frames, over whatever they come. */
  framing: "tcp" | "rtu";
  /** Time that one byte takes, in milliseconds; 0 where it does not count. */
  byteMs: number;
  /** Opens a stream, or gives the reason why there is none, within `connectMs`. */
  open(connectMs: number): Promise<Opened | string>;
};

/** A line to a host and port. */
export function tcpLine(to: { host: string; port: number; framing?: "rtu" | undefined }): Line {
  return {
    name: `${to.host}:${to.port}`,
    framing: to.framing ?? "tcp",
    byteMs: 0,
    open: (connectMs) => openSocket(to, connectMs),
  };
}

function openSocket(
  { host, port }: { host: string; port: number },
  connectMs: number,
): Promise<Opened | string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true });
    const timer = setTimeout(() => give(`no connection within ${connectMs} ms`), connectMs);
    const onError = (error: Error) => give(error.message);
    const close = async () => void socket.destroy();
    const give = (reason?: string) => {
      clearTimeout(timer);
      socket.removeListener("error", onError);
      socket.on("error", () => undefined);
      if (reason === undefined) return resolve({ stream: socket, close });
      socket.destroy();
      resolve(reason);
    };
    socket.once("error", onError);
    socket.once("connect", () => give());
  });
}
