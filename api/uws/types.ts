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

/** What a hot route is told of a request. */
export type HotRequest = {
  /** What stands in the address where the route has its parameter, as it was sent. */
  parameter: string;
  /** The Authorization header; empty where there is none. */
  authorization: string;
  /** The X-Request-Id header; empty where there is none. */
  requestId: string;
};

/** Where a hot route answers, once; an answer to a client that went away goes nowhere. */
export type HotAnswer = {
  /** Answers 200 with JSON and these headers beside its type. */
  json(text: string, headers: readonly [string, string][]): void;
  /** Answers with any response. */
  respond(response: Response): void;
};

/**
 * A GET address that is asked more often than all others. It answers plain requests for it itself and leaves everything else
 * to the app, whose answers to plain ones are the same to the byte; an engine may leave all of them to the app.
 */
export type HotRoute = {
  /** With one parameter, as `/v1/things/:id/state`. */
  path: string;
  /** Takes a plain request, to be answered now or later; false leaves it to the app, as if nobody had looked at it. */
  take(request: HotRequest, answer: HotAnswer): boolean;
};

/** A certificate and its key (paths of files in PEM that fit each other), and the oldest TLS that is spoken. */
export type ServedTls = { cert: string; key: string; min: "1.2" | "1.3" };

/** What to serve, and where. */
export type ServeOptions = {
  app: FetchApp;
  /** Address to listen on, as `127.0.0.1`. */
  host: string;
  /** Port to listen on; 0 takes a free one. */
  port: number;
  /** Serves https and wss in place of http and ws. */
  tls?: ServedTls | undefined;
  /** Largest request body in bytes; BODY_BYTES_MAX by default. */
  bodyBytesMax?: number;
  /** Addresses that are answered without the app where that is plain. */
  hot?: readonly HotRoute[];
  /** The one WebSocket route, if there is one. */
  websocket?: WebSocketRoute;
  /** Told of every error that the app threw and of a native module that does not load. */
  onError?: (error: unknown) => void;
};

/**
 * A running server. `close` refuses new connections, waits for requests under way up to CLOSE_WAIT_MS_MAX, then ends all.
 * `renewTls` takes up a certificate and key that were replaced; an engine that lacks it serves the old ones until it starts again.
 */
export type Served = {
  engine: Engine;
  port: number;
  close(): Promise<void>;
  renewTls?(): void;
};

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
