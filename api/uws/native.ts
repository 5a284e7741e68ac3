/**
 * The one importer of uWebSockets.js. The module is a native addon: on a platform without a build of it the import
 * throws, and the server falls back to Node's own http.
 */
import type * as Uws from "uWebSockets.js";

/** The native module. */
export type Native = typeof Uws;
/** Its response object; valid until aborted or ended. */
export type NativeResponse = Uws.HttpResponse;
/** Its request object; valid only until the handler returns. */
export type NativeRequest = Uws.HttpRequest;
/** Its application. */
export type NativeApp = Uws.TemplatedApp;
/** Its WebSocket. */
export type NativeSocket<T> = Uws.WebSocket<T>;
/** A socket that listens. */
export type NativeListener = Uws.us_listen_socket;

/** Loads the native module; throws with the loader's own error as cause. */
export async function loadNative(): Promise<Native> {
  try {
    const { default: native } = (await import("uWebSockets.js")) as unknown as { default: Native };
    return native;
  } catch (cause) {
    throw new Error("uWebSockets.js does not load here: serving with Node's own http", { cause });
  }
}
