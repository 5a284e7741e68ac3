/**
 * What a server is asked to serve, and what it gives back: the same shapes whichever engine carries them.
 */
import type { WebSocketRoute } from "./websocket.ts";

/** Largest request body unless the caller says otherwise: 8 MiB. Larger ones are answered 413. */
export const BODY_BYTES_MAX = 8 * 1024 * 1024;
/** Longest wait for requests under way when the server closes, in milliseconds; then their connections are cut. */
export const CLOSE_WAIT_MS_MAX = 5_000;

/** Anything that answers requests, as a Hono app does. */
export type FetchApp = { fetch(request: Request): Response | Promise<Response> };

/** Which engine carries the connections: uWebSockets.js, or Node's own http with `ws`. */
export type Engine = "uws" | "node";

/** What to serve, and where. */
export type ServeOptions = {
  app: FetchApp;
  /** Address to listen on, as `127.0.0.1`. */
  host: string;
  /** Port to listen on; 0 takes a free one. */
  port: number;
  /** Largest request body in bytes; BODY_BYTES_MAX by default. */
  bodyBytesMax?: number;
  /** The one WebSocket route, if there is one. */
  websocket?: WebSocketRoute;
  /** Told of every error that the app threw and of a native module that does not load. */
  onError?: (error: unknown) => void;
};

/** A running server. `close` refuses new connections, waits for requests under way up to CLOSE_WAIT_MS_MAX, then ends all. */
export type Served = { engine: Engine; port: number; close(): Promise<void> };

/** The address could not be listened on; `code` is `EADDRINUSE` when it is taken, else `EADDRNOTAVAIL`. */
export class ListenError extends Error {
  readonly code: "EADDRINUSE" | "EADDRNOTAVAIL";

  constructor(code: "EADDRINUSE" | "EADDRNOTAVAIL", host: string, port: number) {
    super(
      code === "EADDRINUSE"
        ? `port ${port} on ${host} is taken: stop what listens there or set another port`
        : `cannot listen on ${host}:${port}: give an address of this machine`,
    );
    this.name = "ListenError";
    this.code = code;
  }
}
