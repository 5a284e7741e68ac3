/**
 * Serves an app over HTTP and WebSocket: by uWebSockets.js where its native module loads, else by Node's own http.
 */
import { loadNative, type Native } from "./native.ts";
import { serveNode } from "./serve-node.ts";
import { serveUws } from "./serve-uws.ts";
import type { Engine, Served, ServeOptions } from "./types.ts";

/**
 * Serves until closed. `engine` asks for one engine; without it the native one is taken where it loads and can do what is
 * asked of TLS, and `onError` is told where it does not load. Throws a ListenError with code `EADDRINUSE` when the port is taken.
 */
export async function serve(options: ServeOptions & { engine?: Engine }): Promise<Served> {
  // The native module has no setting for the oldest TLS: it speaks 1.2 and 1.3.
  const isNode = options.engine === "node" || options.tls?.min === "1.3";
  if (isNode) return serveNode(options);
  let native: Native;
  try {
    native = await loadNative();
  } catch (error) {
    if (options.engine === "uws") throw error;
    options.onError?.(error);
    return serveNode(options);
  }
  return serveUws(native, options);
}
