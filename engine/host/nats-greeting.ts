/**
 * What a NATS server says of itself before anything is asked of it.
 */
import { connect } from "node:net";

const ANSWER_MS = 1_000;

/** The INFO line that a NATS server sends to whoever connects; undefined when nothing answers. */
export function natsGreeting(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (text: string | undefined): void => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(ANSWER_MS, () => settle(undefined));
    socket.once("data", (data) => settle(data.toString("utf8")));
    socket.once("error", () => settle(undefined));
    socket.once("close", () => settle(undefined));
  });
}
