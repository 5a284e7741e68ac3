/**
 * Serves an app by Node's own http, through Hono's adapter, with `ws` for WebSockets: for platforms without a build of
 * the native module.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer, Server as SecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { SecureContextOptions } from "node:tls";
import { getRequestListener } from "@hono/node-server";
import { readCertifiedKey } from "../../engine/contract/tls-files.ts";
import { boundedRequest } from "./bounded-request.ts";
import { problemResponse } from "./problem.ts";
import { tellAddress } from "./remote-address.ts";
import { settled } from "./settled.ts";
import {
  BODY_BYTES_MAX,
  ListenError,
  type Served,
  type ServedTls,
  type ServeOptions,
} from "./types.ts";
import { addNodeWebSocket } from "./websocket-node.ts";

/** Serves; throws a ListenError when the port cannot be had. */
export async function serveNode(options: ServeOptions): Promise<Served> {
  const { app, bodyBytesMax = BODY_BYTES_MAX, onError = () => undefined } = options;
  const underWay = new Set<Promise<unknown>>();
  const answer = async (request: Request, env?: unknown): Promise<Response> => {
    const peer = (): string => addressIn(env);
    try {
      return await boundedRequest(request, bodyBytesMax, (bounded) => {
        tellAddress(bounded, peer);
        return app.fetch(bounded);
      });
    } catch (error) {
      onError(error);
      return problemResponse(500);
    }
  };
  const listener = getRequestListener(answer, {
    overrideGlobalObjects: false,
    errorHandler: () => problemResponse(400),
  });
  const { tls } = options;
  const take = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const exchange = listener(incoming, outgoing).catch(onError);
    underWay.add(exchange);
    void exchange.then(() => underWay.delete(exchange));
  };
  const server = tls === undefined ? createServer(take) : createSecureServer(contextOf(tls), take);
  const sockets = options.websocket && addNodeWebSocket(server, options.websocket, onError);
  const port = await listen(server, options);
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    await settled([...underWay, sockets?.close() ?? Promise.resolve()]);
    server.closeAllConnections();
    await closed;
  };
  return {
    engine: "node",
    port,
    ...(tls !== undefined &&
      server instanceof SecureServer && {
        renewTls: () => server.setSecureContext(contextOf(tls)),
      }),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** Throws an Error of one line where the files cannot be used. */
function contextOf(tls: ServedTls): SecureContextOptions {
  return { ...readCertifiedKey(tls, "DRAWDOWN_API"), minVersion: `TLSv${tls.min}` };
}

/** The address that Hono's adapter passes along with a request. */
function addressIn(env: unknown): string {
  const { incoming } = (env ?? {}) as { incoming?: IncomingMessage };
  return incoming?.socket.remoteAddress ?? "";
}

function listen(server: Server, { host, port }: ServeOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EADDRNOTAVAIL") {
        reject(new ListenError(error.code, host, port));
      } else reject(error);
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
