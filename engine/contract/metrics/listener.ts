/**
 * A role's own address for Prometheus: `GET /metrics` and `GET /healthz`, and nothing else.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { collectDefaultMetrics, Registry } from "prom-client";
import { prometheusText } from "./prometheus.ts";

/** Longest wait for a request that is under way. */
const REQUEST_MS_MAX = 5_000;

/** A listener; `close` ends it. */
export type MetricsListener = { port: number; close(): Promise<void> };

/** Whose figures are told where. */
export type ListenerOptions = {
  /** The role's name in its metrics. */
  role: string;
  host: string;
  /** Port to listen on; 0 is any free one. */
  port: number;
  /** The figures as they are published; undefined before there are any. */
  figures(): Readonly<Record<string, unknown>> | undefined;
};

/** Listens. Rejects with an error of one line when the port cannot be had. */
export async function listenForMetrics(options: ListenerOptions): Promise<MetricsListener> {
  const { role, host, port, figures } = options;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const server = createServer({ requestTimeout: REQUEST_MS_MAX }, (ask, answer) => {
    const [path] = (ask.url ?? "").split("?", 1);
    if (ask.method !== "GET" || (path !== "/metrics" && path !== "/healthz")) {
      answer.writeHead(404, { "content-type": "text/plain" }).end("there is /metrics here\n");
      return;
    }
    if (path === "/healthz") {
      answer.writeHead(200, { "content-type": "application/json" }).end('{"status":"ok"}');
      return;
    }
    const now = figures();
    const own = now === undefined ? "" : prometheusText([{ role, figures: now }]);
    void registry.metrics().then((text) => {
      answer.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
      answer.end(text + own);
    });
  });
  await listen(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Listens where a setting names a port; 0 is nowhere. */
export async function listenIfAsked(
  options: ListenerOptions,
): Promise<MetricsListener | undefined> {
  return options.port === 0 ? undefined : listenForMetrics(options);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new Error(`metrics cannot be served on ${host}:${port}: set another port or 0 for none`, {
          cause,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
}
