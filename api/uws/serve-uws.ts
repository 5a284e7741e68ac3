/**
 * Serves an app by uWebSockets.js.
 */
import { answer, type Serving } from "./exchange.ts";
import { serveHot } from "./hot-route.ts";
import { useLightResponse } from "./light-response.ts";
import type { Native, NativeApp, NativeListener } from "./native.ts";
import { settled } from "./settled.ts";
import { BODY_BYTES_MAX, ListenError, type Served, type ServeOptions } from "./types.ts";
import { addWebSocket } from "./websocket-uws.ts";

/** Serves; throws a ListenError when the port cannot be had. */
export async function serveUws(native: Native, options: ServeOptions): Promise<Served> {
  useLightResponse();
  const { tls } = options;
  const app =
    tls === undefined
      ? native.App()
      : native.SSLApp({ cert_file_name: tls.cert, key_file_name: tls.key });
  const underWay = new Set<Promise<void>>();
  const { bodyBytesMax = BODY_BYTES_MAX, onError = () => undefined } = options;
  const serving: Serving = { app: options.app, bodyBytesMax, onError };
  const sockets = options.websocket && addWebSocket(app, options.websocket, onError);
  const hot = (options.hot ?? []).map((route) => serveHot(app, route, onError));
  app.any("/*", (res, req) => {
    const exchange = answer(res, req, serving);
    underWay.add(exchange);
    void exchange.then(() => underWay.delete(exchange));
  });
  const listener = await listen(app, options);
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    native.us_listen_socket_close(listener);
    const busy = hot.map((each) => each.idle());
    await settled([...underWay, ...busy, sockets?.close() ?? Promise.resolve()]);
    app.close();
  };
  return {
    engine: "uws",
    port: native.us_socket_local_port(listener as never),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** Most of listen(2)'s refusals look alike to the native module: with a host of this machine it is the port. */
function listen(app: NativeApp, { host, port }: ServeOptions): Promise<NativeListener> {
  return new Promise((resolve, reject) => {
    app.listen(host, port, (listener) => {
      if (listener) resolve(listener);
      else reject(new ListenError(port === 0 ? "EADDRNOTAVAIL" : "EADDRINUSE", host, port));
    });
  });
}
