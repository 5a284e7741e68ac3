/**
 * For tests: an HTTP server on loopback that keeps what it gets, and answers as it is told.
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that came. */
export type Received = { url: string; headers: IncomingHttpHeaders; body: string };
/** How the next requests are answered. */
export type Answering = (response: ServerResponse, received: Received) => void;
/** The server. */
export type Receiver = {
  url: string;
  received: Received[];
  answer(how: Answering): void;
  close(): Promise<void>;
};

/** Starts it; it answers 204 unless told otherwise. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let how: Answering = (response) => response.writeHead(204).end();
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (some: Buffer) => {
      body += some.toString();
    });
    request.on("end", () => {
      const one = { url: request.url ?? "", headers: request.headers, body };
      received.push(one);
      how(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    answer: (next) => {
      how = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
